import { z } from 'zod';
import { defineQuery } from '../../../model/query.ts';

/** Log alert rules; `source` is what those made before the API of 2021 have. */
export const alertRulesQuery = defineQuery({
  id: 'alert-rules',
  target: 'resourceGraph',
  parameters: {},
  text: `
    resources
    | where type =~ 'microsoft.insights/scheduledqueryrules'
    | project id, name,
        displayName = tostring(properties.displayName),
        enabled = tostring(properties.enabled),
        scopes = properties.scopes,
        criteria = properties.criteria,
        source = properties.source
    | order by id asc
  `,
  row: z.object({
    id: z.string(),
    name: z.string(),
    displayName: z.string().nullish(),
    enabled: z.string().nullish(),
    scopes: z.unknown().optional(),
    criteria: z.unknown().optional(),
    source: z.unknown().optional(),
  }),
});
