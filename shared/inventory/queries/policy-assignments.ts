import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';

/** Policy assignments; which of them concern agents is decided by the id of what they assign. Facts file 3.8. */
export const policyAssignmentsQuery = defineQuery({
  id: 'policy-assignments',
  target: 'resourceGraph',
  parameters: {},
  text: `
    policyresources
    | where type =~ 'microsoft.authorization/policyassignments'
    | project id, name, displayName = tostring(properties.displayName), scope = tostring(properties.scope),
        definitionId = tostring(properties.policyDefinitionId), parameters = properties.parameters,
        enforcementMode = tostring(properties.enforcementMode)
    | order by id asc
  `,
  row: z.object({
    id: z.string(),
    name: z.string(),
    displayName: z.string().nullish(),
    scope: z.string().nullish(),
    definitionId: z.string().nullish(),
    parameters: z.unknown().optional(),
    enforcementMode: z.string().nullish(),
  }),
});
