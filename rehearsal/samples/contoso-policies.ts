import { SUBSCRIPTIONS } from './contoso-machines.ts';
import type { Resource } from './resources.ts';

export const TENANT = '2b7e1f0c-93d5-4a68-8c1d-5e0f7a9b3c42';
/** Management groups above a subscription, the nearest first. */
export const GROUPS = {
  production: ['mg-online', 'mg-contoso', TENANT],
  shared: ['mg-platform', 'mg-contoso', TENANT],
  development: ['mg-sandbox', 'mg-contoso', TENANT],
};

const group = (name: string) => `/providers/Microsoft.Management/managementGroups/${name}`;
const subscription = (key: keyof typeof SUBSCRIPTIONS) => `/subscriptions/${SUBSCRIPTIONS[key]}`;
const POLICY = '/providers/Microsoft.Authorization';
const CUSTOM = `${group('mg-contoso')}${POLICY}/policyDefinitions/deploy-oms-linux`;
const INITIATIVE = `${POLICY}/policySetDefinitions/924bfe3a-762f-40e7-86dd-5c8b95eb09e6`;

function assignment(
  scope: string,
  name: string,
  displayName: string,
  policyDefinitionId: string,
  parameters: Record<string, unknown> = {},
): Resource {
  return {
    id: `${scope}${POLICY}/policyAssignments/${name}`,
    name,
    type: 'microsoft.authorization/policyassignments',
    properties: { displayName, scope, policyDefinitionId, parameters, enforcementMode: 'Default' },
  };
}

const custom: Resource = {
  id: CUSTOM,
  name: 'deploy-oms-linux',
  type: 'microsoft.authorization/policydefinitions',
  properties: {
    displayName: 'Contoso: OMS agent on Linux servers',
    policyType: 'Custom',
    mode: 'Indexed',
    policyRule: {
      if: { field: 'type', equals: 'Microsoft.Compute/virtualMachines' },
      // biome-ignore lint/suspicious/noThenProperty: the word of Azure Policy
      then: {
        effect: 'deployIfNotExists',
        details: {
          type: 'Microsoft.Compute/virtualMachines/extensions',
          existenceCondition: {
            allOf: [
              {
                field: 'Microsoft.Compute/virtualMachines/extensions/type',
                equals: 'OmsAgentForLinux',
              },
              {
                field: 'Microsoft.Compute/virtualMachines/extensions/publisher',
                equals: 'Microsoft.EnterpriseCloud.Monitoring',
              },
            ],
          },
        },
      },
    },
  },
};

const initiative: Resource = {
  id: INITIATIVE,
  name: '924bfe3a-762f-40e7-86dd-5c8b95eb09e6',
  type: 'microsoft.authorization/policysetdefinitions',
  properties: {
    displayName: 'Enable Azure Monitor for VMs with Azure Monitoring Agent(AMA)',
    policyType: 'BuiltIn',
    policyDefinitions: ['ca817e41-e85a-4783-bc7f-dc532d36235e', 'a4034bc6-ae50-406d-bf76-50f4ee5a7811'].map(
      (id) => ({ policyDefinitionId: `${POLICY}/policyDefinitions/${id}`, parameters: {} }),
    ),
  },
};

/** Who installs agents beside people: policies, Defender's plan and its provisioning. Ids: facts file 3.8. */
export function policies(workspaceId: string): Resource[] {
  return [
    custom,
    initiative,
    assignment(
      group('mg-contoso'),
      'deploy-mma-windows',
      'Deploy Log Analytics agent on Windows VMs',
      `${POLICY}/policyDefinitions/0868462e-646c-4fe3-9ced-a733534b6a2c`,
      { logAnalytics: { value: workspaceId } },
    ),
    assignment(subscription('development'), 'oms-linux', 'OMS agent on Linux servers', CUSTOM),
    assignment(
      subscription('production'),
      'asc-provisioning',
      'Enable Defender for Cloud to provision the agent',
      `${POLICY}/policyDefinitions/8e7da0a5-0a0e-4bbc-bfc0-7773c018b616`,
      { logAnalytics: { value: workspaceId } },
    ),
    assignment(subscription('shared'), 'ama-vms', 'Azure Monitor Agent on VMs', INITIATIVE),
    {
      id: `${subscription('production')}/providers/Microsoft.Security/pricings/VirtualMachines`,
      name: 'VirtualMachines',
      type: 'microsoft.security/pricings',
      properties: { pricingTier: 'Standard', subPlan: 'P2' },
    },
    {
      id: `${subscription('development')}/providers/Microsoft.Security/autoProvisioningSettings/default`,
      name: 'default',
      type: 'Microsoft.Security/autoProvisioningSettings',
      properties: { autoProvision: 'On' },
    },
  ];
}
