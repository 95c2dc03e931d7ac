import type { Ledger } from '../ledger/ledger.ts';
import { policySteps, wantedAssignments } from '../policies/desired.ts';
import type { AgentPolicyGateway } from '../policies/gateway.ts';
import { type StoredWish, wishOf } from '../policies/wish.ts';
import type { FreshFinding } from './machine-drift.ts';

interface Dependencies {
  readonly ledger: Ledger;
  readonly agentPolicies: Pick<AgentPolicyGateway, 'assignments'>;
}

/** Whether the policies of a scope are still what was asked for, with the rules that are deployed now. */
export async function policyDrift(
  { ledger, agentPolicies }: Dependencies,
  stored: StoredWish,
  inventoryId: string,
): Promise<FreshFinding[]> {
  const { scope } = stored;
  const subject = { kind: 'policyAssignment', id: scope } as const;
  const found = await agentPolicies.assignments(scope);
  if (!found.ok)
    return [{ code: 'notRead', subject, detail: `policies: ${found.trouble.message}`, remedy: null }];
  const wish = await wishOf(ledger, stored, inventoryId);
  const behind = policySteps(scope, wantedAssignments(wish), found.value).filter(
    ({ action }) => action !== 'unchanged',
  );
  if (behind.length === 0) return [];
  const detail = behind.map(({ name, action }) => `${action} ${name}`).join(', ');
  return [{ code: 'policiesBehind', subject, detail, remedy: null }];
}
