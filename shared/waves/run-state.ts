import type { Promotion } from '../model/calendar.ts';
import type { PlanRun, RunWave } from '../model/plan-run.ts';
import { promotionDueMs } from './next-run-step.ts';

/** How a run stands in a word: the words of phases, and one for what only runs wait for. */
export type RunStateName =
  | 'planned'
  | 'progressing'
  | 'awaitingApproval'
  | 'awaitingPromotion'
  | 'held'
  | 'aborted'
  | 'completed';

export interface RunState {
  readonly state: RunStateName;
  readonly message: string;
}

/** Derived from the record and the wave it is at, never stored. */
export function runStateOf(
  run: PlanRun,
  wave: RunWave | undefined,
  { promotion, waves }: { promotion: Promotion; waves: number },
): RunState {
  if (run.abort !== null) return aborted(run, run.abort);
  if (run.finishedAt !== null) return { state: 'completed', message: `All ${waves} waves completed.` };
  if (run.holds.length > 0) {
    const reasons = run.holds.map(({ reason, by }) => `${reason} (${by})`).join('; ');
    return { state: 'held', message: `Held: ${reasons}` };
  }
  if (wave === undefined) {
    const startAt = run.wave === run.fromWave ? run.startAt : null;
    const when = startAt === null ? 'is about to start' : `starts at ${startAt}`;
    return { state: 'planned', message: `Wave ${run.wave} ${when}.` };
  }
  if (wave.finishedAt === null) {
    const { phase } = wave;
    const state = phase === 'held' || phase === 'awaitingApproval' ? phase : 'progressing';
    return { state, message: `Wave ${run.wave}: ${wave.message}` };
  }
  if (wave.phase !== 'completed' || run.wave + 1 >= waves) {
    return { state: 'progressing', message: `Wave ${run.wave} is ${wave.phase}.` };
  }
  if (!promotion.automatic) {
    const message = `Wave ${run.wave} completed; the next one starts when a person promotes the run.`;
    return { state: 'awaitingPromotion', message };
  }
  const at = new Date(promotionDueMs(promotion, wave.finishedAt)).toISOString();
  return { state: 'progressing', message: `Wave ${run.wave} completed; the next one starts at ${at}.` };
}

function aborted({ finishedAt, wave }: PlanRun, abort: NonNullable<PlanRun['abort']>): RunState {
  const rest = finishedAt === null ? ` Wave ${wave} finishes what is in flight.` : '';
  return { state: 'aborted', message: `Aborted by ${abort.by}: ${abort.reason}.${rest}` };
}
