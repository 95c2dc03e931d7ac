import type { Promotion } from '../model/calendar.ts';
import type { PlanRun, RunWave } from '../model/plan-run.ts';
import type { Hold } from '../model/wave.ts';

export type RunAction =
  /** The wave it is at is to be created. */
  | { readonly kind: 'start' }
  /** The record went on to another wave: look at that one. */
  | { readonly kind: 'again' }
  /** Until a control event comes, or the instant passes. */
  | {
      readonly kind: 'wait';
      readonly until: string | null;
      readonly for: 'start' | 'wave' | 'promotion' | 'hold';
    }
  | { readonly kind: 'finish' };

export interface NextRunStep {
  readonly run: PlanRun;
  readonly action: RunAction;
}

export interface RunStepInput {
  readonly run: PlanRun;
  readonly promotion: Promotion;
  /** How many waves the plan has. */
  readonly waves: number;
  /** The wave it is at, if it was ever started. */
  readonly wave: RunWave | undefined;
  readonly nowMs: number;
}

/** The whole progress of a run as one pure function of its record and the wave it is at. */
export function nextRunStep(input: RunStepInput): NextRunStep {
  const { run, wave, nowMs } = input;
  if (run.finishedAt !== null) return { run, action: { kind: 'finish' } };
  if (run.abort !== null) {
    return wave === undefined || wave.finishedAt !== null ? finish(run, nowMs) : wait(run, 'wave', null);
  }
  if (run.holds.length > 0) return wait(run, 'hold', null);
  if (wave === undefined) {
    const begins = run.wave === run.fromWave ? run.startAt : null;
    if (begins !== null && Date.parse(begins) > nowMs) return wait(run, 'start', begins);
    return { run, action: { kind: 'start' } };
  }
  if (wave.finishedAt === null) return wait(run, 'wave', null);
  return afterWave(input, wave, wave.finishedAt);
}

function afterWave(
  { run, promotion, waves, nowMs }: RunStepInput,
  wave: RunWave,
  endedAt: string,
): NextRunStep {
  const at = new Date(nowMs).toISOString();
  if (wave.phase !== 'completed') return held(run, at, `Wave ${run.wave} is ${wave.phase}: ${wave.message}`);
  const next = run.wave + 1;
  if (next >= waves) return finish(run, nowMs);
  const promoted = { ...run, wave: next };
  if (run.promotions.some((one) => one.wave === next)) return { run: promoted, action: { kind: 'again' } };
  if (!promotion.automatic) return wait(run, 'promotion', null);
  const tooMany = failedTooMany(promotion, wave);
  if (tooMany !== undefined) return held(run, at, `Wave ${run.wave}: ${tooMany}`);
  const dueMs = promotionDueMs(promotion, endedAt);
  if (dueMs > nowMs) return wait(run, 'promotion', new Date(dueMs).toISOString());
  const promotions = [...run.promotions, { wave: next, by: 'policy', at, reason: null }];
  return { run: { ...promoted, promotions }, action: { kind: 'again' } };
}

/** When the policy lets the next wave start, after one that ended at an instant. */
export function promotionDueMs({ waitSeconds }: Promotion, endedAt: string): number {
  return Date.parse(endedAt) + waitSeconds * 1000;
}

function failedTooMany({ maxFailedShare }: Promotion, { failed, machines }: RunWave): string | undefined {
  if (maxFailedShare === undefined || failed <= maxFailedShare * machines) return undefined;
  return `${failed} of ${machines} machines failed or are blocked, more than the share of ${maxFailedShare} that policy.promotion.maxFailedShare lets go on by itself; promote it to go on`;
}

/** Not promoted by policy: a person mends or decides. */
function held(run: PlanRun, at: string, reason: string): NextRunStep {
  const hold: Hold = { id: `wave-${run.wave}`, kind: 'gate', reason, since: at, by: 'promotion' };
  return wait({ ...run, holds: [...run.holds, hold] }, 'hold', null);
}

function finish(run: PlanRun, nowMs: number): NextRunStep {
  return { run: { ...run, finishedAt: new Date(nowMs).toISOString() }, action: { kind: 'finish' } };
}

function wait(
  run: PlanRun,
  reason: Extract<RunAction, { kind: 'wait' }>['for'],
  until: string | null,
): NextRunStep {
  return { run, action: { kind: 'wait', until, for: reason } };
}
