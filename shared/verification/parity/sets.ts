import type { OsType } from '../../model/agents.ts';
import type { VerificationMode } from '../../model/verdict.ts';
import { DAY_MS, HOUR_MS } from '../statistics/series.ts';

/** When a machine's data changed hands, milliseconds since the epoch. */
export interface Timing {
  readonly id: string;
  readonly os: OsType;
  /** The new agent wrote nothing before. */
  readonly associatedAt: number;
  /** From here on rows of the new agent are expected. */
  readonly currentSince: number;
}

/** A machine with the way it is judged. */
export interface Placed extends Timing {
  readonly mode: VerificationMode;
  /** Only the legacy agent wrote until here. */
  readonly baselineUntil: number;
}

/** Machines that are judged together: alike in mode and system, and moved at about the same time. */
export interface JudgedSet {
  readonly mode: VerificationMode;
  readonly os: OsType;
  readonly machines: readonly Placed[];
}

/** Longest pause between two machines of a set: their common baseline ends with the first of them. */
const SET_GAP_MS = 2 * HOUR_MS;

/**
 * How a machine is judged, from when its agents were heard. `overlap`: the legacy agent still writes.
 * `historical`: it wrote until some time within reach. `sufficiency`: nothing of it is left to compare with.
 */
export function placeMachine(
  timing: Timing,
  heard: { readonly legacy: number | null; readonly amaSince: number | null },
  { oldest }: { readonly oldest: number },
): Placed {
  const { associatedAt, currentSince } = timing;
  const { legacy, amaSince } = heard;
  // Rules may have been there long before this wave: what both agents wrote is no measure of one of them.
  const alone = Math.min(associatedAt, amaSince ?? associatedAt);
  if (legacy !== null && legacy >= currentSince) return { ...timing, mode: 'overlap', baselineUntil: alone };
  const baselineUntil = Math.min(alone, legacy ?? Number.NEGATIVE_INFINITY);
  return baselineUntil > oldest
    ? { ...timing, mode: 'historical', baselineUntil }
    : { ...timing, mode: 'sufficiency', baselineUntil: associatedAt };
}

/** Puts machines that can be judged together into sets, in order. */
export function judgedSets(machines: readonly Placed[]): JudgedSet[] {
  const sets: { mode: VerificationMode; os: OsType; machines: Placed[] }[] = [];
  for (const alike of Map.groupBy(machines, ({ mode, os }) => `${mode} ${os}`).values()) {
    const sorted = alike.toSorted((a, b) => a.baselineUntil - b.baselineUntil || (a.id < b.id ? -1 : 1));
    let last: Placed | undefined;
    for (const machine of sorted) {
      const near =
        last !== undefined &&
        machine.baselineUntil - last.baselineUntil <= SET_GAP_MS &&
        Math.abs(machine.currentSince - last.currentSince) <= SET_GAP_MS;
      if (near) sets.at(-1)?.machines.push(machine);
      else sets.push({ mode: machine.mode, os: machine.os, machines: [machine] });
      last = machine;
    }
  }
  return sets;
}

/** What a set compares: hours before `baselineUntil`, `baselineDays` back, and hours from `currentSince` on. */
export interface SetWindows {
  readonly baselineSince: number;
  readonly baselineUntil: number;
  readonly currentSince: number;
}

export function setWindows({ machines }: JudgedSet, baselineDays: number): SetWindows {
  const baselineUntil = Math.min(...machines.map((machine) => machine.baselineUntil));
  return {
    baselineSince: baselineUntil - baselineDays * DAY_MS,
    baselineUntil,
    currentSince: Math.max(...machines.map((machine) => machine.currentSince)),
  };
}
