import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';

/**
 * Which agents of a workspace have been heard, per machine. `Category` is the only column that tells the
 * agents apart: "Direct Agent" is legacy, "SCOM …" is legacy behind a management group. Facts file 3.9.
 */
export const heartbeatsQuery = defineQuery({
  id: 'heartbeats',
  target: 'logAnalytics',
  parameters: { since: 'datetime', until: 'datetime' },
  text: `
    Heartbeat
    | where TimeGenerated between (since .. until)
    | summarize lastSeen = max(TimeGenerated) by ResourceId = tolower(_ResourceId), Computer = tolower(Computer), Category
    | order by ResourceId asc, Computer asc, Category asc
  `,
  row: z.object({
    ResourceId: z.string().nullish(),
    Computer: z.string().nullish(),
    Category: z.string().nullish(),
    lastSeen: z.string(),
  }),
});
