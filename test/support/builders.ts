import type { z } from 'zod';
import type { MachineState } from '../../shared/agents/gateway.ts';
import type { WaveMachine } from '../../shared/ledger/waves.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { Extension, Machine, Rule, Workspace } from '../../shared/model/machine.ts';
import type { Plan, PlannedMachine, PlannedWave, RuleAssignment } from '../../shared/model/plan.ts';
import { Policy } from '../../shared/model/policy.ts';
import type { BatchSummary, MachineRecord, Wave } from '../../shared/model/wave.ts';
import type { StageContext } from '../../shared/waves/stage.ts';
import { settingsOfWave } from '../../shared/waves/wave-settings.ts';

/** The instant tests start at; `at(n)` is n seconds later, ISO 8601. */
export const NOW = Date.parse('2026-11-21T08:00:00.000Z');
export function at(seconds: number): string {
  return new Date(NOW + seconds * 1000).toISOString();
}

export const SUB = '11111111-1111-4111-8111-111111111111';
export const CUSTOMER_ID = '22222222-2222-4222-8222-222222222222';
export const CELL = `${SUB}.westeurope`;

/** Ids in Azure's casing; `.toLowerCase()` gives the normalised form. */
export function armId(type: string, name: string, group = 'RG-App'): string {
  return `/subscriptions/${SUB}/resourceGroups/${group}/providers/${type}/${name}`;
}
export const vmResource = (name: string, group?: string) =>
  armId('Microsoft.Compute/virtualMachines', name, group);
export const arcResource = (name: string, group?: string) =>
  armId('Microsoft.HybridCompute/machines', name, group);
export const ruleResource = (name: string) => armId('Microsoft.Insights/dataCollectionRules', name);
export const endpointResource = (name: string) => armId('Microsoft.Insights/dataCollectionEndpoints', name);
export const workspaceResource = (name: string) => armId('Microsoft.OperationalInsights/workspaces', name);
export const identityResource = (name: string) =>
  armId('Microsoft.ManagedIdentity/userAssignedIdentities', name);

export const WORKSPACE_ID = workspaceResource('law-main').toLowerCase();

export function anExtension(changes: Partial<Extension> = {}): Extension {
  const name = changes.name ?? 'MicrosoftMonitoringAgent';
  return {
    id: `${vmResource('web-01')}/extensions/${name}`.toLowerCase(),
    name,
    publisher: 'Microsoft.EnterpriseCloud.Monitoring',
    type: 'MicrosoftMonitoringAgent',
    version: '1.0',
    provisioningState: 'Succeeded',
    settings: { workspaceId: CUSTOMER_ID },
    ...changes,
  };
}

export function anAmaExtension(changes: Partial<Extension> = {}): Extension {
  return anExtension({
    name: 'AzureMonitorWindowsAgent',
    publisher: 'Microsoft.Azure.Monitor',
    type: 'AzureMonitorWindowsAgent',
    settings: null,
    ...changes,
  });
}

export function aMachine(changes: Partial<Machine> = {}): Machine {
  const name = changes.name ?? 'web-01';
  const resourceId = changes.resourceId ?? vmResource(name);
  return {
    id: resourceId.toLowerCase(),
    resourceId,
    kind: 'azureVm',
    name,
    tenantId: null,
    subscriptionId: SUB,
    resourceGroup: 'RG-App',
    region: 'westeurope',
    os: 'windows',
    osName: 'Windows Server 2019 Datacenter',
    osVersion: null,
    architecture: 'x64',
    availability: 'running',
    vmId: null,
    guestAgent: 'ready',
    extensionsAllowed: true,
    arcAgent: null,
    scaleSetId: null,
    scaleSet: null,
    systemIdentity: true,
    userIdentities: [],
    tags: {},
    extensions: [anExtension()],
    associations: [],
    heartbeats: { ama: null, legacy: at(-60), scom: null },
    reports: [{ workspaceId: WORKSPACE_ID, agent: 'legacy', lastSeen: at(-60) }],
    legacyWorkspaces: [WORKSPACE_ID],
    unseenWorkspaces: [],
    locks: [],
    missingActions: [],
    findings: [],
    assessment: { status: 'ready' },
    ...changes,
  };
}

export function aRule(changes: Partial<Rule> = {}): Rule {
  const name = changes.name ?? 'rule-windows';
  return {
    id: ruleResource(name).toLowerCase(),
    resourceId: ruleResource(name),
    name,
    region: 'westeurope',
    os: 'windows',
    flows: [{ stream: 'Microsoft-Event', workspaceId: WORKSPACE_ID }],
    metrics: false,
    ...changes,
  };
}

export function aWorkspace(changes: Partial<Workspace> = {}): Workspace {
  const name = changes.name ?? 'law-main';
  return {
    id: workspaceResource(name).toLowerCase(),
    resourceId: workspaceResource(name),
    name,
    region: 'westeurope',
    customerId: CUSTOMER_ID,
    sku: 'PerGB2018',
    retentionDays: 90,
    solutions: [],
    use: null,
    ...changes,
  };
}

export function anInventory(changes: Partial<Inventory> = {}): Inventory {
  return {
    id: 'inventory-1',
    scope: { managementGroups: [], subscriptions: [], resourceGroups: [], tags: [] },
    startedAt: at(-600),
    completedAt: at(-300),
    status: 'completed',
    problem: null,
    summary: null,
    resourceGraphPages: 0,
    ...changes,
  };
}

export function anAssignment(changes: Partial<RuleAssignment> = {}): RuleAssignment {
  return {
    ruleId: ruleResource('rule-windows').toLowerCase(),
    resourceId: ruleResource('rule-windows'),
    workspaceId: WORKSPACE_ID,
    tables: ['Event'],
    ...changes,
  };
}

export function aPlannedMachine(name = 'web-01', changes: Partial<PlannedMachine> = {}): PlannedMachine {
  const resourceId = changes.resourceId ?? vmResource(name);
  return {
    id: resourceId.toLowerCase(),
    resourceId,
    kind: 'azureVm',
    os: 'windows',
    region: 'westeurope',
    cell: CELL,
    proxyProfile: null,
    userAssignedIdentityId: null,
    endpointId: null,
    rules: [anAssignment()],
    legacyWorkspaces: [WORKSPACE_ID],
    scomAttached: false,
    vmId: null,
    legacyCustomerIds: [CUSTOMER_ID],
    ...changes,
  };
}

export function aPolicy(changes: z.input<typeof Policy> = {}): Policy {
  return Policy.parse(changes);
}

const NO_CALLS = { reads: 0, writes: 0, deletes: 0, queries: 0 };

export function aPlannedWave(index: number, changes: Partial<PlannedWave> = {}): PlannedWave {
  return {
    index,
    machineCount: 1,
    cells: [],
    legacyWorkspaces: [WORKSPACE_ID],
    settings: settingsOfWave({ policy: aPolicy(), waveSettings: [] }, index, false),
    forecast: {
      earliestStart: null,
      earliestEnd: null,
      atLeastSeconds: null,
      parts: { throttling: 0, operations: 0, data: 0, soak: 0, closedWindows: null },
      calls: NO_CALLS,
      doubleIngestion: { gigabytes: 0, unknownWorkspaces: 0 },
    },
    ...changes,
  };
}

export function aPlan(changes: Partial<Plan> = {}): Plan {
  return {
    id: 'plan-1',
    hash: 'hash-1',
    name: 'migration',
    inventoryId: 'inventory-1',
    inventoryCompletedAt: at(-300),
    createdAt: at(0),
    policy: aPolicy(),
    pilot: null,
    blockedReasons: [],
    warnings: [],
    forecast: {
      earliestEnd: null,
      atLeastSeconds: null,
      calls: NO_CALLS,
      doubleIngestion: [],
      assumptions: [],
    },
    counts: { machines: 0, planned: 0, alreadyMigrated: 0, blocked: 0, notSelected: 0 },
    workspaces: [{ id: WORKSPACE_ID, resourceId: workspaceResource('law-main'), customerId: CUSTOMER_ID }],
    ruleSets: [],
    ...changes,
    waves: (changes.waves ?? []).map((wave) => withPolicy(wave, changes.policy ?? aPolicy())),
  };
}

/** A wave nobody gave settings of its own runs under the policy of its plan. */
function withPolicy(wave: PlannedWave, policy: Policy): PlannedWave {
  const untouched = JSON.stringify(wave.settings) === JSON.stringify(aPlannedWave(wave.index).settings);
  if (!untouched) return wave;
  return { ...wave, settings: settingsOfWave({ policy, waveSettings: [] }, wave.index, false) };
}

export function aWave(changes: Partial<Wave> = {}): Wave {
  return {
    id: 'wave-1',
    planId: 'plan-1',
    index: 0,
    dryRun: false,
    requestedBy: 'rita@contoso.example',
    startKey: null,
    createdAt: at(0),
    machineCount: 1,
    step: 'deploy',
    cells: [{ cell: CELL, kind: 'azureVm', batches: 1, machines: 1, batchSize: 25 }],
    holds: [],
    resumedAt: null,
    approvals: [],
    abort: null,
    soakUntil: null,
    gates: [],
    connectors: [],
    finishedAt: null,
    ...changes,
  };
}

export function aRecord(machineId: string, changes: Partial<MachineRecord> = {}): MachineRecord {
  return {
    waveId: 'wave-1',
    batchId: '0000-0000',
    machineId,
    outcomes: {},
    stageStarted: {},
    failures: {},
    operation: null,
    associatedAt: null,
    removedAt: null,
    verdict: null,
    legacyExtensions: [],
    ...changes,
  };
}

export function aWaveMachine(
  name = 'web-01',
  planned: Partial<PlannedMachine> = {},
  record: Partial<MachineRecord> = {},
): WaveMachine {
  const machine = aPlannedMachine(name, planned);
  return { planned: machine, record: aRecord(machine.id, record) };
}

export function aSummary(changes: Partial<BatchSummary> = {}): BatchSummary {
  return {
    batchId: '0000-0000',
    cell: CELL,
    size: 1,
    counts: {},
    inFlight: 0,
    finished: [],
    verified: 1,
    failed: 0,
    updatedAt: at(0),
    ...changes,
  };
}

export function aState(changes: Partial<MachineState> = {}): MachineState {
  return {
    availability: 'running',
    systemIdentity: true,
    userIdentities: [],
    extensions: [],
    tags: {},
    vmId: null,
    os: null,
    ...changes,
  };
}

export function aContext(changes: Partial<StageContext> = {}): StageContext {
  return {
    waveId: 'wave-1',
    stage: 'install',
    policy: aPolicy(),
    workspaces: new Map([
      [WORKSPACE_ID, { resourceId: workspaceResource('law-main'), customerId: CUSTOMER_ID }],
    ]),
    removalApproved: true,
    securityEventsOff: new Map(),
    expectedChanges: new Map(),
    exceptions: [],
    cells: [],
    mayCall: () => true,
    machinesOf: async () => [],
    dryRun: false,
    halted: false,
    now: () => NOW,
    ...changes,
  };
}

/**
 * A gateway of which only the given methods may be called; any other call fails the test by name.
 * The one cast: a partial fake stands in for the whole interface.
 */
export function only<T extends object>(name: string, methods: Partial<T>): T {
  return new Proxy(methods, {
    get(target, key) {
      const method = Reflect.get(target, key) as unknown;
      if (method === undefined) throw new Error(`unexpected call of ${name}.${String(key)}`);
      return method;
    },
  }) as T;
}

/** Present value or a failing test. */
export function must<T>(value: T | undefined | null): T {
  if (value === undefined || value === null) throw new Error('expected a value');
  return value;
}
