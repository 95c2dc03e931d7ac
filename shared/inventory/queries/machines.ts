import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';

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
        powerState = tostring(properties.extended.instanceView.powerState.code),
        arcStatus = tostring(properties.status),
        arcAgentVersion = tostring(properties.agentVersion)
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
    powerState: z.string().nullish(),
    arcStatus: z.string().nullish(),
    arcAgentVersion: z.string().nullish(),
  }),
});
