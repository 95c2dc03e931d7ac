import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';

/** Rule and endpoint associations of machines. The table lags ARM: it informs planning, it proves nothing. Facts file 3.2. */
export const associationsQuery = defineQuery({
  id: 'associations',
  target: 'resourceGraph',
  parameters: {},
  text: `
    insightsresources
    | where type =~ 'microsoft.insights/datacollectionruleassociations'
    | project id, name,
        ruleId = tostring(properties.dataCollectionRuleId),
        endpointId = tostring(properties.dataCollectionEndpointId)
    | order by id asc
  `,
  row: z.object({
    id: z.string(),
    name: z.string(),
    ruleId: z.string().nullish(),
    endpointId: z.string().nullish(),
  }),
});
