import type { Result } from '../model/trouble.ts';

/** An assignment as far as policies for agents need it. */
export interface AgentAssignment {
  readonly name: string;
  readonly displayName: string;
  readonly definitionId: string;
  /** By name, each as `{ value }`. */
  readonly parameters: Readonly<Record<string, { readonly value: unknown }>>;
  readonly enforced: boolean;
  /** Where its identity is; null: it has none. */
  readonly location: string | null;
  readonly principalId: string | null;
}

export interface Remediation {
  readonly name: string;
  readonly assignmentId: string;
  /** As Azure says it: Accepted, Evaluating, Succeeded, Failed, Canceled, … */
  readonly state: string;
  readonly total: number;
  readonly failed: number;
}

/** What policies for agents need from Azure Policy; scopes are subscriptions or resource groups. */
export interface AgentPolicyGateway {
  /** Assignments made at exactly this scope. */
  assignments(scope: string): Promise<Result<readonly AgentAssignment[]>>;
  /** With a system-assigned identity in the location. */
  assign(
    scope: string,
    assignment: Omit<AgentAssignment, 'principalId'> & { readonly location: string },
  ): Promise<Result<void>>;
  unassign(scope: string, name: string): Promise<Result<void>>;
  remediations(scope: string): Promise<Result<readonly Remediation[]>>;
  remediate(scope: string, name: string, assignmentId: string): Promise<Result<void>>;
}
