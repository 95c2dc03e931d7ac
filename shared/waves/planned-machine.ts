import { assess } from '../inventory/assess.ts';
import { osReleaseOf } from '../inventory/os-release.ts';
import { isAlive } from '../inventory/reports.ts';
import { isLegacyExtension } from '../model/agents.ts';
import type { AssessmentReason } from '../model/assessment.ts';
import type { DeployedRules } from '../model/deployed-rules.ts';
import { cellOf, normalizeRegion } from '../model/ids.ts';
import { namedWorkspaces } from '../model/legacy-settings.ts';
import type { Endpoint, Machine, Rule, Workspace } from '../model/machine.ts';
import type { BlockedMachine, PlannedMachine } from '../model/plan.ts';
import { matches, type Policy } from '../model/policy.ts';
import { REASONS } from '../model/reasons.ts';
import { createRuleChooser } from './plan-rules.ts';

/** What a plan needs of an inventory beside its machines. */
export interface PlannableEstate {
  readonly id: string;
  readonly startedAt: string;
  readonly completedAt: string | null;
  readonly rules: readonly Rule[];
  /** Of the workspaces that have one; their machines take their rules from it. */
  readonly ruleSets: readonly DeployedRules[];
  readonly endpoints: readonly Endpoint[];
  readonly workspaces: readonly Workspace[];
  /** Workspaces whose heartbeats could not be read, with the reason. */
  readonly unreadWorkspaces: readonly { readonly id: string; readonly reason: string }[];
  /** Machines that were migrated before and are to be put right, with the workspaces they left; absent: none. */
  readonly repaired?: ReadonlyMap<string, { readonly legacyWorkspaces: readonly string[] }>;
}

export type Planned =
  | {
      readonly kind: 'planned';
      readonly machine: PlannedMachine;
      /** Its rules send metrics, and it reaches Azure through a proxy, which carries none. */
      readonly metricsBehindProxy: boolean;
    }
  | { readonly kind: 'blocked'; readonly machine: BlockedMachine }
  | { readonly kind: 'alreadyMigrated' | 'notApplicable' };

/** Makes the function that says what a plan will do to a machine, or why it leaves it out. Pure. */
export function createPlanner(estate: PlannableEstate, policy: Policy): (machine: Machine) => Planned {
  const rulesFor = createRuleChooser(estate, policy);
  const unread = new Map(estate.unreadWorkspaces.map(({ id, reason }) => [id, reason]));
  const customerIds = new Map(
    estate.workspaces.map(({ id, customerId }) => [id, customerId.toLowerCase()] as const),
  );
  // The instant the inventory judged by: what was heard "just now" was heard before it took its time.
  const now = Date.parse(estate.startedAt);
  const privateEndpoints = new Map<string, string | undefined>();
  const endpointIn = (region: string) => {
    if (!privateEndpoints.has(region)) privateEndpoints.set(region, privateEndpoint(region, estate, policy));
    return privateEndpoints.get(region);
  };
  return (found) => {
    const repaired = estate.repaired?.get(found.id);
    // Its legacy agent is gone, and with it what said where its data has to go.
    const machine =
      repaired === undefined || found.legacyWorkspaces.length > 0
        ? found
        : { ...found, legacyWorkspaces: repaired.legacyWorkspaces };
    const namedIdentity = identityFor(machine, policy);
    const scomAttached =
      machine.heartbeats.scom !== null || policy.scom.some((match) => matches(match, machine));
    const { removal } = policy;
    const manualInstalls = removal.manualInstalls || (scomAttached && removal.scom === 'detach');
    const assessment = assess(machine, {
      ...{ holdTag: policy.holdTag, namedIdentity, now, manualInstalls },
      scaleSets: policy.scaleSets,
      ...(repaired === undefined ? {} : { repairs: true }),
    });
    if (assessment.status === 'alreadyMigrated' || assessment.status === 'notApplicable') {
      return { kind: assessment.status };
    }
    const reasons = assessment.status === 'blocked' ? [...assessment.reasons] : [];
    const { id, resourceId, kind, os, region } = machine;
    // The assessment blocks these; here it is only the types that learn it.
    if (kind === 'unmanaged') return block(id, reasons);
    const unreadId = machine.legacyWorkspaces.find((workspaceId) => unread.has(workspaceId));
    if (unreadId !== undefined)
      reasons.push({ code: 'workspaceUnread', detail: `${unreadId}: ${unread.get(unreadId)}` });
    // Where the legacy agent goes on to report, nothing has to take its place.
    const leaves = machine.legacyWorkspaces.filter(
      (workspace) => !removal.keepWorkspaces.includes(workspace),
    );
    const keepsAll = leaves.length === 0 && machine.legacyWorkspaces.length > 0;
    if (keepsAll) reasons.push({ code: 'workspaceKept' });
    const rules = rulesFor({ ...machine, legacyWorkspaces: leaves });
    if (!rules.ok && !keepsAll) reasons.push(rules.reason);
    const proxyProfile = policy.proxies.rules.find(({ match }) => matches(match, machine))?.profile ?? null;
    // null: none needed. undefined: needed and not to be had.
    const isPrivate = proxyProfile !== null && policy.proxies.profiles[proxyProfile]?.kind === 'privateLink';
    const endpointId = isPrivate ? endpointIn(region) : null;
    if (endpointId === undefined) reasons.push({ code: 'noEndpoint', detail: region });
    if (reasons.length > 0 || !rules.ok || endpointId === undefined || os === 'unknown') {
      return block(id, reasons);
    }
    const reportsTo = [
      ...namedWorkspaces(machine.extensions),
      ...machine.legacyWorkspaces.flatMap((workspaceId) => customerIds.get(workspaceId) ?? []),
    ];
    return {
      kind: 'planned',
      metricsBehindProxy: rules.metrics && isProxied(policy, proxyProfile),
      machine: {
        id,
        resourceId,
        kind,
        os,
        osRelease: osReleaseOf(machine),
        region,
        cell: cellOf(machine.subscriptionId, region),
        proxyProfile,
        userAssignedIdentityId: namedIdentity,
        endpointId,
        rules: rules.assignments,
        legacyWorkspaces: machine.legacyWorkspaces,
        scomAttached,
        vmId: machine.vmId?.toLowerCase() || null,
        legacyCustomerIds: [...new Set(reportsTo)].sort(),
        ...(machine.extensions.some(isLegacyExtension) || isWithout(machine, repaired, now)
          ? {}
          : { legacyForms: ['manual'] as const }),
        ...(machine.scaleSet === null ? {} : { instances: machine.scaleSet.instances }),
      },
    };
  };
}

/** A machine that is only put right: no script has to look for an agent that is not there. */
function isWithout(machine: Machine, repaired: unknown, now: number): boolean {
  return repaired !== undefined && !isAlive(machine, now);
}

/** For one machine; many go faster through one planner. */
export function planMachine(machine: Machine, estate: PlannableEstate, policy: Policy): Planned {
  return createPlanner(estate, policy)(machine);
}

export function blockedMachine(machineId: string, reasons: readonly AssessmentReason[]): BlockedMachine {
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

function block(machineId: string, reasons: readonly AssessmentReason[]): Planned {
  return { kind: 'blocked', machine: blockedMachine(machineId, reasons) };
}

function identityFor(machine: Machine, policy: Policy): string | null {
  if (machine.kind !== 'azureVm' && machine.kind !== 'scaleSet') return null;
  return policy.identities.find(({ match }) => matches(match, machine))?.userAssignedIdentityId ?? null;
}

function isProxied({ proxies }: Policy, profile: string | null): boolean {
  const kind = profile === null ? undefined : proxies.profiles[profile]?.kind;
  return kind === 'proxy' || kind === 'proxyWithCredentials' || kind === 'gateway';
}

/** The endpoint a plan line names for a region, else the first one there. */
function privateEndpoint(region: string, estate: PlannableEstate, policy: Policy): string | undefined {
  const line = policy.endpoints.find((candidate) => normalizeRegion(candidate.region) === region);
  const endpoint = estate.endpoints.find((candidate) =>
    line === undefined ? candidate.region === region : candidate.id === line.endpointId,
  );
  return endpoint?.id;
}
