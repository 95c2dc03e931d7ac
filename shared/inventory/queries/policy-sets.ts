import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';

/** Initiatives with the definitions in them: an assignment of one assigns them all. */
export const policySetsQuery = defineQuery({
  id: 'policy-sets',
  target: 'resourceGraph',
  parameters: {},
  text: `
    policyresources
    | where type =~ 'microsoft.authorization/policysetdefinitions'
    | project id, name, displayName = tostring(properties.displayName),
        definitions = properties.policyDefinitions
    | order by id asc
  `,
  row: z.object({
    id: z.string(),
    name: z.string(),
    displayName: z.string().nullish(),
    definitions: z
      .array(z.object({ policyDefinitionId: z.string().nullish(), parameters: z.unknown().optional() }))
      .nullish(),
  }),
});
