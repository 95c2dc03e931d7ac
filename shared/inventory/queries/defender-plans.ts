import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';

/** Plans of Defender for Cloud that had to do with the legacy agent. */
export const defenderPlansQuery = defineQuery({
  id: 'defender-plans',
  target: 'resourceGraph',
  parameters: {},
  text: `
    securityresources
    | where type =~ 'microsoft.security/pricings' and name in~ ('VirtualMachines', 'SqlServerVirtualMachines')
    | project id, name, subscriptionId, tier = tostring(properties.pricingTier), plan = tostring(properties.subPlan)
    | order by id asc
  `,
  row: z.object({
    id: z.string(),
    name: z.string(),
    subscriptionId: z.string(),
    tier: z.string().nullish(),
    plan: z.string().nullish(),
  }),
});
