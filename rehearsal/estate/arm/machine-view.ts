import { compact, type Dict, dict, dig, text } from '../json.ts';
import { powerAt } from '../state/power.ts';
import type { Machine, Power } from '../state/types.ts';
import { extensionView, fullVersion, vmInstanceView } from './extension-view.ts';
import { armView, withoutNulls } from './view.ts';

const POWER_TEXT: Record<Power, [code: string, display: string]> = {
  running: ['PowerState/running', 'VM running'],
  agentNotReady: ['PowerState/running', 'VM running'],
  deallocated: ['PowerState/deallocated', 'VM deallocated'],
  stopped: ['PowerState/stopped', 'VM stopped'],
  disconnected: ['PowerState/unknown', 'VM power state unknown'],
};

/** GET of a VM: identity, child extensions with settings, and the instance view when asked for. Brief and platform facts 3. */
export function vmView(machine: Machine, now: number, expand: boolean): Record<string, unknown> {
  const properties = withoutNulls(dict(machine.resource['properties']));
  delete properties['extended'];
  delete properties['instanceView'];
  properties['provisioningState'] ??= 'Succeeded';
  if (expand) properties['instanceView'] = instanceView(machine, now);
  const view = armView(machine.resource, machine.id, 'Microsoft.Compute/virtualMachines', properties);
  const children = [...machine.extensions.values()].map((extension) =>
    extensionView(machine, extension, false),
  );
  return children.length === 0 ? view : { ...view, resources: children };
}

/** The instance view; a VM that is off has neither agent nor extensions in it. */
export function instanceView(machine: Machine, now: number): Record<string, unknown> {
  const power = powerAt(machine, now);
  const stored = dict(dig(machine.resource, 'properties', 'extended', 'instanceView'));
  const off = power === 'deallocated' || power === 'stopped';
  const time = new Date(now).toISOString();
  const [code, displayStatus] = POWER_TEXT[power];
  return compact({
    computerName: off ? undefined : machine.computer,
    osName: off ? undefined : (text(stored['osName']) ?? machine.os),
    osVersion: off ? undefined : text(stored['osVersion']),
    hyperVGeneration: text(stored['hyperVGeneration']),
    vmAgent: off ? undefined : vmAgent(machine, power, time),
    extensions:
      off || machine.extensions.size === 0 ? undefined : [...machine.extensions.values()].map(vmInstanceView),
    statuses: [
      { code: 'ProvisioningState/succeeded', level: 'Info', displayStatus: 'Provisioning succeeded', time },
      { code, level: 'Info', displayStatus },
    ],
  });
}

function vmAgent(machine: Machine, power: Power, time: string): Dict {
  const ready = power === 'running';
  return {
    vmAgentVersion: ready ? (machine.os === 'windows' ? '2.7.41491.1172' : '2.14.0.1') : 'Unknown',
    extensionHandlers: ready
      ? [...machine.extensions.values()].map((extension) => ({
          type: `${extension.publisher}.${extension.type}`,
          typeHandlerVersion: fullVersion(extension),
          status: { code: 'ProvisioningState/succeeded', level: 'Info', displayStatus: 'Ready' },
        }))
      : [],
    statuses: [
      ready
        ? {
            code: 'ProvisioningState/succeeded',
            level: 'Info',
            displayStatus: 'Ready',
            message: 'GuestAgent is running and processing the extensions.',
            time,
          }
        : {
            code: 'ProvisioningState/Unavailable',
            level: 'Warning',
            displayStatus: 'Not Ready',
            message: 'VM status blob is found but not yet populated.',
            time,
          },
    ],
  };
}

/** GET of an Arc machine. */
export function arcView(machine: Machine, now: number): Record<string, unknown> {
  const down = powerAt(machine, now) !== 'running';
  const stored = withoutNulls(dict(machine.resource['properties']));
  const status = down
    ? text(stored['status'])?.toLowerCase() === 'expired'
      ? 'Expired'
      : 'Disconnected'
    : 'Connected';
  const properties = { ...stored, provisioningState: stored['provisioningState'] ?? 'Succeeded', status };
  return armView(machine.resource, machine.id, 'Microsoft.HybridCompute/machines', properties);
}

export function arcStatus(machine: Machine, now: number): string {
  return String(dict(arcView(machine, now)['properties'])['status']);
}

export function powerCode(machine: Machine, now: number): string {
  return POWER_TEXT[powerAt(machine, now)][0];
}
