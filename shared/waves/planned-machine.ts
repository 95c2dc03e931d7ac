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
  const unread = inventory.unreadWorkspaces.find(({ id }) => machine.legacyWorkspaces.includes(id));
  if (unread !== undefined)
    reasons.push({ code: 'workspaceUnread', detail: `${unread.id}: ${unread.reason}` });
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
 * The rules of every workspace the legacy agent feeds: those a plan line names for it, else every rule of
 * the machine's system that feeds it. Each workspace needs one, or what the machine sends there would end
 * with the legacy agent. A line without workspace stands for all, also for those that cannot be seen.
 */
function rulesFor(
  machine: Machine,
  inventory: Inventory,
  policy: Policy,
): RuleAssignment[] | AssessmentReason {
  const lines = policy.rules.filter(({ match }) => matches(match, machine));
  const general = lines.find(({ workspaceId }) => workspaceId === undefined);
  if (machine.legacyWorkspaces.length === 0 || machine.unseenWorkspaces.length > 0) {
    if (general === undefined) {
      const [unseen] = machine.unseenWorkspaces;
      return { code: 'noWorkspace', ...(unseen === undefined ? {} : { detail: `workspace ${unseen}` }) };
    }
  }
  const chosen = new Map<string, Rule>();
  const targets: (string | undefined)[] = [...machine.legacyWorkspaces];
  if (targets.length === 0) targets.push(undefined);
  for (const target of targets) {
    const line = lines.find(({ workspaceId }) => workspaceId === undefined || workspaceId === target);
    const rules =
      line === undefined
        ? foundRules(machine, inventory, target)
        : namedRules(machine, inventory, line.ruleIds);
    if (!Array.isArray(rules)) return rules;
    for (const rule of rules) chosen.set(rule.id, rule);
  }
  return [...chosen.values()].flatMap(assignments);
}

function fits(rule: Rule, machine: Machine): boolean {
  return rule.os === machine.os || rule.os === 'any';
}

function foundRules(
  machine: Machine,
  inventory: Inventory,
  workspaceId: string | undefined,
): Rule[] | AssessmentReason {
  const found = inventory.rules.filter(
    (rule) => fits(rule, machine) && rule.flows.some((flow) => flow.workspaceId === workspaceId),
  );
  return found.length > 0
    ? found
    : { code: 'noRule', ...(workspaceId === undefined ? {} : { detail: workspaceId }) };
}

function namedRules(
  machine: Machine,
  inventory: Inventory,
  ruleIds: readonly string[],
): Rule[] | AssessmentReason {
  const rules: Rule[] = [];
  for (const ruleId of new Set(ruleIds)) {
    const rule = inventory.rules.find(({ id }) => id === ruleId);
    if (rule === undefined || !fits(rule, machine)) return { code: 'noRule', detail: ruleId };
    rules.push(rule);
  }
  return rules;
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
