import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';

const ArcExtensionList = z
  .array(z.object({ publisher: z.string().nullish(), type: z.string().nullish() }))
  .nullish()
  .catch(null);

/** Azure VMs and Arc servers with what assessment needs. Facts file 3.13. */
export const machinesQuery = defineQuery({
  id: 'machines',
  target: 'resourceGraph',
  parameters: {},
  text: `
    resources
    | where type in~ ('microsoft.compute/virtualmachines', 'microsoft.hybridcompute/machines')
    | project id, name, type, location, subscriptionId, resourceGroup, tags,
        identityType = tostring(identity.type),
        userAssignedIdentities = identity.userAssignedIdentities,
        osType = tostring(coalesce(properties.storageProfile.osDisk.osType, properties.osType)),
        osName = tostring(coalesce(properties.extended.instanceView.osName, properties.osSku, properties.osName)),
        osVersion = tostring(coalesce(properties.extended.instanceView.osVersion, properties.osVersion)),
        imageReference = properties.storageProfile.imageReference,
        vmId = tostring(coalesce(properties.vmId, properties.vmUuid)),
        vmUuid = tostring(properties.vmUuid),
        vmSize = tostring(properties.hardwareProfile.vmSize),
        scaleSetId = tostring(properties.virtualMachineScaleSet.id),
        allowExtensionOperations = tostring(properties.osProfile.allowExtensionOperations),
        windowsGuestAgent = tostring(properties.osProfile.windowsConfiguration.provisionVMAgent),
        linuxGuestAgent = tostring(properties.osProfile.linuxConfiguration.provisionVMAgent),
        powerState = tostring(properties.extended.instanceView.powerState.code),
        arcStatus = tostring(properties.status),
        arcAgentVersion = tostring(properties.agentVersion),
        arcProxyUrl = tostring(properties.agentConfiguration.proxyUrl),
        arcExtensionsEnabled = tostring(properties.agentConfiguration.extensionsEnabled),
        arcAllowedExtensions = properties.agentConfiguration.extensionsAllowList,
        arcBlockedExtensions = properties.agentConfiguration.extensionsBlockList,
        arcProcessors = properties.hardwareProfile.processors,
        arcDisks = properties.storageProfile.disks
    | order by id asc
  `,
  row: z.object({
    // Whatever else is odd about a machine, it must not be left out: the odd part counts as unknown.
    id: z.string(),
    name: z.string().nullish().catch(null),
    type: z.string().nullish().catch(null),
    location: z.string().nullish().catch(null),
    subscriptionId: z.string().nullish().catch(null),
    resourceGroup: z.string().nullish().catch(null),
    // Never dropped: a hold tag may be among them.
    tags: z.record(z.string(), z.unknown()).nullish().catch(null),
    identityType: z.string().nullish().catch(null),
    userAssignedIdentities: z.record(z.string(), z.unknown()).nullish().catch(null),
    osType: z.string().nullish().catch(null),
    osName: z.string().nullish().catch(null),
    osVersion: z.string().nullish().catch(null),
    imageReference: z
      .object({ publisher: z.string().nullish(), offer: z.string().nullish(), sku: z.string().nullish() })
      .nullish()
      .catch(null),
    vmId: z.string().nullish().catch(null),
    vmUuid: z.string().nullish().catch(null),
    vmSize: z.string().nullish().catch(null),
    scaleSetId: z.string().nullish().catch(null),
    allowExtensionOperations: z.string().nullish().catch(null),
    windowsGuestAgent: z.string().nullish().catch(null),
    linuxGuestAgent: z.string().nullish().catch(null),
    powerState: z.string().nullish().catch(null),
    arcStatus: z.string().nullish().catch(null),
    arcAgentVersion: z.string().nullish().catch(null),
    arcProxyUrl: z.string().nullish().catch(null),
    arcExtensionsEnabled: z.string().nullish().catch(null),
    arcAllowedExtensions: ArcExtensionList,
    arcBlockedExtensions: ArcExtensionList,
    arcProcessors: z
      .array(z.object({ name: z.string().nullish() }))
      .nullish()
      .catch(null),
    arcDisks: z
      .array(
        z.object({
          path: z.string().nullish(),
          maxSizeInBytes: z.number().nullish(),
          usedSpaceInBytes: z.number().nullish(),
        }),
      )
      .nullish()
      .catch(null),
  }),
});
