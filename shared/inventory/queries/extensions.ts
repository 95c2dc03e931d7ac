import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';

/**
 * Extensions that matter to the migration, by publisher, never by name (D10): agents of both generations, the
 * dependency agent, change tracking, diagnostics (WAD, LAD), Defender for SQL, hybrid workers. Facts file 3.1, 3.13.
 */
export const extensionsQuery = defineQuery({
  id: 'extensions',
  target: 'resourceGraph',
  parameters: {},
  text: `
    resources
    | where type in~ ('microsoft.compute/virtualmachines/extensions', 'microsoft.hybridcompute/machines/extensions')
    | extend publisher = tostring(properties.publisher), extensionType = tostring(properties.type)
    | where publisher in~ ('Microsoft.EnterpriseCloud.Monitoring', 'Microsoft.Azure.Monitor',
        'Microsoft.Azure.Monitoring.DependencyAgent', 'Microsoft.Azure.ChangeTrackingAndInventory',
        'Microsoft.Azure.Diagnostics', 'Microsoft.OSTCExtensions', 'Microsoft.Azure.AzureDefenderForSQL',
        'Microsoft.Azure.Automation.HybridWorker')
    | project id, name, location, subscriptionId, publisher, extensionType,
        version = tostring(coalesce(properties.instanceView.typeHandlerVersion, properties.typeHandlerVersion)),
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
    settings: z.unknown().optional(),
  }),
});
