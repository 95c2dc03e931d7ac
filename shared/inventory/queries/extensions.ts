import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';

/** Agent extensions of both generations, by publisher and type, never by name (D10). Facts file 3.1, 3.13. */
export const extensionsQuery = defineQuery({
  id: 'extensions',
  target: 'resourceGraph',
  parameters: {},
  text: `
    resources
    | where type in~ ('microsoft.compute/virtualmachines/extensions', 'microsoft.hybridcompute/machines/extensions')
    | extend publisher = tostring(properties.publisher), extensionType = tostring(properties.type)
    | where publisher in~ ('Microsoft.EnterpriseCloud.Monitoring', 'Microsoft.Azure.Monitor')
    | project id, name, location, subscriptionId, publisher, extensionType,
        version = tostring(properties.typeHandlerVersion),
        provisioningState = tostring(properties.provisioningState),
        settings = properties.settings
    | order by id asc
  `,
  row: z.object({
    id: z.string(),
    name: z.string(),
    location: z.string().nullish(),
    subscriptionId: z.string(),
    publisher: z.string(),
    extensionType: z.string(),
    version: z.string().nullish(),
    provisioningState: z.string().nullish(),
    settings: z.unknown(),
  }),
});
