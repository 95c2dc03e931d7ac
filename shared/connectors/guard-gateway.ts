import type { Result } from '../model/trouble.ts';

/** An assignment of a policy, as far as guards need it. */
export interface PolicyAssignment {
  readonly name: string;
  readonly displayName: string;
  readonly definitionId: string;
  /** The parameter `effect`; null where none is passed. */
  readonly effect: string | null;
  readonly enforced: boolean;
}

/** What guards need from Azure Policy; scopes are subscriptions or resource groups. */
export interface PolicyGateway {
  /** Assignments made at exactly this scope. */
  assignments(scope: string): Promise<Result<readonly PolicyAssignment[]>>;
  assign(scope: string, assignment: PolicyAssignment): Promise<Result<void>>;
  /** Removing what is not there is no trouble. */
  unassign(scope: string, name: string): Promise<Result<void>>;
}
