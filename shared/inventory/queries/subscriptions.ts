import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';

/** Subscriptions the app may read, also those of other tenants that Azure Lighthouse delegates to it. */
export const subscriptionsQuery = defineQuery({
  id: 'subscriptions',
  target: 'resourceGraph',
  parameters: {},
  text: `
    resourcecontainers
    | where type =~ 'microsoft.resources/subscriptions'
    | project id, name, subscriptionId, tenantId, state = tostring(properties.state)
    | order by id asc
  `,
  row: z.object({
    id: z.string(),
    name: z.string().nullish(),
    subscriptionId: z.string(),
    tenantId: z.string().nullish(),
    state: z.string().nullish(),
  }),
});
