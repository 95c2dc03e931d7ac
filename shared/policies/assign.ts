import { record } from '../connectors/audit.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { ok, type Result } from '../model/trouble.ts';
import {
  type PolicyStep,
  type PolicyWish,
  policySteps,
  type WantedAssignment,
  wantedAssignments,
} from './desired.ts';
import type { AgentPolicyGateway, Remediation } from './gateway.ts';

export interface AssignDependencies {
  readonly ledger: Ledger;
  readonly agentPolicies: AgentPolicyGateway;
  now(): number;
}

export interface AssignRequest extends PolicyWish {
  readonly by: string;
  /** Only looks. */
  readonly whatIf: boolean;
  /** Has Azure Policy deal with the machines that are there already. */
  readonly remediate: boolean;
}

/** `refused`: a conflict. `unconfirmed`: Azure took it and does not show it yet; the same call again goes on. */
export interface AgentPolicies {
  readonly status: 'whatIf' | 'refused' | 'done' | 'unconfirmed';
  readonly steps: readonly PolicyStep[];
  readonly remediations: readonly Remediation[];
}

const ENDED = /^(succeeded|failed|canceled|complete)$/i;

/**
 * Assigns the built-in policies that install the agent and associate the deployed rules, each with an identity of its
 * own, and takes away those whose rule is no longer deployed. Writes only what differs. The identities get no role
 * here: the app may not give any; the steps have the commands. Trouble is Azure's.
 */
export async function assignAgentPolicies(
  { ledger, agentPolicies, now }: AssignDependencies,
  request: AssignRequest,
): Promise<Result<AgentPolicies>> {
  const { scope, by, whatIf, remediate } = request;
  const wanted = wantedAssignments(request);
  const found = await agentPolicies.assignments(scope);
  if (!found.ok) return found;
  const steps = policySteps(scope, wanted, found.value);
  const before = await agentPolicies.remediations(scope);
  if (!before.ok) return before;
  const remediations = before.value.filter((one) => ours(wanted, one) !== undefined);
  if (whatIf) return ok({ status: 'whatIf', steps, remediations });
  if (steps.some(({ action }) => action === 'conflict'))
    return ok({ status: 'refused', steps, remediations });
  const due = steps.filter(({ action }) => action !== 'unchanged');
  const entry = { at: new Date(now()).toISOString(), waveId: null, by };
  if (due.length > 0) {
    const message = `assign policies for agents at ${scope}: ${due.map(({ name, action }) => `${action} ${name}`).join(', ')}`;
    const data = { before: found.value.filter(({ name }) => due.some((step) => step.name === name)) };
    await record(ledger, scope, { ...entry, event: 'intent', message, data });
  }
  for (const { name, action } of due) {
    const one = wanted.find((candidate) => candidate.name === name);
    const written =
      action === 'remove' || one === undefined
        ? await agentPolicies.unassign(scope, name)
        : await agentPolicies.assign(scope, one);
    if (!written.ok) return written;
  }
  const after = due.length === 0 ? found : await agentPolicies.assignments(scope);
  if (!after.ok) return after;
  const left = policySteps(scope, wanted, after.value);
  if (left.some(({ action }) => action !== 'unchanged'))
    return ok({ status: 'unconfirmed', steps: left, remediations });
  if (due.length > 0)
    await record(ledger, scope, {
      ...entry,
      event: 'effect',
      message: `policies for agents are assigned at ${scope}`,
    });
  if (!remediate) return ok({ status: 'done', steps: left, remediations });
  for (const { name } of wanted) {
    const id = assignmentId(scope, name);
    if (remediations.some((one) => sameId(one.assignmentId, id) && !ENDED.test(one.state))) continue;
    await record(ledger, scope, { ...entry, event: 'intent', message: `remediate ${name} at ${scope}` });
    const stamp = entry.at.slice(0, 16).replace(/\D/g, '');
    const started = await agentPolicies.remediate(scope, `${name}-${stamp}`, id);
    if (!started.ok) return started;
  }
  const running = await agentPolicies.remediations(scope);
  if (!running.ok) return running;
  const own = running.value.filter((one) => ours(wanted, one) !== undefined);
  return ok({ status: 'done', steps: left, remediations: own });
}

function assignmentId(scope: string, name: string): string {
  return `${scope}/providers/Microsoft.Authorization/policyAssignments/${name}`;
}

function ours(wanted: readonly WantedAssignment[], one: Remediation): WantedAssignment | undefined {
  const name = one.assignmentId.split('/').at(-1)?.toLowerCase();
  return wanted.find((candidate) => candidate.name === name);
}

function sameId(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
