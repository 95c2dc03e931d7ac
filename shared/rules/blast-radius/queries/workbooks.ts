import { z } from 'zod';
import { defineQuery } from '../../../model/query.ts';

/** Shared workbooks, without their content. */
export const workbooksQuery = defineQuery({
  id: 'workbooks',
  target: 'resourceGraph',
  parameters: {},
  text: `
    resources
    | where type =~ 'microsoft.insights/workbooks'
    | project id, name, subscriptionId,
        displayName = tostring(properties.displayName),
        sourceId = tostring(properties.sourceId)
    | order by id asc
  `,
  row: z.object({
    id: z.string(),
    name: z.string(),
    subscriptionId: z.string(),
    displayName: z.string().nullish(),
    sourceId: z.string().nullish(),
  }),
});
