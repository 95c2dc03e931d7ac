import { assess } from '../inventory/assess.ts';
import type { Inventory } from '../ledger/inventories.ts';
import { cellOf } from '../model/ids.ts';
import type { Machine, Rule } from '../model/machine.ts';
import type { BlockedMachine, PlannedMachine, RuleAssignment } from '../model/plan.ts';
import { matches, type Policy } from '../model/policy.ts';
import { REASONS, type ReasonCode } from '../model/reasons.ts';
import { tableOfStream } from '../model/streams.ts';

export type Planned =
  | { readonly kind: 'planned'; readonly machine: PlannedMachine }
  | { readonly kind: 'blocked'; readonly machine: BlockedMachine }
  | { readonly kind: 'alreadyMigrated' | 'notApplicable' };

/** What a plan will do to one machine, or why it leaves it out. Pure. */
export function planMachine(machine: Machine, inventory: Inventory, policy: Policy): Planned {
  const named = policy.identities.find(({ match }) => machine.kind === 'azureVm' && matches(match, machine));
  const namedIdentity = named?.userAssignedIdentityId ?? null;
  const assessment = assess(machine, { holdTag: policy.holdTag, namedIdentity });
  if (assessment.status === 'alreadyMigrated' || assessment.status === 'notApplicable') {
    return { kind: assessment.status };
  }
  const reasons = assessment.status === 'blocked' ? [...assessment.reasons] : [];
  const rules = rulesFor(machine, inventory, policy);
  if (typeof rules === 'string') reasons.push({ code: rules });
  const proxyProfile = policy.proxies.rules.find(({ match }) => matches(match, machine))?.profile ?? null;
  const endpoint = endpointFor(machine, inventory, policy, proxyProfile);
  if (endpoint === undefined) reasons.push({ code: 'noEndpoint', detail: machine.region });
  if (reasons.length > 0 || typeof rules === 'string' || endpoint === undefined || machine.os === 'unknown') {
    return { kind: 'blocked', machine: blockedMachine(machine.id, reasons) };
  }
  return {
    kind: 'planned',
    machine: {
      id: machine.id,
      resourceId: machine.resourceId,
      kind: machine.kind,
      os: machine.os,
      region: machine.region,
      cell: cellOf(machine.subscriptionId, machine.region),
      proxyProfile,
      userAssignedIdentityId: namedIdentity,
      endpointId: endpoint,
      rules,
      legacyWorkspaces: machine.legacyWorkspaces,
      scomAttached: machine.heartbeats.scom !== null || policy.scom.some((match) => matches(match, machine)),
    },
  };
}

export function blockedMachine(
  machineId: string,
  reasons: readonly { code: ReasonCode; detail?: string }[],
): BlockedMachine {
  return {
    machineId,
    reasons: reasons.map(({ code, detail }) => ({
      code,
      text: REASONS[code].text,
      needs: REASONS[code].needs,
      ...(detail === undefined ? {} : { detail }),
    })),
  };
}

/** Named rules first; else every rule of the machine's system that feeds a workspace its legacy agent fed. */
function rulesFor(machine: Machine, inventory: Inventory, policy: Policy): RuleAssignment[] | ReasonCode {
  const line = policy.rules.find(
    ({ match, workspaceId }) =>
      matches(match, machine) &&
      (workspaceId === undefined || machine.legacyWorkspaces.includes(workspaceId)),
  );
  if (line !== undefined) {
    const named = inventory.rules.filter(({ id }) => line.ruleIds.includes(id));
    return named.length === line.ruleIds.length ? named.flatMap(assignments) : 'noRule';
  }
  if (machine.legacyWorkspaces.length === 0) return 'noWorkspace';
  const found = inventory.rules.filter(
    (rule) =>
      (rule.os === machine.os || rule.os === 'any') &&
      rule.flows.some(({ workspaceId }) => machine.legacyWorkspaces.includes(workspaceId)),
  );
  return found.length === 0 ? 'noRule' : found.flatMap(assignments);
}

/** A rule with the tables it fills in each workspace it sends to. */
function assignments(rule: Rule): RuleAssignment[] {
  const workspaces = [...new Set(rule.flows.map(({ workspaceId }) => workspaceId))];
  return workspaces.map((workspaceId) => ({
    ruleId: rule.id,
    resourceId: rule.resourceId,
    workspaceId,
    tables: [
      ...new Set(
        rule.flows.flatMap((flow) => {
          const table = flow.workspaceId === workspaceId ? tableOfStream(flow.stream) : undefined;
          return table === undefined ? [] : [table];
        }),
      ),
    ],
  }));
}

/** null: none needed. undefined: needed and not to be had. */
function endpointFor(
  machine: Machine,
  inventory: Inventory,
  policy: Policy,
  profile: string | null,
): string | null | undefined {
  if (profile === null || policy.proxies.profiles[profile]?.kind !== 'privateLink') return null;
  const line = policy.endpoints.find(
    ({ region }) => region.toLowerCase().replaceAll(' ', '') === machine.region,
  );
  const endpoint = inventory.endpoints.find(({ id, region }) =>
    line === undefined ? region === machine.region : id === line.endpointId,
  );
  return endpoint?.id;
}
