import type { ReasonCode } from './reasons.ts';

/** A judgement about data. Inconclusive never passes. */
export interface Verdict {
  readonly result: 'pass' | 'fail' | 'inconclusive';
  readonly reason?: ReasonCode;
  readonly evidence: readonly Evidence[];
}

/** What a verdict rests on: the query, its window and the numbers it gave. */
export interface Evidence {
  readonly query: string;
  readonly workspaceId: string;
  readonly table: string;
  readonly since: string;
  readonly until: string;
  readonly rows: number;
  readonly baselineRows: number;
  readonly lastRow: string | null;
  readonly result: 'pass' | 'fail' | 'inconclusive';
}
