import type { OutcomeStatus } from '../model/outcome.ts';
import { type Needs, REASONS, type ReasonCode } from '../model/reasons.ts';
import { add, type ReasonTally } from './batch-digest.ts';
import type { WaveIndex } from './wave-index.ts';

/** Machines that share a reason, with what to do about it and who must. */
export interface TroubleGroup extends ReasonTally {
  readonly text: string;
  readonly needs: Needs;
}

const RANK: Readonly<Record<OutcomeStatus, number>> = {
  failed: 0,
  blocked: 1,
  waiting: 2,
  skipped: 3,
  alreadyDone: 4,
  done: 4,
};

/** What machines of a wave failed at, are blocked by, wait for or skipped: the worst first, then the most frequent. */
export function troublesOf({ digests }: Pick<WaveIndex, 'digests'>): TroubleGroup[] {
  const tallies = new Map<string, ReasonTally>();
  for (const { reasons } of digests.values()) for (const tally of reasons) add(tallies, tally);
  return [...tallies.values()]
    .map((tally) => ({ ...tally, ...meaningOf(tally.reason) }))
    .sort((a, b) => RANK[a.status] - RANK[b.status] || b.machines - a.machines);
}

function meaningOf(code: ReasonCode): { text: string; needs: Needs } {
  const { text, needs } = REASONS[code];
  return { text, needs };
}
