import type { ComputeManagementClient } from '@azure/arm-compute';
import type { HybridComputeManagementClient } from '@azure/arm-hybridcompute';
import type { ExtensionBody } from '../agents/ama-settings.ts';
import type { MachineGateway, MachineRef, MachineState, OperationStart } from '../agents/gateway.ts';
import type { MachineAddress } from '../model/ids.ts';
import type { Extension, Lock } from '../model/machine.ts';
import { type Arm, listArm } from './arm.ts';
import { type AzureContext, armClientOptions, memoize } from './context.ts';
import { arcExtensionOf, arcState, vmState } from './machine-state.ts';
import { operationStart, readOperation } from './operations.ts';
import { deleteModelExtension, putModelExtension, readModel } from './scale-set-model.ts';
import { addressOf, submit } from './submit.ts';
import { attempt, textsIn } from './trouble.ts';

/** Arc extension writes need fields newer than the only client package knows (platform facts 1). */
const ARC_API_VERSION = '2024-07-10';
const LOCKS_API_VERSION = '2020-05-01';

/** The machine gateway over ARM. */
export function createMachineGateway(context: AzureContext, arm: Arm): MachineGateway {
  const compute = memoize(async (subscriptionId) => {
    const { ComputeManagementClient } = await import('@azure/arm-compute');
    return new ComputeManagementClient(context.credential, subscriptionId, armClientOptions(context));
  });
  const hybrid = memoize(async (subscriptionId) => {
    // A CommonJS package: a bundle gives its names by `default` alone.
    const { HybridComputeManagementClient } = (await import('@azure/arm-hybridcompute')).default;
    return new HybridComputeManagementClient(context.credential, subscriptionId, armClientOptions(context));
  });

  return {
    read: (machine) =>
      attempt(async () => {
        const address = addressOf(machine);
        if (address.kind === 'arcServer') return readArc(await hybrid(address.subscriptionId), address);
        const client = await compute(address.subscriptionId);
        return address.kind === 'scaleSet' ? readModel(client, address) : readVm(client, address);
      }),

    tags: (machine) =>
      attempt(async () => {
        const { kind, subscriptionId, resourceGroup, name } = addressOf(machine);
        if (kind === 'arcServer') {
          return (await (await hybrid(subscriptionId)).machines.get(resourceGroup, name)).tags ?? {};
        }
        const client = await compute(subscriptionId);
        const resources = kind === 'scaleSet' ? client.virtualMachineScaleSets : client.virtualMachines;
        return (await resources.get(resourceGroup, name)).tags ?? {};
      }),

    extensions: (machine) =>
      attempt(async () => {
        const address = addressOf(machine);
        if (address.kind === 'arcServer') return arcExtensions(await hybrid(address.subscriptionId), address);
        const client = await compute(address.subscriptionId);
        const state = await (address.kind === 'scaleSet' ? readModel : readVm)(client, address);
        return state.extensions;
      }),

    putExtension: (machine, name, body) =>
      attempt(async () => {
        const address = addressOf(machine);
        if (address.kind === 'arcServer') return arcExtension(arm, machine, 'PUT', name, body);
        const client = await compute(address.subscriptionId);
        return address.kind === 'scaleSet'
          ? putModelExtension(client, address, name, body)
          : putVmExtension(client, address, name, body);
      }, textsIn(body.properties.protectedSettings)),

    deleteExtension: (machine, name) =>
      attempt(async () => {
        const address = addressOf(machine);
        if (address.kind === 'arcServer') return arcExtension(arm, machine, 'DELETE', name);
        const client = await compute(address.subscriptionId);
        return address.kind === 'scaleSet'
          ? deleteModelExtension(client, address, name)
          : deleteVmExtension(client, address, name);
      }),

    operation: (url) => attempt(() => readOperation(arm, url)),

    locks: (subscriptionId) => attempt(() => readLocks(arm, subscriptionId)),
  };
}

async function readVm(client: ComputeManagementClient, address: MachineAddress): Promise<MachineState> {
  const vm = await client.virtualMachines.get(address.resourceGroup, address.name, {
    expand: 'instanceView',
  });
  // The VM carries its extensions; older api surfaces leave them out, and then they are listed.
  const extensions =
    vm.resources ??
    (await client.virtualMachineExtensions.list(address.resourceGroup, address.name)).value ??
    [];
  return vmState(vm, extensions);
}

async function readArc(
  client: HybridComputeManagementClient,
  address: MachineAddress,
): Promise<MachineState> {
  const machine = await client.machines.get(address.resourceGroup, address.name);
  return arcState(machine, await arcExtensions(client, address));
}

async function arcExtensions(
  client: HybridComputeManagementClient,
  { resourceGroup, name }: MachineAddress,
): Promise<Extension[]> {
  const extensions = [];
  for await (const extension of client.machineExtensions.list(resourceGroup, name)) {
    extensions.push(arcExtensionOf(extension));
  }
  return extensions;
}

function putVmExtension(
  client: ComputeManagementClient,
  address: MachineAddress,
  name: string,
  body: ExtensionBody,
): Promise<OperationStart> {
  const { type, ...properties } = body.properties;
  const resource = { location: body.location, ...properties, typePropertiesType: type };
  return submit((options) =>
    client.virtualMachineExtensions.createOrUpdate(
      address.resourceGroup,
      address.name,
      name,
      resource,
      options,
    ),
  );
}

function deleteVmExtension(
  client: ComputeManagementClient,
  address: MachineAddress,
  name: string,
): Promise<OperationStart> {
  return submit((options) =>
    client.virtualMachineExtensions.delete(address.resourceGroup, address.name, name, options),
  );
}

async function arcExtension(
  arm: Arm,
  machine: MachineRef,
  method: 'PUT' | 'DELETE',
  name: string,
  body?: ExtensionBody,
): Promise<OperationStart> {
  const { response } = await arm({
    method,
    url: `${machine.resourceId}/extensions/${encodeURIComponent(name)}?api-version=${ARC_API_VERSION}`,
    ...(body === undefined ? {} : { body }),
  });
  return operationStart(response.headers);
}

async function readLocks(arm: Arm, subscriptionId: string): Promise<Lock[]> {
  const locks: Lock[] = [];
  const url = `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/locks?api-version=${LOCKS_API_VERSION}`;
  for await (const { id, name, properties } of listArm<LockResource>(arm, url)) {
    const scope = id.split(/\/providers\/microsoft\.authorization\/locks\//i)[0] ?? '';
    const level = /readonly/i.test(properties?.level ?? '') ? 'ReadOnly' : 'CanNotDelete';
    locks.push({ scope: scope.toLowerCase(), level, name });
  }
  return locks;
}

interface LockResource {
  readonly id: string;
  readonly name: string;
  readonly properties?: { readonly level?: string };
}
