import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';

/** Scale sets with the extensions of their model. Facts file 3.13. */
export const scaleSetsQuery = defineQuery({
  id: 'scale-sets',
  target: 'resourceGraph',
  parameters: {},
  text: `
    resources
    | where type =~ 'microsoft.compute/virtualmachinescalesets'
    | project id, name, location, subscriptionId, resourceGroup, tags,
        identityType = tostring(identity.type),
        userAssignedIdentities = identity.userAssignedIdentities,
        vmSize = tostring(sku.name),
        orchestration = tostring(properties.orchestrationMode),
        upgradePolicy = tostring(properties.upgradePolicy.mode),
        osType = tostring(properties.virtualMachineProfile.storageProfile.osDisk.osType),
        imageReference = properties.virtualMachineProfile.storageProfile.imageReference,
        extensions = properties.virtualMachineProfile.extensionProfile.extensions
    | order by id asc
  `,
  row: z.object({
    id: z.string(),
    name: z.string(),
    location: z.string().nullish(),
    subscriptionId: z.string(),
    resourceGroup: z.string().nullish(),
    tags: z.record(z.string(), z.string().nullish()).nullish(),
    identityType: z.string().nullish(),
    userAssignedIdentities: z.record(z.string(), z.unknown()).nullish(),
    vmSize: z.string().nullish(),
    orchestration: z.string().nullish(),
    upgradePolicy: z.string().nullish(),
    osType: z.string().nullish(),
    imageReference: z
      .object({ publisher: z.string().nullish(), offer: z.string().nullish(), sku: z.string().nullish() })
      .nullish(),
    extensions: z
      .array(
        z.object({
          name: z.string().nullish(),
          properties: z
            .object({
              publisher: z.string().nullish(),
              type: z.string().nullish(),
              typeHandlerVersion: z.string().nullish(),
              provisioningState: z.string().nullish(),
              settings: z.unknown().optional(),
            })
            .nullish(),
        }),
      )
      .nullish(),
  }),
});
