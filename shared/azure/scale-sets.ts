import type {
  ComputeManagementClient,
  RollingUpgradeStatusInfo,
  VirtualMachineScaleSet,
  VirtualMachineScaleSetVM,
} from '@azure/arm-compute';
import type {
  Instance,
  RollingUpgrade,
  ScaleSetGateway,
  ScaleSetState,
} from '../agents/scale-sets/gateway.ts';
import type { MachineAddress } from '../model/ids.ts';
import type { Extension } from '../model/machine.ts';
import { type AzureContext, armClientOptions, memoize } from './context.ts';
import { extensionOf } from './machine-state.ts';
import { addressOf, submit } from './submit.ts';
import { attempt, troubleOf } from './trouble.ts';

/** Uniform scale sets over `@azure/arm-compute`. */
export function createScaleSetGateway(context: AzureContext): ScaleSetGateway {
  const compute = memoize(async (subscriptionId) => {
    const { ComputeManagementClient } = await import('@azure/arm-compute');
    return new ComputeManagementClient(context.credential, subscriptionId, armClientOptions(context));
  });
  return {
    read: (machine) =>
      attempt(async () => {
        const address = addressOf(machine);
        return readScaleSet(await compute(address.subscriptionId), address);
      }),
    upgrade: (machine, instanceIds) =>
      attempt(async () => {
        const { subscriptionId, resourceGroup, name } = addressOf(machine);
        const client = await compute(subscriptionId);
        const body = { instanceIds: [...instanceIds] };
        return submit((options) =>
          client.virtualMachineScaleSets.updateInstances(resourceGroup, name, body, options),
        );
      }),
  };
}

async function readScaleSet(
  client: ComputeManagementClient,
  { resourceGroup, name }: MachineAddress,
): Promise<ScaleSetState> {
  const set = await client.virtualMachineScaleSets.get(resourceGroup, name);
  const instances: Instance[] = [];
  for await (const one of client.virtualMachineScaleSetVMs.list(resourceGroup, name, {
    expand: 'instanceView',
  }))
    instances.push(instanceOf(one));
  return {
    upgradePolicy: policyOf(set),
    instances,
    rollingUpgrade: await latestUpgrade(client, resourceGroup, name),
    sequence: (set.virtualMachineProfile?.extensionProfile?.extensions ?? []).map((extension) => ({
      name: extension.name ?? '',
      after: extension.provisionAfterExtensions ?? [],
    })),
  };
}

function policyOf({ upgradePolicy }: VirtualMachineScaleSet): ScaleSetState['upgradePolicy'] {
  const mode = upgradePolicy?.mode?.toLowerCase();
  return (['manual', 'automatic', 'rolling'] as const).find((known) => known === mode) ?? 'unknown';
}

/** A set that was never upgraded in batches has none: Azure answers that nothing was found. */
async function latestUpgrade(
  client: ComputeManagementClient,
  resourceGroup: string,
  name: string,
): Promise<RollingUpgrade | null> {
  try {
    return rollingUpgradeOf(
      await client.virtualMachineScaleSetRollingUpgrades.getLatest(resourceGroup, name),
    );
  } catch (error) {
    if (troubleOf(error).code === 'notFound') return null;
    throw error;
  }
}

function rollingUpgradeOf({ runningStatus, error }: RollingUpgradeStatusInfo): RollingUpgrade {
  const code = runningStatus?.code ?? 'Completed';
  const why = error === undefined ? code : `${error.code}: ${error.message}`;
  return {
    status: code === 'RollingForward' ? 'running' : code === 'Completed' ? 'completed' : 'failed',
    startedAt: runningStatus?.startTime?.toISOString() ?? null,
    error: code === 'Faulted' || code === 'Cancelled' ? why.slice(0, 300) : null,
  };
}

function instanceOf(vm: VirtualMachineScaleSetVM): Instance {
  const view = vm.instanceView;
  const power = view?.statuses?.find(({ code }) => /^powerstate\//i.test(code ?? ''))?.code;
  return {
    instanceId: vm.instanceId ?? '',
    latestModel: vm.latestModelApplied === true,
    // Without a word about its power the instance counts as running: it must then prove itself by its heartbeat.
    running: power === undefined || /\/running$/i.test(power),
    provisioningState: vm.provisioningState ?? null,
    healthy: !/^healthstate\/unhealthy$/i.test(view?.vmHealth?.status?.code ?? ''),
    isProtected: vm.protectionPolicy?.protectFromScaleSetActions === true,
    extensions: extensionsOf(vm),
  };
}

/**
 * Extensions by the instance's own resources, and by its instance view where those lack one. Which of the two a
 * list fills in is not verified, so a legacy agent that either shows is there.
 */
function extensionsOf(vm: VirtualMachineScaleSetVM): Extension[] {
  const own = (vm.resources ?? []).map((one) => extensionOf({ ...one, type: one.typePropertiesType }));
  const known = new Set(own.map(({ publisher, type }) => `${publisher}.${type}`.toLowerCase()));
  const seen = (vm.instanceView?.extensions ?? []).flatMap((one) => {
    const handler = one.type ?? '';
    const dot = handler.lastIndexOf('.');
    if (dot < 0 || known.has(handler.toLowerCase())) return [];
    const failed = one.statuses?.some(({ code }) => /^provisioningstate\/failed/i.test(code ?? ''));
    const done = one.statuses?.some(({ code }) => /^provisioningstate\/succeeded/i.test(code ?? ''));
    return extensionOf({
      id: `${vm.id}/extensions/${one.name}`,
      publisher: handler.slice(0, dot),
      type: handler.slice(dot + 1),
      typeHandlerVersion: one.typeHandlerVersion,
      provisioningState: failed ? 'Failed' : done ? 'Succeeded' : 'Updating',
    });
  });
  return [...own, ...seen];
}
