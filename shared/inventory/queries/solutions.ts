import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';

/** Solutions and the workspace each is on. Facts file 2.4. */
export const solutionsQuery = defineQuery({
  id: 'solutions',
  target: 'resourceGraph',
  parameters: {},
  text: `
    resources
    | where type =~ 'microsoft.operationsmanagement/solutions'
    | project id, name, workspaceId = tostring(properties.workspaceResourceId), product = tostring(plan.product)
    | order by id asc
  `,
  row: z.object({
    id: z.string(),
    name: z.string(),
    workspaceId: z.string().nullish(),
    product: z.string().nullish(),
  }),
});
