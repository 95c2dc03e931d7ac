import { compact, type Dict, dict, dig, text } from '../json.ts';
import { powerAt } from '../state/power.ts';
import type { Machine, Power } from '../state/types.ts';
import { arcAsOf, FIRST_MACHINE } from './arc-versions.ts';
import { fullVersion, vmExtensionView, vmInstanceView } from './extension-view.ts';
import { armView } from './view.ts';

const POWER_TEXT: Record<Power, [code: string, display: string]> = {
  running: ['PowerState/running', 'VM running'],
  agentNotReady: ['PowerState/running', 'VM running'],
  deallocated: ['PowerState/deallocated', 'VM deallocated'],
  stopped: ['PowerState/stopped', 'VM stopped'],
  disconnected: ['PowerState/unknown', 'VM power state unknown'],
};

/** GET of a VM: identity, child extensions with settings, and the instance view when asked for. Brief and platform facts 3. */
export function vmView(machine: Machine, now: number, expand: boolean): Record<string, unknown> {
  const { extended: _, ...stored } = dict(machine.resource['properties']);
  const view = armView(machine.resource, machine.id, 'Microsoft.Compute/virtualMachines', {
    ...stored,
    vmId: machine.vmId,
    provisioningState: stored['provisioningState'] ?? 'Succeeded',
    instanceView: expand ? instanceView(machine, now) : undefined,
  });
  const children = [...machine.extensions.values()].map((extension) => vmExtensionView(extension, false));
  return children.length === 0 ? view : { ...view, resources: children };
}

/** One VM of a list with `statusOnly=true`: how it runs, not how it is made. */
export function statusView(machine: Machine, now: number): Record<string, unknown> {
  const state = dig(machine.resource, 'properties', 'provisioningState');
  return armView(machine.resource, machine.id, 'Microsoft.Compute/virtualMachines', {
    vmId: machine.vmId,
    provisioningState: state ?? 'Succeeded',
    instanceView: instanceView(machine, now),
  });
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
export function arcView(machine: Machine, now: number, apiVersion: string): Record<string, unknown> {
  const stored = dict(machine.resource['properties']);
  const view = armView(machine.resource, machine.id, 'Microsoft.HybridCompute/machines', {
    ...stored,
    vmId: machine.vmId,
    provisioningState: stored['provisioningState'] ?? 'Succeeded',
    status: arcStatus(machine, now),
  });
  return arcAsOf(apiVersion, FIRST_MACHINE, view);
}

export function arcStatus(machine: Machine, now: number): string {
  if (powerAt(machine, now) === 'running') return 'Connected';
  const stored = text(dig(machine.resource, 'properties', 'status'));
  return stored?.toLowerCase() === 'expired' ? 'Expired' : 'Disconnected';
}

export function powerCode(machine: Machine, now: number): string {
  return POWER_TEXT[powerAt(machine, now)][0];
}
