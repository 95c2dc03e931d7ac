import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';

/** What a workspace took in, by table; `Quantity` is in megabytes. Facts file 2.5. */
export const usageQuery = defineQuery({
  id: 'usage',
  target: 'logAnalytics',
  parameters: { since: 'datetime', until: 'datetime' },
  text: `
    Usage
    | where TimeGenerated between (since .. until)
    | summarize megabytes = sum(Quantity), lastSeen = max(TimeGenerated) by DataType, IsBillable
    | order by DataType asc
  `,
  row: z.object({
    DataType: z.string().nullish(),
    IsBillable: z.boolean().nullish(),
    megabytes: z.number(),
    lastSeen: z.string(),
  }),
});
