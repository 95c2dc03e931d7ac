import type { OsType } from './agents.ts';
import type { Rule } from './machine.ts';

/** The rules that a workspace's rule set put in place: what its machines are associated with. */
export interface DeployedRules {
  readonly ruleSetId: string;
  /** Normalised. */
  readonly workspaceId: string;
  /** When the deployment had read all of them back. */
  readonly at: string;
  readonly rules: readonly Rule[];
  /** Rules of others that collect a part of the same; normalised ids. */
  readonly reusedIds: readonly string[];
  readonly expected: readonly ExpectedChange[];
}

/** What the rows of a table will be otherwise than before, because its rules were made so on purpose. */
export interface ExpectedChange {
  readonly table: string;
  /** Keys that are not collected any more; they are left out of every comparison. */
  readonly ignoredKeys: readonly string[];
  /** `other`: rows come in another rhythm that is not known, so their number cannot be compared. */
  readonly volume: 'same' | 'other';
  /** Counters that come in another rhythm that is known, of `Perf`. */
  readonly rhythms?: readonly { readonly os: OsType; readonly counter: string; readonly share: number }[];
}
