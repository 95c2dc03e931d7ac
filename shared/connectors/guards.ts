import type { Ledger } from '../ledger/ledger.ts';
import { normalizeId } from '../model/ids.ts';
import type { Inventory } from '../model/inventory.ts';
import { ok, type Result } from '../model/trouble.ts';
import { record } from './audit.ts';
import { type ScopeState, scopeState } from './clean-scope.ts';
import type { PolicyAssignment, PolicyGateway } from './guard-gateway.ts';
import { definitionIdOf, GUARD_POLICIES, type GuardEffect, type GuardPolicy } from './guard-policies.ts';

export interface GuardDependencies {
  readonly ledger: Ledger;
  readonly policies: PolicyGateway;
  now(): number;
}

export interface GuardRequest {
  /** Normalised id of a subscription or resource group. */
  readonly scope: string;
  /** null: the guards are removed. */
  readonly effect: GuardEffect | null;
  readonly inventory: Inventory;
  readonly by: string;
  /** Only looks. */
  readonly whatIf: boolean;
}

/** What happens to one assignment: `conflict` has the name of a guard and assigns something else. */
export interface GuardStep {
  readonly name: string;
  readonly machines: string;
  readonly action: 'create' | 'update' | 'unchanged' | 'remove' | 'absent' | 'conflict';
  /** Its effect so far; null where it is not there or passes none. */
  readonly effect: string | null;
}

/** `refused`: a conflict, or Deny on a scope that is not clean. `unconfirmed`: not there when read back. */
export interface Guards {
  readonly status: 'whatIf' | 'refused' | 'done' | 'unconfirmed';
  readonly scope: ScopeState;
  readonly steps: readonly GuardStep[];
}

/**
 * Assigns (or removes) the six policies that keep the legacy agent out of a scope. Deny only where no machine
 * carries the agent: on a scale set that does, Deny blocks every write, even one that scales it out (facts file
 * 3.8). Writes only what differs, so a call that was cut short can be repeated. Trouble is Azure's.
 */
export async function setGuards(
  { ledger, policies, now }: GuardDependencies,
  { scope, effect, inventory, by, whatIf }: GuardRequest,
): Promise<Result<Guards>> {
  const found = await policies.assignments(scope);
  if (!found.ok) return found;
  const state = await scopeState(ledger, inventory, scope, now());
  const steps = GUARD_POLICIES.map((policy) => stepOf(policy, found.value, effect));
  const blocked = effect === 'Deny' && state.state !== 'clean';
  if (whatIf) return ok({ status: 'whatIf', scope: state, steps });
  if (blocked || steps.some(({ action }) => action === 'conflict'))
    return ok({ status: 'refused', scope: state, steps });
  const due = steps.filter(({ action }) => action !== 'unchanged' && action !== 'absent');
  if (due.length === 0) return ok({ status: 'done', scope: state, steps });

  const entry = { at: new Date(now()).toISOString(), waveId: null, by };
  const verb = effect === null ? 'remove guards from' : `guard with ${effect}`;
  const data = { before: found.value.filter(({ name }) => due.some((step) => same(step.name, name))) };
  const message = `${verb} ${scope}: ${due.map(({ name }) => name).join(', ')}`;
  await record(ledger, scope, { ...entry, event: 'intent', message, data });
  for (const policy of GUARD_POLICIES) {
    if (!due.some(({ name }) => name === policy.name)) continue;
    const written = await (effect === null
      ? policies.unassign(scope, policy.name)
      : policies.assign(scope, assignmentOf(policy, effect)));
    if (!written.ok) return written;
  }
  const after = await policies.assignments(scope);
  if (!after.ok) return after;
  const left = GUARD_POLICIES.map((policy) => stepOf(policy, after.value, effect)).filter(
    ({ action }) => action !== 'unchanged' && action !== 'absent',
  );
  if (left.length > 0) return ok({ status: 'unconfirmed', scope: state, steps: left });
  await record(ledger, scope, { ...entry, event: 'effect', message: `done: ${message}` });
  return ok({ status: 'done', scope: state, steps });
}

function stepOf(
  policy: GuardPolicy,
  found: readonly PolicyAssignment[],
  effect: GuardEffect | null,
): GuardStep {
  const { name, machines } = policy;
  const there = found.find((assignment) => same(assignment.name, name));
  const step = { name, machines, effect: there?.effect ?? null };
  if (there === undefined) return { ...step, action: effect === null ? 'absent' : 'create' };
  if (normalizeId(there.definitionId) !== normalizeId(definitionIdOf(policy)))
    return { ...step, action: 'conflict' };
  if (effect === null) return { ...step, action: 'remove' };
  const right = there.enforced && same(there.effect ?? '', effect);
  return { ...step, action: right ? 'unchanged' : 'update' };
}

function assignmentOf(policy: GuardPolicy, effect: GuardEffect): PolicyAssignment {
  return {
    name: policy.name,
    displayName: `Keep the legacy Log Analytics agent off ${policy.machines}`,
    definitionId: definitionIdOf(policy),
    effect,
    enforced: true,
  };
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
