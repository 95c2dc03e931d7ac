import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';

/** Instances of Uniform scale sets, counted per set: how many there are, how many lack the latest model. */
export const scaleSetInstancesQuery = defineQuery({
  id: 'scale-set-instances',
  target: 'resourceGraph',
  parameters: {},
  text: `
    computeresources
    | where type =~ 'microsoft.compute/virtualmachinescalesets/virtualmachines'
    | summarize instances = count(),
        outdatedInstances = countif(tostring(properties.latestModelApplied) =~ 'false')
        by id = tolower(substring(id, 0, indexof(tolower(id), '/virtualmachines/')))
    | order by id asc
  `,
  row: z.object({ id: z.string(), instances: z.number(), outdatedInstances: z.number() }),
});
