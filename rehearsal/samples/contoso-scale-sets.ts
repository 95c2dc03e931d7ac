import { SUBSCRIPTIONS } from './contoso-machines.ts';
import { groupId, type Place, type Resource, vm } from './resources.ts';
import { SYSTEMS } from './systems.ts';

const SHOP: Place = { subscription: SUBSCRIPTIONS.production, group: 'rg-shop', location: 'westeurope' };
const set = (name: string) => `${groupId(SHOP)}/providers/Microsoft.Compute/virtualMachineScaleSets/${name}`;
const UNIFORM = set('vmss-shop');
const FLEXIBLE = set('vmss-batch');
const INSTANCES = ['0', '2', '3'];
const OUTDATED = '3';

function scaleSet(id: string, properties: Record<string, unknown>): Resource {
  return {
    id,
    name: id.split('/').at(-1) ?? '',
    type: 'microsoft.compute/virtualmachinescalesets',
    location: SHOP.location,
    subscriptionId: SHOP.subscription,
    resourceGroup: SHOP.group,
    sku: { name: 'Standard_D4s_v5', tier: 'Standard', capacity: 3 },
    identity: { type: 'SystemAssigned' },
    tags: { app: 'shop' },
    properties: { provisioningState: 'Succeeded', ...properties },
  };
}

function profile(system: (typeof SYSTEMS)[keyof typeof SYSTEMS], extensions: unknown[]) {
  const { publisher, offer, sku } = system;
  return {
    storageProfile: {
      osDisk: { osType: system.os === 'windows' ? 'Windows' : 'Linux', createOption: 'FromImage' },
      imageReference: { publisher, offer, sku, version: 'latest' },
    },
    extensionProfile: { extensions },
  };
}

/** A Uniform set with the legacy agent in its model and manual upgrades, and a Flexible one of two VMs. */
export function scaleSets(customerId: string): Resource[] {
  const agent = {
    name: 'MicrosoftMonitoringAgent',
    properties: {
      publisher: 'Microsoft.EnterpriseCloud.Monitoring',
      type: 'MicrosoftMonitoringAgent',
      typeHandlerVersion: '1.0',
      autoUpgradeMinorVersion: true,
      settings: { workspaceId: customerId },
    },
  };
  const uniform = scaleSet(UNIFORM, {
    orchestrationMode: 'Uniform',
    upgradePolicy: { mode: 'Manual' },
    virtualMachineProfile: profile(SYSTEMS.windows2019, [agent]),
  });
  const instances = INSTANCES.map((n) => ({
    id: `${UNIFORM}/virtualMachines/${n}`,
    name: `vmss-shop_${n}`,
    type: 'microsoft.compute/virtualmachinescalesets/virtualmachines',
    location: SHOP.location,
    properties: {
      instanceId: n,
      latestModelApplied: n !== OUTDATED,
      provisioningState: 'Succeeded',
      osProfile: { computerName: `shop00000${n}` },
    },
  }));
  const flexible = scaleSet(FLEXIBLE, {
    orchestrationMode: 'Flexible',
    virtualMachineProfile: profile(SYSTEMS.ubuntu2204, []),
  });
  const members = ['batch-we-01', 'batch-we-02'].map((name) =>
    vm({
      place: SHOP,
      name,
      system: SYSTEMS.ubuntu2204,
      properties: { virtualMachineScaleSet: { id: FLEXIBLE } },
    }),
  );
  return [uniform, ...instances, flexible, ...members];
}
