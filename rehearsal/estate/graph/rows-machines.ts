import { arcStatus, powerCode } from '../arm/machine-view.ts';
import { type Dict, dig, text } from '../json.ts';
import type { Association, Extension, Machine } from '../state/types.ts';
import { dynamic, place, str } from './kusto.ts';

/**
 * Row of `machines`. Resource Graph writes `type` and `resourceGroup` in lower case and null where ARM leaves out.
 * `shown` is another resource of the same machine when an export repeats it.
 */
export function machineRow(
  machine: Machine,
  now: number,
  shown: { readonly id: string; readonly resource: Dict } = machine,
): Record<string, unknown> {
  const { id, resource } = shown;
  const p = resource['properties'];
  const vm = machine.kind === 'azureVm';
  const view = dig(p, 'extended', 'instanceView');
  return {
    id,
    name: text(resource['name']) ?? id.split('/').at(-1),
    type: vm ? 'microsoft.compute/virtualmachines' : 'microsoft.hybridcompute/machines',
    location: place(resource['location']),
    subscriptionId: machine.subscription,
    resourceGroup: machine.group.toLowerCase(),
    tags: dynamic(resource['tags']),
    identityType: str(dig(resource, 'identity', 'type')),
    userAssignedIdentities: dynamic(dig(resource, 'identity', 'userAssignedIdentities')),
    osType: str(dig(p, 'storageProfile', 'osDisk', 'osType') ?? dig(p, 'osType')),
    osName: str(dig(view, 'osName') ?? dig(p, 'osSku') ?? dig(p, 'osName')),
    osVersion: str(dig(view, 'osVersion') ?? dig(p, 'osVersion')),
    imageReference: dynamic(dig(p, 'storageProfile', 'imageReference')),
    vmId: saysNull(resource, 'properties', 'vmId') ? '' : machine.vmId,
    vmUuid: str(dig(p, 'vmUuid')),
    vmSize: str(dig(p, 'hardwareProfile', 'vmSize')),
    scaleSetId: str(dig(p, 'virtualMachineScaleSet', 'id')),
    allowExtensionOperations: str(dig(p, 'osProfile', 'allowExtensionOperations')),
    windowsGuestAgent: str(dig(p, 'osProfile', 'windowsConfiguration', 'provisionVMAgent')),
    linuxGuestAgent: str(dig(p, 'osProfile', 'linuxConfiguration', 'provisionVMAgent')),
    powerState: vm && !saysNull(resource, ...POWER) ? powerCode(machine, now) : '',
    arcStatus: vm || saysNull(resource, 'properties', 'status') ? '' : arcStatus(machine, now),
    arcAgentVersion: str(dig(p, 'agentVersion')),
    arcProxyUrl: str(dig(p, 'agentConfiguration', 'proxyUrl')),
    arcExtensionsEnabled: str(dig(p, 'agentConfiguration', 'extensionsEnabled')),
    arcAllowedExtensions: dynamic(dig(p, 'agentConfiguration', 'extensionsAllowList')),
    arcBlockedExtensions: dynamic(dig(p, 'agentConfiguration', 'extensionsBlockList')),
    arcProcessors: dynamic(dig(p, 'hardwareProfile', 'processors')),
    arcDisks: dynamic(dig(p, 'storageProfile', 'disks')),
  };
}

const POWER = ['properties', 'extended', 'instanceView', 'powerState', 'code'];

/** An explicit null on the way: the export says Azure knew nothing. What is merely left out the estate fills in. */
function saysNull(resource: Dict, ...path: readonly string[]): boolean {
  let at: unknown = resource;
  for (const key of path) {
    if (at === undefined) return false;
    at = (at as Dict)[key];
    if (at === null) return true;
  }
  return false;
}

export function extensionRow(machine: Machine, extension: Extension): Record<string, unknown> {
  return {
    id: extension.id,
    name: extension.name,
    location: place(extension.location),
    subscriptionId: machine.subscription,
    publisher: extension.publisher,
    extensionType: extension.type,
    version: str(extension.reportedVersion ?? extension.typeHandlerVersion),
    provisioningState: extension.provisioningState,
    settings: dynamic(extension.settings),
  };
}

export function associationRow(association: Association): Record<string, unknown> {
  return {
    id: association.id,
    name: association.name,
    ruleId: str(association.ruleId),
    endpointId: str(association.endpointId),
  };
}
