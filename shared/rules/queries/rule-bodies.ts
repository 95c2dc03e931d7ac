import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';

/** Data collection rules with all they collect: what a conversion must not collect a second time. */
export const ruleBodiesQuery = defineQuery({
  id: 'rule-bodies',
  target: 'resourceGraph',
  parameters: {},
  text: `
    resources
    | where type =~ 'microsoft.insights/datacollectionrules'
    | project id, name, kind, tags,
        dataSources = properties.dataSources,
        dataFlows = properties.dataFlows,
        destinations = properties.destinations
    | order by id asc
  `,
  row: z.object({
    id: z.string(),
    name: z.string(),
    kind: z.string().nullish(),
    tags: z.record(z.string(), z.string().nullish()).nullish(),
    dataSources: z.unknown().optional(),
    dataFlows: z.unknown().optional(),
    destinations: z.unknown().optional(),
  }),
});
