import { REGIONS, regionSupport } from '../inventory/regions.ts';
import { contentHash, normalizeId, shortHash } from '../model/ids.ts';
import type { Rule } from '../model/machine.ts';
import { type AgentPolicy, ASSOCIATORS, INSTALLERS, type NeededRole } from './definitions.ts';
import type { AgentAssignment } from './gateway.ts';

export interface PolicyWish {
  /** Normalised id of a subscription or resource group. */
  readonly scope: string;
  /** Region of the identities. */
  readonly location: string;
  readonly kinds: readonly (AgentPolicy['kind'] & string)[];
  /** Rules of the deployed rule sets. */
  readonly rules: readonly Pick<Rule, 'id' | 'resourceId' | 'os' | 'name'>[];
  /** Regions of the machines of the scope. */
  readonly regions: readonly string[];
  /** Machines of images that Microsoft's list does not have as well. */
  readonly allImages: boolean;
}

export interface WantedAssignment extends Omit<AgentAssignment, 'principalId'> {
  readonly location: string;
  readonly machines: string;
  readonly roles: readonly NeededRole[];
}

/** What happens to one assignment: `conflict` has the name of ours and assigns something else. */
export interface PolicyStep {
  readonly name: string;
  readonly machines: string;
  readonly definitionId: string;
  readonly action: 'create' | 'update' | 'unchanged' | 'remove' | 'conflict';
  readonly parameters: Readonly<Record<string, { readonly value: unknown }>>;
  readonly principalId: string | null;
  readonly roles: readonly NeededRole[];
  /** Commands that give its identity those roles; none before there is one. */
  readonly grants: readonly string[];
}

/** Assignments of rules have this in front; the rest of the name is that of the rule. */
const RULE_PREFIX = 'ama-policy-rule-';

/** The assignments that keep a scope on the agent and on its deployed rules. Pure. */
export function wantedAssignments(wish: PolicyWish): WantedAssignment[] {
  const installers = INSTALLERS.filter(({ kind }) => kind !== null && wish.kinds.includes(kind)).map(
    (policy) => assignment(policy, wish, policy.name, `${policy.os} ${policy.kind}`, {}),
  );
  const rules = wish.rules.flatMap((rule) =>
    ASSOCIATORS.filter(({ os }) => rule.os === os || rule.os === 'any').map((policy) => {
      const name = `${policy.name}-${shortHash(rule.id, 12)}`;
      const parameters = { dcrResourceId: { value: rule.resourceId } };
      return assignment(policy, wish, name, `${policy.os}, rule ${rule.name}`, parameters);
    }),
  );
  return [...installers, ...rules];
}

function assignment(
  policy: AgentPolicy,
  { location, allImages, regions }: PolicyWish,
  name: string,
  machines: string,
  own: WantedAssignment['parameters'],
): WantedAssignment {
  // The list is a default of the definition: passing one replaces it, so it is passed only where it lacks a region.
  const unlisted = regions.filter((region) => regionSupport(region) === 'unlisted');
  return {
    ...{ name, machines, location, enforced: true, roles: policy.roles },
    displayName: `Azure Monitor Agent: ${machines}`,
    definitionId: definitionId(policy),
    parameters: {
      effect: { value: 'DeployIfNotExists' },
      ...own,
      ...(policy.images ? { scopeToSupportedImages: { value: !allImages } } : {}),
      ...(policy.regions && unlisted.length > 0
        ? { listOfApplicableLocations: { value: [...new Set([...REGIONS.public, ...unlisted])].sort() } }
        : {}),
    },
  };
}

function definitionId({ definition }: AgentPolicy): string {
  return `/providers/Microsoft.Authorization/policyDefinitions/${definition}`;
}

/** What would be written, given what is assigned at the scope now. Pure. */
export function policySteps(
  scope: string,
  wanted: readonly WantedAssignment[],
  found: readonly AgentAssignment[],
): PolicyStep[] {
  const names = new Set(wanted.map(({ name }) => name));
  const stale = found.filter(({ name }) => name.startsWith(RULE_PREFIX) && !names.has(name));
  return [
    ...wanted.map((one) => {
      const there = found.find(({ name }) => name.toLowerCase() === one.name);
      return stepOf(scope, one, there, actionOf(one, there));
    }),
    // A rule that no deployed set has any more must not be associated with what is new.
    ...stale.map((one) =>
      stepOf(scope, { ...one, machines: one.displayName, roles: [] }, one, 'remove' as const),
    ),
  ];
}

function stepOf(
  scope: string,
  wanted: Pick<WantedAssignment, 'name' | 'machines' | 'definitionId' | 'parameters' | 'roles'>,
  there: AgentAssignment | undefined,
  action: PolicyStep['action'],
): PolicyStep {
  const { name, machines, definitionId: definition, parameters, roles } = wanted;
  const principalId = there?.principalId ?? null;
  const grants = principalId === null ? [] : roles.map(({ id }) => grant(scope, principalId, id));
  return { name, machines, definitionId: definition, action, parameters, principalId, roles, grants };
}

function grant(scope: string, principalId: string, roleId: string): string {
  return `az role assignment create --assignee-object-id ${principalId} --assignee-principal-type ServicePrincipal --role ${roleId} --scope '${scope}'`;
}

function actionOf(
  { definitionId: wanted, parameters }: WantedAssignment,
  there: AgentAssignment | undefined,
): PolicyStep['action'] {
  if (there === undefined) return 'create';
  if (normalizeId(there.definitionId) !== normalizeId(wanted)) return 'conflict';
  const same = there.enforced && there.principalId !== null && alike(there.parameters, parameters);
  return same ? 'unchanged' : 'update';
}

/** Parameter names and ids come back in other casings. */
function alike(a: WantedAssignment['parameters'], b: WantedAssignment['parameters']): boolean {
  const plain = (parameters: WantedAssignment['parameters']) =>
    contentHash(JSON.parse(JSON.stringify(parameters).toLowerCase()));
  return plain(a) === plain(b);
}
