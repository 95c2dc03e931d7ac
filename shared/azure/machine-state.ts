import type { InstanceViewStatus, VirtualMachine, VirtualMachineExtension } from '@azure/arm-compute';
import type { Machine as ArcMachine, MachineExtension } from '@azure/arm-hybridcompute';
import type { MachineState } from '../agents/gateway.ts';
import type { OsType } from '../model/agents.ts';
import { normalizeId } from '../model/ids.ts';
import type { Extension } from '../model/machine.ts';

/** The parts of a VM the app decides by. */
export function vmState(vm: VirtualMachine, extensions: readonly VirtualMachineExtension[]): MachineState {
  const power = vm.instanceView?.statuses?.find(({ code }) => code?.toLowerCase().startsWith('powerstate/'));
  const identity = vm.identity?.type ?? 'None';
  const running = new Map(
    (vm.instanceView?.vmAgent?.extensionHandlers ?? []).map(({ type, typeHandlerVersion }) => [
      type?.toLowerCase(),
      typeHandlerVersion,
    ]),
  );
  const agent = vm.instanceView?.vmAgent?.statuses;
  return {
    ...(agent === undefined || agent.length === 0
      ? {}
      : { guestAgent: agent.some(isReady) ? ('ready' as const) : ('notReady' as const) }),
    deallocated: /\/deallocated$/i.test(power?.code ?? ''),
    vmId: vm.vmId?.toLowerCase() || null,
    os: osOf(vm.storageProfile?.osDisk?.osType),
    availability:
      power === undefined ? 'unknown' : /\/running$/i.test(power.code ?? '') ? 'running' : 'stopped',
    systemIdentity: /SystemAssigned/i.test(identity),
    userIdentities: Object.keys(vm.identity?.userAssignedIdentities ?? {}).map(normalizeId),
    extensions: extensions.map((extension) => {
      const { publisher, typePropertiesType: type } = extension;
      const version = running.get(`${publisher}.${type}`.toLowerCase()) ?? extension.typeHandlerVersion;
      return extensionOf({ ...extension, type, typeHandlerVersion: version });
    }),
    tags: vm.tags ?? {},
  };
}

/** The VM agent's own status, as discovery reads it too. */
function isReady({ code }: InstanceViewStatus): boolean {
  return /^provisioningstate\/succeeded$/i.test(code ?? '');
}

/** The parts of an Arc server the app decides by. Arc has a system identity only (facts file 3.2). */
export function arcState(machine: ArcMachine, extensions: readonly Extension[]): MachineState {
  return {
    vmId: machine.properties?.vmId?.toLowerCase() || null,
    // The client's model has no osType; osName says the same where it is one of the two words.
    os: osOf(machine.properties?.osName),
    availability: /^connected$/i.test(machine.properties?.status ?? machineStatus(machine))
      ? 'running'
      : 'disconnected',
    systemIdentity: true,
    userIdentities: [],
    extensions,
    tags: machine.tags ?? {},
  };
}

/** An extension of an Arc server, with the version that runs where Azure tells it. */
export function arcExtensionOf({ id, name, properties }: MachineExtension): Extension {
  const running = properties?.instanceView?.typeHandlerVersion ?? properties?.typeHandlerVersion;
  return extensionOf({ ...properties, id, name, typeHandlerVersion: running });
}

/** The family of an operating system, where the word is one of the two. */
export function osOf(text: string | undefined): OsType | null {
  const word = text?.toLowerCase();
  return word === 'windows' || word === 'linux' ? word : null;
}

function machineStatus(machine: ArcMachine): string {
  return String((machine as { status?: unknown }).status ?? '');
}

interface AnyExtension {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly publisher?: string | undefined;
  readonly type?: string | undefined;
  readonly typeHandlerVersion?: string | undefined;
  readonly provisioningState?: string | undefined;
  readonly settings?: unknown;
}

/** An extension in the app's form, from whatever SDK. */
export function extensionOf(found: AnyExtension): Extension {
  const id = found.id ?? '';
  return {
    id: normalizeId(id),
    // On a VM the resource name can be "vm/extension"; the last part of the id is what calls need.
    name: id.split('/').at(-1) || (found.name ?? ''),
    publisher: found.publisher ?? '',
    type: found.type ?? '',
    version: found.typeHandlerVersion ?? null,
    provisioningState: found.provisioningState ?? null,
    settings: found.settings ?? null,
  };
}
