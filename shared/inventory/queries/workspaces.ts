import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';

/** Log Analytics workspaces; `customerId` is the id legacy agents carry in their settings. */
export const workspacesQuery = defineQuery({
  id: 'workspaces',
  target: 'resourceGraph',
  parameters: {},
  text: `
    resources
    | where type =~ 'microsoft.operationalinsights/workspaces'
    | project id, name, location, subscriptionId, customerId = tostring(properties.customerId),
        sku = tostring(properties.sku.name), retentionDays = toint(properties.retentionInDays)
    | order by id asc
  `,
  row: z.object({
    id: z.string(),
    name: z.string(),
    location: z.string().nullish(),
    subscriptionId: z.string(),
    customerId: z.string().nullish(),
    sku: z.string().nullish(),
    retentionDays: z.number().nullish(),
  }),
});
