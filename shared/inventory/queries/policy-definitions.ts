import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';

/** Custom policy definitions that speak of an agent's extension; what they do with it is read from the rule. */
export const policyDefinitionsQuery = defineQuery({
  id: 'policy-definitions',
  target: 'resourceGraph',
  parameters: {},
  text: `
    policyresources
    | where type =~ 'microsoft.authorization/policydefinitions' and tostring(properties.policyType) =~ 'Custom'
    | where tostring(properties.policyRule) has_any ('MicrosoftMonitoringAgent', 'OmsAgentForLinux',
        'EnterpriseCloud.Monitoring', 'autoProvisioningSettings')
    | project id, name, displayName = tostring(properties.displayName), policyRule = properties.policyRule
    | order by id asc
  `,
  row: z.object({
    id: z.string(),
    name: z.string(),
    displayName: z.string().nullish(),
    policyRule: z.unknown().optional(),
  }),
});
