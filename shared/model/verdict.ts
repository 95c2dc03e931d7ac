import type { ReasonCode } from './reasons.ts';

/** A judgement about data. Inconclusive never passes. */
export interface Verdict {
  readonly result: VerdictResult;
  readonly reason?: ReasonCode;
  readonly evidence: readonly Evidence[];
  /** When there will be enough more data to judge again, ISO 8601; until then the verdict stands. */
  readonly nextLookAt?: string;
  /** A named person took a verdict that is no pass for good enough. */
  readonly accepted?: {
    readonly id: string;
    readonly by: string;
    readonly reason: string;
    readonly expiresAt: string;
  };
}

export type VerdictResult = 'pass' | 'fail' | 'inconclusive';

/**
 * What the new data is held against. `overlap`: the legacy agent still writes, both together are compared with
 * it alone. `historical`: its last days. `sufficiency`: nothing of it is left, so the rows have to be there,
 * be fresh and be like those of other machines. `presence`: rows are there, and no more was asked for.
 */
export type VerificationMode = 'overlap' | 'historical' | 'sufficiency' | 'presence';

/**
 * New data that the first comparison takes. With two hours and the one they begin in a machine without a baseline can
 * pass (`SUFFICIENCY.minHours`); with less nothing could, and the queries would be for nothing.
 */
export const FIRST_LOOK_SECONDS = 7200;

/** What a verdict rests on: the query, its window and the numbers it gave. */
export interface Evidence {
  readonly query: string;
  readonly workspaceId: string;
  readonly table: string;
  /** The table legacy agents filled, where rules fill another one in its place; both are counted together. */
  readonly legacyTable?: string;
  readonly since: string;
  readonly until: string;
  readonly rows: number;
  readonly baselineRows: number;
  readonly lastRow: string | null;
  readonly result: VerdictResult;
  readonly mode?: VerificationMode;
  /** What it was compared with; absent where there was nothing. */
  readonly baseline?: { readonly since: string; readonly until: string };
  /** Rows that were expected in the window. */
  readonly expectedRows?: number;
  /** Rows of the new agent as a share of what is expected of it, with its interval. */
  readonly share?: { readonly estimate: number; readonly low: number; readonly high: number };
  /** Keys of the table that came before and no longer come; at most ten are named. */
  readonly missingKeys?: readonly string[];
  /** None of the machine's rules fills the table. */
  readonly notCovered?: true;
  /** What the workspace itself says of data it did not take in lately; only beside what is no pass. */
  readonly workspaceReports?: readonly string[];
  /** Why this result, in one sentence. */
  readonly sentence?: string;
}

/** Whether data stands for a removal at this instant: a pass, or a verdict that someone accepted until later. */
export function isProven(verdict: Verdict | null, nowMs: number): boolean {
  if (verdict === null) return false;
  return (
    verdict.result === 'pass' ||
    (verdict.accepted !== undefined && Date.parse(verdict.accepted.expiresAt) > nowMs)
  );
}
