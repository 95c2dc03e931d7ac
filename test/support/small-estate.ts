import type { EstateFile } from '../../rehearsal/estate/index.ts';

export const SUBSCRIPTION = '11111111-1111-4111-8111-111111111111';
export const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-App`;
export const VM = `${GROUP}/providers/Microsoft.Compute/virtualMachines/web-01`;
export const LINUX_VM = `${GROUP}/providers/Microsoft.Compute/virtualMachines/db-01`;
export const ARC = `${GROUP}/providers/Microsoft.HybridCompute/machines/dc-01`;
export const WORKSPACE = `${GROUP}/providers/Microsoft.OperationalInsights/workspaces/law-main`;
export const CUSTOMER = '22222222-2222-4222-8222-222222222222';
export const RULE = `${GROUP}/providers/Microsoft.Insights/dataCollectionRules/rule-windows`;
export const LINUX_RULE = `${GROUP}/providers/Microsoft.Insights/dataCollectionRules/rule-linux`;
export const ENDPOINT = `${GROUP}/providers/Microsoft.Insights/dataCollectionEndpoints/dce-we`;
export const START = Date.parse('2026-11-21T08:00:00Z');

type Resource = EstateFile['resources'][number];

function rule(id: string, kind: string, streams: string[]): Resource {
  return {
    id,
    name: id.split('/').at(-1) ?? '',
    type: 'microsoft.insights/datacollectionrules',
    location: 'westeurope',
    kind,
    properties: {
      dataSources: { any: [{ name: 'all', streams }] },
      destinations: { logAnalytics: [{ name: 'main', workspaceResourceId: WORKSPACE.toUpperCase() }] },
      dataFlows: [{ streams, destinations: ['main'] }],
    },
  };
}

export function legacyExtension(machine: string, name: string, type: string): Resource {
  return {
    id: `${machine}/extensions/${name}`,
    name,
    location: 'westeurope',
    properties: {
      publisher: 'Microsoft.EnterpriseCloud.Monitoring',
      type,
      typeHandlerVersion: '1.0',
      provisioningState: 'Succeeded',
      settings: { workspaceId: CUSTOMER },
    },
  };
}

/** One Windows VM, one Linux VM and one Windows Arc server with legacy agents; a rule per system, one workspace. */
export function smallEstate(changes: Partial<EstateFile> = {}): EstateFile {
  return {
    resources: [
      {
        id: VM,
        name: 'web-01',
        type: 'microsoft.compute/virtualmachines',
        location: 'westeurope',
        tags: { role: 'web' },
        identity: { type: 'SystemAssigned' },
        properties: {
          storageProfile: {
            osDisk: { osType: 'Windows', createOption: 'FromImage' },
            imageReference: {
              publisher: 'MicrosoftWindowsServer',
              offer: 'WindowsServer',
              sku: '2022-datacenter',
            },
          },
          osProfile: { computerName: 'WEB-01' },
          extended: {
            instanceView: {
              powerState: { code: 'PowerState/running' },
              osName: 'Windows Server 2022 Datacenter',
            },
          },
        },
      },
      {
        id: LINUX_VM,
        name: 'db-01',
        type: 'microsoft.compute/virtualmachines',
        location: 'westeurope',
        tags: null,
        identity: { type: 'SystemAssigned' },
        properties: { storageProfile: { osDisk: { osType: 'Linux', createOption: 'FromImage' } } },
      },
      {
        id: ARC,
        name: 'dc-01',
        type: 'microsoft.hybridcompute/machines',
        location: 'westeurope',
        identity: { type: 'SystemAssigned' },
        properties: {
          status: 'Connected',
          osType: 'windows',
          osSku: 'Windows Server 2019 Standard',
          agentVersion: '1.48',
        },
      },
      legacyExtension(VM, 'MMAExtension', 'MicrosoftMonitoringAgent'),
      legacyExtension(LINUX_VM, 'OMS', 'OmsAgentForLinux'),
      legacyExtension(ARC, 'MicrosoftMonitoringAgent', 'MicrosoftMonitoringAgent'),
      {
        id: WORKSPACE,
        name: 'law-main',
        type: 'microsoft.operationalinsights/workspaces',
        location: 'westeurope',
        properties: { customerId: CUSTOMER },
      },
      {
        id: `${WORKSPACE}/dataSources/SecurityInsightsSecurityEventCollectionConfiguration`,
        kind: 'SecurityInsightsSecurityEventCollectionConfiguration',
        properties: { tier: 'All', tierSetMethod: 'Custom' },
      },
      rule(RULE, 'Windows', ['Microsoft-Perf', 'Microsoft-Event', 'Microsoft-SecurityEvent']),
      rule(LINUX_RULE, 'Linux', ['Microsoft-Perf', 'Microsoft-Syslog']),
      {
        id: ENDPOINT,
        name: 'dce-we',
        type: 'microsoft.insights/datacollectionendpoints',
        location: 'westeurope',
        properties: {},
      },
    ],
    ...changes,
  };
}
