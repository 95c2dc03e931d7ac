import type { EstateFile } from '../../rehearsal/estate/index.ts';
import {
  ARC,
  CUSTOMER,
  GROUP,
  legacyExtension,
  SUBSCRIPTION,
  smallEstate,
  WORKSPACE,
} from './small-estate.ts';

type Resource = EstateFile['resources'][number];
type Heartbeat = NonNullable<EstateFile['heartbeats']>[number];

export const UNIFORM = `${GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/vmss-shop`;
export const FLEXIBLE = `${GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/vmss-batch`;
export const MEMBER = `${GROUP}/providers/Microsoft.Compute/virtualMachines/batch-01`;
export const OTHER_WORKSPACE = `${GROUP}/providers/Microsoft.OperationalInsights/workspaces/law-old`;
export const OTHER_CUSTOMER = '33333333-3333-4333-8333-333333333333';
export const DELETED = `${GROUP}/providers/Microsoft.Compute/virtualMachines/gone-01`;

const SCOPE = `/subscriptions/${SUBSCRIPTION}`;
const POLICY = '/providers/Microsoft.Authorization';
/** Built-in "Deploy Log Analytics extension for Windows VMs"; facts file 3.8. */
const INSTALLER = `${POLICY}/policyDefinitions/0868462e-646c-4fe3-9ced-a733534b6a2c`;
export const ASSIGNMENT = `${SCOPE}${POLICY}/policyAssignments/deploy-mma`;

export function workspace(id: string, customerId: string): Resource {
  return {
    id,
    name: id.split('/').at(-1) ?? '',
    type: 'microsoft.operationalinsights/workspaces',
    location: 'westeurope',
    properties: { customerId, sku: { name: 'PerGB2018' }, retentionInDays: 90 },
  };
}

export function solution(workspaceId: string, product: string): Resource {
  const name = `${product}(${workspaceId.split('/').at(-1)})`;
  return {
    id: `${GROUP}/providers/Microsoft.OperationsManagement/solutions/${name}`,
    name,
    type: 'microsoft.operationsmanagement/solutions',
    location: 'westeurope',
    plan: { name, product: `OMSGallery/${product}`, publisher: 'Microsoft' },
    properties: { workspaceResourceId: workspaceId },
  };
}

export function vm(id: string, changes: Partial<Resource> = {}): Resource {
  return {
    id,
    name: id.split('/').at(-1) ?? '',
    type: 'microsoft.compute/virtualmachines',
    location: 'westeurope',
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
    },
    ...changes,
  };
}

const legacyInModel = {
  name: 'agent-of-the-model',
  properties: {
    publisher: 'Microsoft.EnterpriseCloud.Monitoring',
    type: 'MicrosoftMonitoringAgent',
    typeHandlerVersion: '1.0',
    settings: { workspaceId: CUSTOMER },
  },
};

function scaleSet(id: string, orchestrationMode: string, properties: Record<string, unknown>): Resource {
  return {
    id,
    name: id.split('/').at(-1) ?? '',
    type: 'microsoft.compute/virtualmachinescalesets',
    location: 'westeurope',
    sku: { name: 'Standard_D4s_v5', capacity: 3 },
    identity: { type: 'SystemAssigned' },
    properties: {
      orchestrationMode,
      virtualMachineProfile: {
        storageProfile: {
          osDisk: { osType: 'Windows' },
          imageReference: {
            publisher: 'MicrosoftWindowsServer',
            offer: 'WindowsServer',
            sku: '2019-datacenter',
          },
        },
        extensionProfile: { extensions: [legacyInModel] },
      },
      ...properties,
    },
  };
}

const instances: Resource[] = ['0', '1', '2'].map((n) => ({
  id: `${UNIFORM}/virtualMachines/${n}`,
  name: `vmss-shop_${n}`,
  type: 'microsoft.compute/virtualmachinescalesets/virtualmachines',
  location: 'westeurope',
  properties: { instanceId: n, latestModelApplied: n !== '2' },
}));

/** What a heartbeat alone tells of: no resource, or one that is gone. */
export function heardOnly(computer: string, changes: Partial<Heartbeat> = {}): Heartbeat {
  return { computer, agent: 'legacy', workspace: WORKSPACE, ...changes };
}

/**
 * The small estate, whose legacy agents still write, plus what large ones have: scale sets of both kinds, a
 * second workspace that hardly anyone uses, solutions, a policy and Defender that install the legacy agent,
 * a computer Azure does not know, and one that was deleted but is still heard.
 */
export function mixedEstate(changes: Partial<EstateFile> = {}): EstateFile {
  const small = smallEstate();
  return {
    resources: [
      ...small.resources,
      workspace(OTHER_WORKSPACE, OTHER_CUSTOMER),
      solution(WORKSPACE, 'Updates'),
      solution(WORKSPACE, 'SecurityInsights'),
      scaleSet(UNIFORM, 'Uniform', { upgradePolicy: { mode: 'Manual' } }),
      ...instances,
      scaleSet(FLEXIBLE, 'Flexible', {}),
      vm(MEMBER, { properties: { ...vm(MEMBER).properties, virtualMachineScaleSet: { id: FLEXIBLE } } }),
      legacyExtension(MEMBER, 'anything', 'MicrosoftMonitoringAgent'),
      {
        id: ASSIGNMENT,
        name: 'deploy-mma',
        type: 'microsoft.authorization/policyassignments',
        properties: {
          displayName: 'Agents everywhere',
          scope: SCOPE,
          policyDefinitionId: INSTALLER,
          parameters: {},
          enforcementMode: 'Default',
        },
      },
      {
        id: `${SCOPE}/providers/Microsoft.Security/autoProvisioningSettings/default`,
        name: 'default',
        type: 'Microsoft.Security/autoProvisioningSettings',
        properties: { autoProvision: 'On' },
      },
      {
        id: `${SCOPE}/providers/Microsoft.Security/pricings/VirtualMachines`,
        name: 'VirtualMachines',
        type: 'microsoft.security/pricings',
        properties: { pricingTier: 'Standard', subPlan: 'P2' },
      },
    ],
    heartbeats: [
      heardOnly('plant-07.contoso.local', { agentId: '44444444-4444-4444-8444-444444444444' }),
      heardOnly('gone-01', { resourceId: DELETED }),
      { machine: ARC, agent: 'legacy', workspace: OTHER_WORKSPACE },
    ],
    usage: [{ workspace: WORKSPACE, table: 'Perf', megabytesPerDay: 310 }],
    ...changes,
    behaviour: { legacyIngestionEnds: null, ...changes.behaviour },
  };
}
