import type { PlanRun } from '../model/plan-run.ts';
import { isRollingBack, type Wave } from '../model/wave.ts';

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
