import type { Intervals } from '../intervals.ts';
import { EVER, elapsedIn, instantAfter, NEVER } from '../intervals.ts';
import type { Machine, Power } from './types.ts';

/** The machine's state at an instant. */
export function powerAt(machine: Machine, instant: number): Power {
  let state: Power = 'running';
  for (const change of machine.power) {
    if (change.at > instant) break;
    state = change.state;
  }
  return state;
}

/** Records that the machine is in `state` from `at` on, until a later recorded change. */
export function setPower(machine: Machine, at: number, state: Power): void {
  const same = machine.power.findIndex((change) => change.at === at);
  if (same >= 0) machine.power.splice(same, 1);
  machine.power.push({ at, state });
  machine.power.sort((a, b) => a.at - b.at);
}

/** Declares a period in `state`; afterwards the machine is what it was before. */
export function setPowerBetween(machine: Machine, from: number, until: number, state: Power): void {
  const after = powerAt(machine, until);
  for (let i = machine.power.length - 1; i >= 0; i--) {
    const at = machine.power[i]?.at ?? EVER;
    if (at >= from && at <= until && at !== EVER) machine.power.splice(i, 1);
  }
  setPower(machine, from, state);
  if (until < NEVER) setPower(machine, until, after);
}

/** When the machine is up: what agents need to send, and the platform to install. */
export function upTime(machine: Machine, forPlatform: boolean): Intervals {
  const out: { from: number; until: number }[] = [];
  machine.power.forEach((change, i) => {
    const up = change.state === 'running' || (!forPlatform && change.state === 'agentNotReady');
    if (up) out.push({ from: change.at, until: machine.power[i + 1]?.at ?? NEVER });
  });
  return out;
}

/** The instant at which the platform has had `need` milliseconds of reachable machine since `from`. */
export function workDone(machine: Machine, from: number, need: number): number {
  if (machine.power.length === 1 && machine.power[0]?.state === 'running') return from + need;
  const up = upTime(machine, true);
  return instantAfter(up, elapsedIn(up, from) + need);
}
