import type { ReasonCode } from '../model/reasons.ts';
import type { Trouble } from '../model/trouble.ts';
import type { Evidence, Verdict } from '../model/verdict.ts';

/** Rows of one expected table from one machine, before they are judged. */
export type TableCount = Omit<Evidence, 'result'>;

export interface JudgeInput {
  /** A workspace could not be asked: silence then proves nothing. */
  readonly trouble: Trouble | null;
  readonly heartbeatFresh: boolean;
  /** True while a legacy agent was heard in the judged window: its rows land in the same tables. */
  readonly legacyLive: boolean;
  /** Whether a rise over the baseline must show that the new agent writes; only where the baseline is the legacy agent alone. */
  readonly expectRise: boolean;
  readonly counts: readonly TableCount[];
}

/** Two agents on one machine write about twice the rows of one; less than this is no proof. */
const OVERLAP_RISE = 1.5;
/** Below this many baseline rows a ratio means nothing. */
const MIN_BASELINE_ROWS = 20;

/** Presence and attribution of data for one machine. No data is inconclusive, never a pass. */
export function judge(input: JudgeInput): Verdict {
  const evidence = input.counts.map((count) => judgeTable(count, input));
  const reason = reasonOf(input, evidence);
  if (reason === undefined) return { result: 'pass', evidence };
  return { result: 'inconclusive', reason, evidence };
}

function reasonOf(input: JudgeInput, evidence: readonly Evidence[]): ReasonCode | undefined {
  if (input.trouble !== null) return 'queryFailed';
  if (input.counts.length === 0) return 'unverifiableRules';
  if (!input.heartbeatFresh) return 'noHeartbeat';
  if (evidence.some(({ rows }) => rows === 0)) return 'dataNotYet';
  if (evidence.some(({ result }) => result !== 'pass')) return 'attributionUnclear';
  return undefined;
}

function judgeTable(count: TableCount, input: JudgeInput): Evidence {
  return { ...count, result: tableResult(count, input) };
}

function tableResult(count: TableCount, { legacyLive, expectRise }: JudgeInput): Evidence['result'] {
  if (count.rows === 0) return 'inconclusive';
  if (!legacyLive || !expectRise) return 'pass';
  if (count.baselineRows < MIN_BASELINE_ROWS) return 'inconclusive';
  return count.rows >= OVERLAP_RISE * count.baselineRows ? 'pass' : 'inconclusive';
}
