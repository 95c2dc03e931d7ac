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
}
