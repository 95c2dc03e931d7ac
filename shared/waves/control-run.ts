import { isSamePerson, requesterOf } from '../model/caller.ts';
import type { PlanRun, RunWave } from '../model/plan-run.ts';
import type { Policy } from '../model/policy.ts';
import type { Hold } from '../model/wave.ts';
import { type By, same } from './control.ts';

/** A control verb either changes the run's record or is refused with a stable code. */
export type RunControl =
  | { readonly ok: true; readonly run: PlanRun; readonly changed: boolean }
  | { readonly ok: false; readonly code: RunRefusal; readonly message: string };

export type RunRefusal =
  | 'runFinished'
  | 'runAborted'
  | 'runHeld'
  | 'notHeld'
  | 'waveNotCompleted'
  | 'requesterMayNotApprove';

/** Lets the run go on to its next wave now, whatever the policy says of waiting and of failed machines. */
export function promoteRun(
  run: PlanRun,
  wave: RunWave | undefined,
  { approvals }: Pick<Policy, 'approvals'>,
  reason: string,
  { at, ...who }: By,
): RunControl {
  const { by } = who;
  const closed = refuseClosed(run);
  if (closed !== undefined) return closed;
  const next = run.wave + 1;
  if (run.promotions.some((one) => one.wave === next)) return unchanged(run);
  if (wave?.phase !== 'completed') {
    const phase = wave?.phase ?? 'not started';
    return refuse(
      'waveNotCompleted',
      `Wave ${run.wave} is ${phase}; only a completed wave is followed by the next.`,
    );
  }
  if (run.holds.some(({ kind }) => kind === 'operator')) {
    return refuse('runHeld', 'The run is held by a person; resume it first.');
  }
  const overGate = run.holds.some(({ kind }) => kind === 'gate');
  if (overGate && !approvals.requesterMayApprove && isSamePerson(who, requesterOf(run))) {
    return refuse('requesterMayNotApprove', `${by} requested this run and may not accept what holds it.`);
  }
  const holds = run.holds.filter(({ kind }) => kind !== 'gate');
  return changed({ ...run, holds, promotions: [...run.promotions, { wave: next, by, at, reason }] });
}

/** Adds a hold; the same person holding again for the same reason changes nothing. */
export function holdRun(run: PlanRun, reason: string, { by, at }: By): RunControl {
  const closed = refuseClosed(run);
  if (closed !== undefined) return closed;
  const known = run.holds.some((one) => one.kind === 'operator' && same(one.by, by) && one.reason === reason);
  if (known) return unchanged(run);
  const hold: Hold = { id: `operator-${at}`, kind: 'operator', reason, since: at, by };
  return changed({ ...run, holds: [...run.holds, hold] });
}

/** Lifts every hold; what still stands in the way holds it again. */
export function resumeRun(run: PlanRun): RunControl {
  const closed = refuseClosed(run);
  if (closed !== undefined) return closed;
  if (run.holds.length === 0) return refuse('notHeld', 'The run is not held.');
  return changed({ ...run, holds: [] });
}

/** No further wave starts, and the wave it is at is aborted; the first abort keeps its time. */
export function abortRun(run: PlanRun, reason: string, { by, at }: By): RunControl {
  if (run.finishedAt !== null) return refuse('runFinished', 'The run is finished.');
  if (run.abort !== null) return unchanged(run);
  return changed({ ...run, abort: { at, by, reason } });
}

function refuseClosed(run: PlanRun): RunControl | undefined {
  if (run.finishedAt !== null) return refuse('runFinished', 'The run is finished.');
  if (run.abort !== null) return refuse('runAborted', 'The run was aborted.');
  return undefined;
}

function changed(run: PlanRun): RunControl {
  return { ok: true, run, changed: true };
}

function unchanged(run: PlanRun): RunControl {
  return { ok: true, run, changed: false };
}

function refuse(code: RunRefusal, message: string): RunControl {
  return { ok: false, code, message };
}
