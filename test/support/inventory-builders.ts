import type { MachineGateway } from '../../shared/agents/gateway.ts';
import type { DiscoverDependencies } from '../../shared/inventory/dependencies.ts';
import type {
  GraphGateway,
  GraphPage,
  GraphScope,
  SubscriptionGateway,
} from '../../shared/inventory/gateway.ts';
import { type JoinContext, type Joined, joinBucket, type RawBucket } from '../../shared/inventory/join.ts';
import type { GraphRow } from '../../shared/inventory/queries/graph.ts';
import type { WorkspaceHeartbeat } from '../../shared/inventory/reports.ts';
import type { Ledger } from '../../shared/ledger/ledger.ts';
import type { Machine } from '../../shared/model/machine.ts';
import { ok, type Result } from '../../shared/model/trouble.ts';
import type { LogsGateway } from '../../shared/verification/gateway.ts';
import {
  arcResource,
  armId,
  at,
  CUSTOMER_ID,
  must,
  NOW,
  only,
  SUB,
  vmResource,
  WORKSPACE_ID,
} from './builders.ts';

export const TENANT = '44444444-4444-4444-8444-444444444444';
export const DAY = 86_400;
export const scaleSetResource = (name: string, group?: string) =>
  armId('Microsoft.Compute/virtualMachineScaleSets', name, group);

/** A VM as Resource Graph gives it; `id` first, so that its name follows. */
export function vmRow(changes: Partial<GraphRow<'machines'>> = {}): GraphRow<'machines'> {
  const id = changes.id ?? vmResource('web-01');
  return {
    id,
    name: id.split('/').at(-1) ?? '',
    type: 'microsoft.compute/virtualmachines',
    location: 'westeurope',
    subscriptionId: SUB,
    identityType: 'SystemAssigned',
    osType: 'Windows',
    osName: 'Windows Server 2019 Datacenter',
    vmSize: 'Standard_D2s_v5',
    powerState: 'PowerState/running',
    ...changes,
  };
}

export function arcRow(changes: Partial<GraphRow<'machines'>> = {}): GraphRow<'machines'> {
  return vmRow({
    id: arcResource('dc-01'),
    type: 'microsoft.hybridcompute/machines',
    identityType: null,
    vmSize: null,
    powerState: null,
    arcStatus: 'Connected',
    arcAgentVersion: '1.60.03293.2680',
    ...changes,
  });
}

export function scaleSetRow(changes: Partial<GraphRow<'scaleSets'>> = {}): GraphRow<'scaleSets'> {
  const id = changes.id ?? scaleSetResource('vmss-01');
  return {
    id,
    name: id.split('/').at(-1) ?? '',
    location: 'westeurope',
    subscriptionId: SUB,
    osType: 'Windows',
    orchestration: 'Uniform',
    extensions: [],
    ...changes,
  };
}

export const LEGACY = {
  publisher: 'Microsoft.EnterpriseCloud.Monitoring',
  extensionType: 'MicrosoftMonitoringAgent',
} as const;
export const AMA = {
  publisher: 'Microsoft.Azure.Monitor',
  extensionType: 'AzureMonitorWindowsAgent',
} as const;

/** A legacy agent, unless changed. */
export function extensionRow(
  owner: string,
  changes: Partial<GraphRow<'extensions'>> = {},
  name = 'MMAExtension',
): GraphRow<'extensions'> {
  return {
    id: `${owner}/extensions/${name}`,
    name,
    subscriptionId: SUB,
    ...LEGACY,
    settings: { workspaceId: CUSTOMER_ID },
    ...changes,
  };
}

export const amaRow = (owner: string, changes: Partial<GraphRow<'extensions'>> = {}) =>
  extensionRow(owner, { ...AMA, settings: null, version: '1.35.4.0', ...changes }, 'AMA');

export function associationRow(
  owner: string,
  changes: Partial<GraphRow<'associations'>> = {},
  name = 'dcra',
) {
  return {
    id: `${owner}/providers/Microsoft.Insights/dataCollectionRuleAssociations/${name}`,
    name,
    ...changes,
  };
}

/** As the query gives it: ids in lower case. Heard by the legacy agent a minute ago, unless changed. */
export function heartbeatRow(changes: Partial<WorkspaceHeartbeat> = {}): WorkspaceHeartbeat {
  return {
    workspaceId: WORKSPACE_ID,
    ResourceId: vmResource('web-01').toLowerCase(),
    Computer: 'web-01',
    Category: 'Direct Agent',
    AgentId: 'agent-1',
    VmId: '',
    OSType: 'Windows',
    Solutions: '',
    lastSeen: at(-60),
    ...changes,
  };
}

/** Heard without a resource id. */
export const lonelyRow = (changes: Partial<WorkspaceHeartbeat> = {}) =>
  heartbeatRow({ ResourceId: '', AgentId: 'agent-lonely', ...changes });

export function aRawBucket(changes: Partial<RawBucket> = {}): RawBucket {
  return {
    machines: [],
    scaleSets: [],
    extensions: [],
    associations: [],
    heartbeats: [],
    guestAgents: [],
    freeSpace: [],
    ...changes,
  };
}

export const WHOLE_SCOPE = { managementGroups: [], subscriptions: [], resourceGroups: [], tags: [] } as const;

export function aJoinContext(changes: Partial<JoinContext> = {}): JoinContext {
  return {
    now: NOW,
    scope: WHOLE_SCOPE,
    holdTag: 'ama-migration-hold',
    tenants: new Map([[SUB, TENANT]]),
    workspaces: new Map([[CUSTOMER_ID, WORKSPACE_ID]]),
    locks: new Map(),
    gaps: new Map(),
    scaleSetInstances: new Map(),
    legacyScaleSets: new Set(),
    clonedAgents: new Set(),
    lonelyByVmId: new Map(),
    lonelyByName: new Map(),
    ...changes,
  };
}

export function joined(raw: Partial<RawBucket>, context: Partial<JoinContext> = {}): Joined {
  return joinBucket(aRawBucket(raw), aJoinContext(context));
}

/** The one machine of a bucket, by default a VM. */
export function joinedMachine(raw: Partial<RawBucket>, context: Partial<JoinContext> = {}): Machine {
  const { machines } = joined({ machines: [vmRow()], ...raw }, context);
  if (machines.length !== 1) throw new Error(`expected one machine, got ${machines.length}`);
  return must(machines[0]);
}

export const codesOf = (machine: Pick<Machine, 'findings'>) => machine.findings.map(({ code }) => code);
export const reasonsOf = ({ assessment }: Pick<Machine, 'assessment'>) =>
  assessment.status === 'blocked' ? assessment.reasons.map(({ code }) => code) : assessment.status;

export interface GraphCall {
  readonly query: string;
  readonly scope: GraphScope;
  readonly skipToken: string | undefined;
}
export type GraphAnswer = Result<GraphPage<unknown>>;

/** Answers each call and keeps it. */
export function fakeGraph(answer: (call: GraphCall, index: number) => GraphAnswer) {
  const calls: GraphCall[] = [];
  const graph = {
    page: async (query: { id: string }, scope: GraphScope, skipToken?: string) => {
      const call = { query: query.id, scope, skipToken };
      calls.push(call);
      return answer(call, calls.length - 1);
    },
  } as unknown as GraphGateway;
  return { graph, calls };
}

/** A page of Resource Graph; its total is the rows given, unless told. */
export function aPage(rows: readonly unknown[], changes: Partial<GraphPage<unknown>> = {}): GraphAnswer {
  const odd = changes.odd ?? [];
  return ok({ rows, odd, total: rows.length + odd.length, waitMs: 0, ...changes });
}

/** Discovery of which only the given gateways may be called. */
export function aDiscovery(
  ledger: Ledger,
  changes: Partial<DiscoverDependencies> = {},
): DiscoverDependencies {
  return {
    ledger,
    graph: only<GraphGateway>('graph', {}),
    logs: only<LogsGateway>('logs', {}),
    machines: only<MachineGateway>('machines', {}),
    subscriptions: only<SubscriptionGateway>('subscriptions', {}),
    workspaceSettings: { sources: async () => ok([]) },
    heartbeatDays: 31,
    now: () => NOW,
    ...changes,
  };
}
