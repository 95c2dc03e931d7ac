import { type AssessmentReason, assess } from '../inventory/assess.ts';
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
  if (!Array.isArray(rules)) reasons.push(rules);
  const proxyProfile = policy.proxies.rules.find(({ match }) => matches(match, machine))?.profile ?? null;
  const endpoint = endpointFor(machine, inventory, policy, proxyProfile);
  if (endpoint === undefined) reasons.push({ code: 'noEndpoint', detail: machine.region });
  if (reasons.length > 0 || !Array.isArray(rules) || endpoint === undefined || machine.os === 'unknown') {
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

/**
 * Named rules first; else every rule of the machine's system that feeds a workspace its legacy agent fed.
 * Each of those workspaces needs one, or what the machine sends there would end with the legacy agent.
 */
function rulesFor(
  machine: Machine,
  inventory: Inventory,
  policy: Policy,
): RuleAssignment[] | AssessmentReason {
  const line = policy.rules.find(
    ({ match, workspaceId }) =>
      matches(match, machine) &&
      (workspaceId === undefined || machine.legacyWorkspaces.includes(workspaceId)),
  );
  if (line !== undefined) return namedRules(inventory, [...new Set(line.ruleIds)]);
  const [unseen] = machine.unseenWorkspaces;
  if (unseen !== undefined || machine.legacyWorkspaces.length === 0) {
    return { code: 'noWorkspace', ...(unseen === undefined ? {} : { detail: `workspace ${unseen}` }) };
  }
  const candidates = inventory.rules.filter(({ os }) => os === machine.os || os === 'any');
  const feeds = (rule: Rule, workspaceId: string) =>
    rule.flows.some((flow) => flow.workspaceId === workspaceId);
  const bare = machine.legacyWorkspaces.find(
    (workspaceId) => !candidates.some((rule) => feeds(rule, workspaceId)),
  );
  if (bare !== undefined) return { code: 'noRule', detail: bare };
  return candidates
    .filter((rule) => machine.legacyWorkspaces.some((workspaceId) => feeds(rule, workspaceId)))
    .flatMap(assignments);
}

function namedRules(inventory: Inventory, ruleIds: readonly string[]): RuleAssignment[] | AssessmentReason {
  const missing = ruleIds.find((ruleId) => !inventory.rules.some(({ id }) => id === ruleId));
  if (missing !== undefined) return { code: 'noRule', detail: missing };
  return inventory.rules.filter(({ id }) => ruleIds.includes(id)).flatMap(assignments);
}

/** A rule with the tables it fills in each workspace it sends to; one that feeds no workspace is still associated. */
function assignments(rule: Rule): RuleAssignment[] {
  const { id: ruleId, resourceId } = rule;
  const workspaces = [...new Set(rule.flows.map(({ workspaceId }) => workspaceId))];
  if (workspaces.length === 0) return [{ ruleId, resourceId, workspaceId: null, tables: [] }];
  return workspaces.map((workspaceId) => ({
    ruleId,
    resourceId,
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
