import type { EstateFile } from '../../../rehearsal/estate/index.ts';
import { GROUP, SUBSCRIPTION, smallEstate, WORKSPACE } from '../../support/small-estate.ts';

export const OTHER = '44444444-4444-4444-8444-444444444444';
export const TENANT = '55555555-5555-4555-8555-555555555555';
export const AUTH = '/providers/Microsoft.Authorization';
export const group = (name: string): string => `/providers/Microsoft.Management/managementGroups/${name}`;
export const SET = `${GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/vmss`;

type Resource = EstateFile['resources'][number];

function subscription(id: string, name: string, groups: readonly string[]): Resource {
  return {
    id: `/subscriptions/${id}`,
    name,
    type: 'microsoft.resources/subscriptions',
    tenantId: TENANT,
    properties: {
      state: 'Enabled',
      managementGroupAncestorsChain: groups.map((one) => ({ name: one, displayName: one })),
    },
  };
}

export function assignment(scope: string, name: string): Resource {
  return {
    id: `${scope}${AUTH}/policyAssignments/${name}`,
    name,
    properties: {
      displayName: `Assignment ${name}`,
      scope,
      policyDefinitionId: `${AUTH}/policyDefinitions/d`,
      parameters: { effect: { value: 'DeployIfNotExists' } },
      enforcementMode: 'Default',
    },
  };
}

export function definition(scope: string, name: string, policyType: string, policyRule: unknown): Resource {
  return {
    id: `${scope}${AUTH}/policyDefinitions/${name}`,
    name,
    properties: { displayName: `Definition ${name}`, policyType, policyRule },
  };
}

const instance = (n: number, latestModelApplied: unknown): Resource => ({
  id: `${SET}/virtualMachines/${n}`,
  properties: { latestModelApplied },
});

const solution: Resource = {
  id: `${GROUP}/providers/Microsoft.OperationsManagement/solutions/Updates(law-main)`,
  name: 'Updates(law-main)',
  plan: { product: 'OMSGallery/Updates' },
  properties: { workspaceResourceId: WORKSPACE },
};

const pricing = (name: string): Resource => ({
  id: `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Security/pricings/${name}`,
  name,
  properties: { pricingTier: 'Standard', subPlan: 'P2' },
});

/** The small estate beneath `online` beneath `root`, a second subscription beneath `sandbox`, and all kinds of Graph. */
export function wideEstate(changes: Partial<EstateFile> = {}): EstateFile {
  const { resources, ...rest } = smallEstate(changes);
  return {
    ...rest,
    resources: [
      ...resources,
      subscription(SUBSCRIPTION, 'Main', ['online', 'root']),
      subscription(OTHER, 'Other', ['sandbox', 'root']),
      {
        id: SET,
        name: 'vmss',
        location: 'West Europe',
        sku: { name: 'Standard_D2s_v5' },
        properties: {
          orchestrationMode: 'Uniform',
          upgradePolicy: { mode: 'Manual' },
          virtualMachineProfile: {
            storageProfile: { osDisk: { osType: 'Windows' }, imageReference: { publisher: 'p', sku: null } },
            extensionProfile: { extensions: [{ name: 'mma', properties: { type: 'x', settings: {} } }] },
          },
        },
      },
      ...[true, false, 'False', undefined].map((applied, n) => instance(n, applied)),
      solution,
      ...['VirtualMachines', 'StorageAccounts'].map(pricing),
      assignment(group('root'), 'at-root'),
      assignment(group('online'), 'at-online'),
      assignment(group('sandbox'), 'at-sandbox'),
      assignment(`/subscriptions/${SUBSCRIPTION}`, 'at-main'),
      assignment(`/subscriptions/${OTHER}`, 'at-other'),
      definition(group('root'), 'custom', 'Custom', { effect: { type: 'OMSAgentForLinux' } }),
      definition(group('root'), 'unrelated', 'Custom', { effect: { type: 'OmsAgentForLinux2' } }),
      definition('', 'built-in', 'BuiltIn', { effect: { type: 'MicrosoftMonitoringAgent' } }),
      {
        id: `${AUTH}/policySetDefinitions/set`,
        name: 'set',
        properties: { displayName: 'Set', policyDefinitions: [{ policyDefinitionId: 'd', parameters: {} }] },
      },
    ],
  };
}
