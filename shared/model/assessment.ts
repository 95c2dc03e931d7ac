import type { ReasonCode } from './reasons.ts';

export interface AssessmentReason {
  readonly code: ReasonCode;
  readonly detail?: string;
}

/** What stands between a machine and its migration, from the inventory alone. */
export type Assessment =
  | { readonly status: 'ready' }
  /** Only the new agent is there. */
  | { readonly status: 'alreadyMigrated' }
  /** No agent at all: nothing to migrate. */
  | { readonly status: 'notApplicable' }
  | { readonly status: 'blocked'; readonly reasons: readonly AssessmentReason[] };
