import { type Phase, phaseOf, totalsOf, type WaveTotals } from '../model/phase.ts';
import type { Policy } from '../model/policy.ts';
import type { CloseCode } from '../model/ticket.ts';
import type { BatchSummary, Wave } from '../model/wave.ts';
import type { Half, TicketNote } from './desk.ts';

/** A wave as its ticket tells it. */
export interface WaveStanding extends Phase {
  readonly totals: WaveTotals;
}

export function standingOf(
  wave: Wave,
  policy: Policy,
  summaries: readonly BatchSummary[],
  nowMs: number,
): WaveStanding {
  const totals = totalsOf(summaries);
  return { totals, ...phaseOf(wave, totals, policy.approvals, policy.gate, nowMs) };
}

/** Whether anything was laid out for its machines: from then on something may have changed. */
export function hasBegun({ step, cells }: Pick<Wave, 'step' | 'cells'>): boolean {
  return cells.length > 0 || (step !== 'prepare' && step !== 'finished');
}

/** How the change of a finished wave went. */
export function closeCodeOf(wave: Wave, { phase, totals }: WaveStanding): CloseCode {
  if (!hasBegun(wave)) return 'cancelled';
  if (phase !== 'completed') return 'unsuccessful';
  return totals.failed === 0 && wave.rollback === undefined ? 'successful' : 'successfulWithIssues';
}

/** How far the installing and the removing half of a wave are. */
export function halvesOf({ step, abort, rollback }: Wave): TicketNote['halves'] {
  const isStopped = abort !== null || rollback !== undefined;
  const half = (begins: readonly Wave['step'][], over: readonly Wave['step'][]): Half => {
    if (isStopped) return 'dropped';
    if (over.includes(step)) return 'done';
    return begins.includes(step) ? 'underWay' : 'ahead';
  };
  return {
    deploy: half(['deploy'], ['gate', 'disableConnector', 'remove', 'finished']),
    removal: half(['disableConnector', 'remove'], ['finished']),
  };
}
