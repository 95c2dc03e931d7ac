import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';

const ArcExtensionList = z
  .array(z.object({ publisher: z.string().nullish(), type: z.string().nullish() }))
  .nullish();

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
    id: z.string(),
    name: z.string(),
    type: z.string(),
    location: z.string().nullish(),
    subscriptionId: z.string(),
    resourceGroup: z.string().nullish(),
    tags: z.record(z.string(), z.string().nullish()).nullish(),
    identityType: z.string().nullish(),
    userAssignedIdentities: z.record(z.string(), z.unknown()).nullish(),
    osType: z.string().nullish(),
    osName: z.string().nullish(),
    osVersion: z.string().nullish(),
    imageReference: z
      .object({ publisher: z.string().nullish(), offer: z.string().nullish(), sku: z.string().nullish() })
      .nullish(),
    vmId: z.string().nullish(),
    vmUuid: z.string().nullish(),
    vmSize: z.string().nullish(),
    scaleSetId: z.string().nullish(),
    allowExtensionOperations: z.string().nullish(),
    windowsGuestAgent: z.string().nullish(),
    linuxGuestAgent: z.string().nullish(),
    powerState: z.string().nullish(),
    arcStatus: z.string().nullish(),
    arcAgentVersion: z.string().nullish(),
    arcProxyUrl: z.string().nullish(),
    arcExtensionsEnabled: z.string().nullish(),
    arcAllowedExtensions: ArcExtensionList,
    arcBlockedExtensions: ArcExtensionList,
    arcProcessors: z.array(z.object({ name: z.string().nullish() })).nullish(),
    arcDisks: z
      .array(
        z.object({
          path: z.string().nullish(),
          maxSizeInBytes: z.number().nullish(),
          usedSpaceInBytes: z.number().nullish(),
        }),
      )
      .nullish(),
  }),
});
