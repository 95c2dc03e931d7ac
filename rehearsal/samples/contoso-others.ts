import type { EstateFile } from '../estate/index.ts';
import { association } from './collection.ts';
import { type Member, SUBSCRIPTIONS } from './contoso-machines.ts';
import { extension, groupId, type Place, type Resource, vm } from './resources.ts';
import { SYSTEMS } from './systems.ts';

type Heartbeat = NonNullable<EstateFile['heartbeats']>[number];
type Machines = ReadonlyMap<string, Member>;

const place = (subscription: string, group: string, location: string): Place => ({
  subscription,
  group,
  location,
});
const BRANCHES = place(SUBSCRIPTIONS.production, 'rg-arc-branches', 'eastus');
const member = (machines: Machines, name: string): Member => machines.get(name) as Member;

/** A solution on a workspace, in Resource Graph's shape. */
export function solution(workspace: Resource, product: string): Resource {
  const scope = workspace.id.split('/providers/')[0] ?? '';
  const name = `${product}(${workspace.name})`;
  return {
    id: `${scope}/providers/Microsoft.OperationsManagement/solutions/${name}`,
    name,
    type: 'microsoft.operationsmanagement/solutions',
    location: workspace.location ?? '',
    plan: { name, product: `OMSGallery/${product}`, publisher: 'Microsoft', promotionCode: '' },
    properties: { workspaceResourceId: workspace.id, provisioningState: 'Succeeded' },
  };
}

/** Machines that never had a legacy agent, and that none of the waves takes. */
export function bystanders(): Resource[] {
  return [
    vm({
      place: place(SUBSCRIPTIONS.production, 'rg-arm', 'northeurope'),
      name: 'arm-ne-01',
      system: SYSTEMS.ubuntuArm,
      size: 'Standard_D2ps_v5',
      tags: { app: 'api' },
    }),
    vm({
      place: place(SUBSCRIPTIONS.shared, 'rg-desktops', 'westeurope'),
      name: 'desk-we-01',
      system: SYSTEMS.windows10,
      tags: { app: 'desktops' },
    }),
  ];
}

/** Extensions that are no agents of this migration, on machines that stay out of the waves. */
export function otherExtensions(machines: Machines): Resource[] {
  const { resource: migrated, os } = member(machines, 'test-eu-01');
  const dependency = os === 'windows' ? 'DependencyAgentWindows' : 'DependencyAgentLinux';
  return [
    extension(migrated, dependency, 'Microsoft.Azure.Monitoring.DependencyAgent', dependency, '9.10', {}),
    extension(
      member(machines, 'web-we-15').resource,
      'IaaSDiagnostics',
      'Microsoft.Azure.Diagnostics',
      'IaaSDiagnostics',
      '1.22',
      { StorageAccount: 'stcontosodiag' },
    ),
    extension(
      member(machines, 'sql-we-10').resource,
      'HybridWorker',
      'Microsoft.Azure.Automation.HybridWorker',
      'HybridWorkerForWindows',
      '1.1',
      { AutomationAccountURL: 'https://a1b2.jrds.we.azure-automation.net/automationAccounts/a1b2' },
    ),
  ];
}

/** A rule that sends counters to Azure Monitor Metrics, on a machine behind a proxy. */
export function metricsRule(home: Place, machines: Machines): Resource[] {
  const { resource, os } = member(machines, 'dmz-we-08');
  const name = 'dcr-metrics';
  const rule: Resource = {
    id: `${groupId(home)}/providers/Microsoft.Insights/dataCollectionRules/${name}`,
    name,
    type: 'microsoft.insights/datacollectionrules',
    location: home.location,
    kind: os === 'windows' ? 'Windows' : 'Linux',
    tags: null,
    properties: {
      provisioningState: 'Succeeded',
      dataSources: {
        performanceCounters: [
          {
            name: 'cpu',
            streams: ['Microsoft-InsightsMetrics'],
            samplingFrequencyInSeconds: 60,
            counterSpecifiers: ['\\Processor(_Total)\\% Processor Time'],
          },
        ],
      },
      destinations: { azureMonitorMetrics: { name: 'metrics' } },
      dataFlows: [{ streams: ['Microsoft-InsightsMetrics'], destinations: ['metrics'] }],
    },
  };
  return [rule, association(resource, 'assoc-metrics', { dataCollectionRuleId: rule.id })];
}

/** Heartbeats that do not fit the machines: deleted, renamed, cloned, in two workspaces. */
export function oddHeartbeats(
  machines: Machines,
  customers: { readonly security: string; readonly operations: string },
): Heartbeat[] {
  const id = (name: string) => member(machines, name).resource.id;
  const clone = 'c10ec10e-0000-4000-a000-00000000c10e';
  return [
    {
      computer: 'branch-99.contoso.local',
      agent: 'ama',
      workspace: customers.operations,
      resourceId: `${groupId(BRANCHES)}/providers/Microsoft.HybridCompute/machines/branch-99`,
    },
    { machine: id('test-eu-01'), computer: 'TEST-OLD', agent: 'ama', until: '2026-06-01T00:00:00Z' },
    { machine: id('test-eu-02'), agent: 'ama', agentId: clone },
    { machine: id('test-eu-03'), agent: 'ama', agentId: clone },
    { machine: id('sql-we-10'), agent: 'legacy', workspace: customers.operations },
  ];
}
