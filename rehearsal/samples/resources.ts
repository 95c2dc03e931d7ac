import type { EstateFile } from '../estate/index.ts';

export type Resource = EstateFile['resources'][number];
export type Os = 'windows' | 'linux';

export interface Place {
  readonly subscription: string;
  readonly group: string;
  readonly location: string;
}

/** An operating system as Azure shows it on VMs (image) and on Arc servers (osSku). */
export interface System {
  readonly os: Os;
  readonly publisher: string;
  readonly offer: string;
  readonly sku: string;
  readonly name: string;
  readonly version: string;
}

/** The group's ARM id. */
export const groupId = (place: Place): string =>
  `/subscriptions/${place.subscription}/resourceGroups/${place.group}`;

export function subscription(id: string, name: string, groups?: readonly string[]): Resource {
  return {
    id: `/subscriptions/${id}`,
    name,
    type: 'microsoft.resources/subscriptions',
    ...(groups === undefined ? {} : { tenantId: groups.at(-1) }),
    properties: {
      displayName: name,
      state: 'Enabled',
      ...(groups === undefined
        ? {}
        : { managementGroupAncestorsChain: groups.map((group) => ({ name: group, displayName: group })) }),
    },
  };
}

export interface MachineSpec {
  readonly place: Place;
  readonly name: string;
  readonly system: System;
  readonly tags?: Record<string, string> | null;
  readonly identity?: Resource['identity'];
  /** VM: `PowerState/…`; Arc: `Connected` and the like. */
  readonly status?: string;
  readonly vmId?: string;
  /** Of a VM; default Standard_D2s_v5. */
  readonly size?: string;
  /** More of `properties`, such as disks of an Arc server. */
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** A VM in the shape of a Resource Graph export. */
export function vm(spec: MachineSpec): Resource {
  const { place, name, system } = spec;
  return {
    id: `${groupId(place)}/providers/Microsoft.Compute/virtualMachines/${name}`,
    name,
    type: 'microsoft.compute/virtualmachines',
    location: place.location,
    subscriptionId: place.subscription,
    resourceGroup: place.group.toLowerCase(),
    tags: spec.tags ?? null,
    identity: spec.identity === undefined ? { type: 'SystemAssigned' } : spec.identity,
    properties: {
      ...(spec.vmId === undefined ? {} : { vmId: spec.vmId }),
      hardwareProfile: { vmSize: spec.size ?? 'Standard_D2s_v5' },
      osProfile: { computerName: name.slice(0, 15) },
      storageProfile: {
        osDisk: { osType: system.os === 'windows' ? 'Windows' : 'Linux', createOption: 'FromImage' },
        imageReference: {
          publisher: system.publisher,
          offer: system.offer,
          sku: system.sku,
          version: 'latest',
        },
      },
      provisioningState: 'Succeeded',
      extended: {
        instanceView: {
          powerState: { code: spec.status ?? 'PowerState/running', level: 'Info', displayStatus: 'VM' },
          osName: system.name,
          osVersion: system.version,
          hyperVGeneration: 'V2',
        },
      },
      ...spec.properties,
    },
  };
}

/** An Arc server in the shape of a Resource Graph export. */
export function arc(spec: MachineSpec): Resource {
  const { place, name, system } = spec;
  return {
    id: `${groupId(place)}/providers/Microsoft.HybridCompute/machines/${name}`,
    name,
    type: 'microsoft.hybridcompute/machines',
    location: place.location,
    subscriptionId: place.subscription,
    resourceGroup: place.group.toLowerCase(),
    tags: spec.tags ?? null,
    identity: { type: 'SystemAssigned' },
    properties: {
      ...(spec.vmId === undefined ? {} : { vmId: spec.vmId }),
      provisioningState: 'Succeeded',
      status: spec.status ?? 'Connected',
      agentVersion: '1.48.02881.1941',
      osName: system.os,
      osType: system.os,
      osSku: system.name,
      osVersion: system.version,
      displayName: name,
      machineFqdn: `${name}.contoso.local`,
      dnsFqdn: `${name}.contoso.local`,
      cloudMetadata: { provider: 'N/A' },
      ...spec.properties,
    },
  };
}

/** An extension on a machine; `workspaceId` makes it a legacy agent's. */
export function extension(
  machine: Resource,
  name: string,
  publisher: string,
  type: string,
  version: string,
  settings: unknown,
): Resource {
  const hybrid = machine.id.includes('HybridCompute');
  return {
    id: `${machine.id}/extensions/${name}`,
    name,
    type: hybrid
      ? 'microsoft.hybridcompute/machines/extensions'
      : 'microsoft.compute/virtualmachines/extensions',
    location: machine.location ?? '',
    tags: null,
    properties: {
      publisher,
      type,
      typeHandlerVersion: version,
      autoUpgradeMinorVersion: true,
      provisioningState: 'Succeeded',
      settings,
    },
  };
}

export function legacyAgent(machine: Resource, os: Os, customerId: string, name: string): Resource {
  return os === 'windows'
    ? extension(machine, name, 'Microsoft.EnterpriseCloud.Monitoring', 'MicrosoftMonitoringAgent', '1.0', {
        workspaceId: customerId,
      })
    : extension(machine, name, 'Microsoft.EnterpriseCloud.Monitoring', 'OmsAgentForLinux', '1.19', {
        workspaceId: customerId,
        stopOnMultipleConnections: false,
      });
}

export function newAgent(machine: Resource, os: Os, settings: unknown = {}): Resource {
  const type = os === 'windows' ? 'AzureMonitorWindowsAgent' : 'AzureMonitorLinuxAgent';
  return extension(
    machine,
    type,
    'Microsoft.Azure.Monitor',
    type,
    os === 'windows' ? '1.38' : '1.36',
    settings,
  );
}
