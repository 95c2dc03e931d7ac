import { arcStatus, powerCode } from '../arm/machine-view.ts';
import { dict, dig, list, text } from '../json.ts';
import { region } from '../state/ids.ts';
import type { State } from '../state/state.ts';
import type { Association, Endpoint, Extension, Machine, Rule, Workspace } from '../state/types.ts';

/** `tostring()` of Kusto: a missing value is an empty string. */
const str = (value: unknown): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
const subscriptionOf = (id: string): string => id.split('/')[2] ?? '';

/** Row of `machines`. Resource Graph writes `type` and `resourceGroup` in lower case and null where ARM leaves out. */
export function machineRow(machine: Machine, now: number): Record<string, unknown> {
  const { resource } = machine;
  const p = resource['properties'];
  const vm = machine.kind === 'azureVm';
  const view = dig(p, 'extended', 'instanceView');
  return {
    id: machine.id,
    name: text(resource['name']) ?? machine.name,
    type: vm ? 'microsoft.compute/virtualmachines' : 'microsoft.hybridcompute/machines',
    location: region(machine.location),
    subscriptionId: machine.subscription,
    resourceGroup: machine.group.toLowerCase(),
    tags: resource['tags'] ?? null,
    identityType: str(dig(resource, 'identity', 'type')),
    userAssignedIdentities: dig(resource, 'identity', 'userAssignedIdentities') ?? null,
    osType: str(dig(p, 'storageProfile', 'osDisk', 'osType') ?? dig(p, 'osType')),
    osName: str(dig(view, 'osName') ?? dig(p, 'osSku') ?? dig(p, 'osName')),
    osVersion: str(dig(view, 'osVersion') ?? dig(p, 'osVersion')),
    imageReference: dig(p, 'storageProfile', 'imageReference') ?? null,
    powerState: vm ? powerCode(machine, now) : '',
    arcStatus: vm ? '' : arcStatus(machine, now),
    arcAgentVersion: vm ? '' : str(dig(p, 'agentVersion')),
  };
}

export function extensionRow(machine: Machine, extension: Extension): Record<string, unknown> {
  return {
    id: extension.id,
    name: extension.name,
    location: region(extension.location),
    subscriptionId: machine.subscription,
    publisher: extension.publisher,
    extensionType: extension.type,
    version: str(extension.typeHandlerVersion),
    provisioningState: extension.provisioningState,
    settings: extension.settings ?? null,
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

export function ruleRow(rule: Rule): Record<string, unknown> {
  const p = rule.resource['properties'];
  return {
    id: rule.id,
    name: rule.id.split('/').at(-1),
    location: region(text(rule.resource['location'])),
    // Resource Graph shows an absent kind as an empty string.
    kind: str(rule.resource['kind']),
    tags: rule.resource['tags'] ?? null,
    dataFlows: dig(p, 'dataFlows') ?? null,
    logAnalytics:
      dig(p, 'destinations', 'logAnalytics') === undefined
        ? null
        : list(dig(p, 'destinations', 'logAnalytics')),
  };
}

export function endpointRow(endpoint: Endpoint): Record<string, unknown> {
  return { id: endpoint.id, name: endpoint.id.split('/').at(-1), location: region(endpoint.location) };
}

export function workspaceRow(state: State, workspace: Workspace): Record<string, unknown> {
  const properties = dict(workspace.resource['properties']);
  return {
    id: workspace.id,
    name: workspace.id.split('/').at(-1),
    location: region(text(workspace.resource['location'])),
    subscriptionId:
      state.subscriptions.get(subscriptionOf(workspace.id).toLowerCase())?.id ?? subscriptionOf(workspace.id),
    customerId: str(properties['customerId']),
  };
}
