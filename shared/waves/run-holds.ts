import type { PlanRun } from '../model/plan-run.ts';
import { type AuditEntry, isRollingBack, type Wave } from '../model/wave.ts';

/**
 * The wave a run is at, with the holds a person put on the run and the run's abort; undefined when it has them
 * already. Holds that the wave has of its own stay. A rollback can be held, and is not aborted, by a run neither.
 */
export function underRun(wave: Wave, run: PlanRun, at: string): Wave | undefined {
  if (wave.step === 'finished' || run.finishedAt !== null) return undefined;
  const prefix = `${run.id}|`;
  const passed = run.holds
    .filter(({ kind }) => kind === 'operator')
    .map((hold) => ({ ...hold, id: `${prefix}${hold.id}` }));
  const had = wave.holds.filter(({ id }) => id.startsWith(prefix));
  const own = wave.holds.filter(({ id }) => !id.startsWith(prefix));
  const sameHolds = had.length === passed.length && had.every(({ id }, i) => id === passed[i]?.id);
  const mayAbort = wave.abort === null && !isRollingBack(wave);
  const aborted = run.abort !== null && mayAbort ? run.abort : undefined;
  if (sameHolds && aborted === undefined) return undefined;
  const holds = [...own, ...passed];
  return {
    ...wave,
    holds,
    abort: aborted ?? wave.abort,
    // Time under a hold is not the machines'.
    resumedAt: had.length > 0 && holds.length === 0 ? at : wave.resumedAt,
  };
}

/** What a run passed to its wave, for the wave's own trail; who lifted a hold is in the trail of the run. */
export function passedEntries(before: Wave, after: Wave, run: PlanRun, at: string): AuditEntry[] {
  const entry = (by: string, message: string): AuditEntry => ({
    ...{ at, waveId: after.id, machineId: null, stage: null, event: 'control' },
    ...{ by, message: `${message} (run ${run.id} of the plan)` },
  });
  const without = (all: Wave['holds'], known: Wave['holds']) =>
    all.filter(({ id }) => !known.some((one) => one.id === id));
  const aborted = before.abort === null && after.abort !== null ? [after.abort] : [];
  return [
    ...without(after.holds, before.holds).map(({ by, reason }) => entry(by, `held: ${reason}`)),
    ...without(before.holds, after.holds).map(({ reason }) => entry('app', `no longer held: ${reason}`)),
    ...aborted.map(({ by, reason }) => entry(by, `aborted: ${reason}`)),
  ];
}
