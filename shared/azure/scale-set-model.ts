import type { ComputeManagementClient, VirtualMachineScaleSet } from '@azure/arm-compute';
import type { ExtensionBody } from '../agents/ama-settings.ts';
import type { MachineState, OperationStart } from '../agents/gateway.ts';
import { type MachineAddress, normalizeId } from '../model/ids.ts';
import { extensionOf, osOf } from './machine-state.ts';
import { submit } from './submit.ts';

/** A scale set's model in the form of a machine: what instances get when they are created or upgraded. */
export async function readModel(
  client: ComputeManagementClient,
  { resourceGroup, name }: MachineAddress,
): Promise<MachineState> {
  return modelState(await client.virtualMachineScaleSets.get(resourceGroup, name));
}

function modelState(set: VirtualMachineScaleSet): MachineState {
  const identity = set.identity?.type ?? 'None';
  const profile = set.virtualMachineProfile;
  return {
    // A set that was made anew under the same name has other instances, which is seen by its data.
    vmId: null,
    os: osOf(profile?.storageProfile?.osDisk?.osType),
    // The model can be written whether instances run or not.
    availability: 'running',
    systemIdentity: /SystemAssigned/i.test(identity),
    userIdentities: Object.keys(set.identity?.userAssignedIdentities ?? {}).map(normalizeId),
    extensions: (profile?.extensionProfile?.extensions ?? []).map((extension) =>
      extensionOf({
        ...extension,
        id: `${set.id}/extensions/${extension.name}`,
        type: extension.typePropertiesType,
        provisioningState: extension.provisioningState ?? stateOfModel(set.provisioningState),
      }),
    ),
    tags: set.tags ?? {},
  };
}

/**
 * The state of an extension that the model does not tell: the set's own. That instances failed says nothing of the
 * model, which has the extension. Which of the two Azure fills in is not verified.
 */
function stateOfModel(provisioningState: string | undefined): string {
  return /^(updating|creating)$/i.test(provisioningState ?? '') ? 'Updating' : 'Succeeded';
}

/** Puts an extension into the model. Facts file 3.2. */
export function putModelExtension(
  client: ComputeManagementClient,
  { resourceGroup, name: set }: MachineAddress,
  name: string,
  { properties: { type, ...properties } }: ExtensionBody,
): Promise<OperationStart> {
  const resource = { name, ...properties, typePropertiesType: type };
  return submit((options) =>
    client.virtualMachineScaleSetExtensions.createOrUpdate(resourceGroup, set, name, resource, options),
  );
}

/** Takes an extension out of the model; instances keep it until they are upgraded. Facts file 3.2. */
export function deleteModelExtension(
  client: ComputeManagementClient,
  { resourceGroup, name: set }: MachineAddress,
  name: string,
): Promise<OperationStart> {
  return submit((options) =>
    client.virtualMachineScaleSetExtensions.delete(resourceGroup, set, name, options),
  );
}
