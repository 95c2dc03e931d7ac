import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';

/** Data collection endpoints, needed as configuration access endpoint behind private link. Facts file 3.4. */
export const endpointsQuery = defineQuery({
  id: 'endpoints',
  target: 'resourceGraph',
  parameters: {},
  text: `
    resources
    | where type =~ 'microsoft.insights/datacollectionendpoints'
    | project id, name, location,
        configurationAccess = tostring(properties.configurationAccess.endpoint),
        logsIngestion = tostring(properties.logsIngestion.endpoint)
    | order by id asc
  `,
  row: z.object({
    id: z.string(),
    name: z.string(),
    location: z.string().nullish(),
    configurationAccess: z.string().nullish(),
    logsIngestion: z.string().nullish(),
  }),
});
