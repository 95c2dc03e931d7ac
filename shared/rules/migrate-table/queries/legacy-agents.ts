import { z } from 'zod';
import { defineQuery } from '../../../model/query.ts';

/**
 * How many legacy agents a workspace heard, by category: those that report directly and those of an
 * Operations Manager group. Both collect custom logs. Facts file 3.9.
 */
export const legacyAgentsQuery = defineQuery({
  id: 'legacy-agents',
  target: 'logAnalytics',
  parameters: { since: 'datetime', until: 'datetime' },
  text: `
    Heartbeat
    | where TimeGenerated between (since .. until)
    | where Category =~ 'Direct Agent' or Category startswith 'SCOM'
    | summarize agents = dcount(tolower(Computer)), arg_max(TimeGenerated, Computer) by Category
    | project Category, agents, lastSeen = TimeGenerated, Computer
    | order by Category asc
  `,
  row: z.object({
    Category: z.string(),
    agents: z.number(),
    lastSeen: z.string(),
    Computer: z.string().nullish(),
  }),
});
