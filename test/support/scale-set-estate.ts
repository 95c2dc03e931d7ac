import type { EstateFile } from '../../rehearsal/estate/index.ts';
import { CUSTOMER, GROUP, smallEstate } from './small-estate.ts';

export const SET = `${GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/vmss-web`;

type Resource = EstateFile['resources'][number];

export const instanceId = (n: string | number) => `${SET}/virtualMachines/${n}`;

interface Shape {
  readonly os?: 'windows' | 'linux';
  readonly mode?: 'Manual' | 'Automatic' | 'Rolling';
  readonly instances?: number;
  /** Properties of single instances, by id. */
  readonly changes?: Readonly<Record<string, Record<string, unknown>>>;
  /** Extensions of the model beside the legacy agent. */
  readonly more?: readonly unknown[];
}

/** The rules and the workspace of the small estate, and a Uniform scale set instead of its machines. */
export function scaleSetEstate(
  { os = 'windows', mode = 'Automatic', instances = 5, changes = {}, more = [] }: Shape = {},
  behaviour: NonNullable<EstateFile['behaviour']> = {},
): EstateFile {
  const small = smallEstate();
  const windows = os === 'windows';
  const image = windows
    ? { publisher: 'MicrosoftWindowsServer', offer: 'WindowsServer', sku: '2022-datacenter' }
    : { publisher: 'Canonical', offer: '0001-com-ubuntu-server-jammy', sku: '22_04-lts' };
  const set: Resource = {
    id: SET,
    name: 'vmss-web',
    type: 'microsoft.compute/virtualmachinescalesets',
    location: 'westeurope',
    identity: { type: 'SystemAssigned' },
    tags: { role: 'web' },
    properties: {
      orchestrationMode: 'Uniform',
      upgradePolicy: { mode },
      virtualMachineProfile: {
        storageProfile: {
          osDisk: { osType: windows ? 'Windows' : 'Linux', createOption: 'FromImage' },
          imageReference: image,
        },
        extensionProfile: { extensions: [legacyOf(windows), ...more] },
      },
    },
  };
  const own = Array.from(
    { length: instances },
    (_, n): Resource => ({
      id: instanceId(n),
      name: `vmss-web_${n}`,
      type: 'microsoft.compute/virtualmachinescalesets/virtualmachines',
      location: 'westeurope',
      properties: { instanceId: String(n), latestModelApplied: true, ...changes[n] },
    }),
  );
  return {
    ...small,
    resources: [
      ...small.resources.filter(({ id }) => !/\/(virtualMachines|machines)\//.test(id)),
      set,
      ...own,
    ],
    behaviour: { legacyIngestionEnds: null, ...behaviour },
  };
}

function legacyOf(windows: boolean) {
  return {
    name: 'mma',
    properties: {
      publisher: 'Microsoft.EnterpriseCloud.Monitoring',
      type: windows ? 'MicrosoftMonitoringAgent' : 'OmsAgentForLinux',
      typeHandlerVersion: '1.0',
      autoUpgradeMinorVersion: true,
      settings: { workspaceId: CUSTOMER },
    },
  };
}
