import { z } from 'zod';
import { defineQuery } from '../../../model/query.ts';

/**
 * Billed bytes of SecurityEvent by log and event id, the largest first; all others together have the id -1. Rows
 * of every agent count. `_IsBillable` is a text in some workspaces and a truth value in others.
 */
export const securityEventIdsQuery = defineQuery({
  id: 'lever-security-event-ids',
  target: 'logAnalytics',
  parameters: { since: 'datetime', until: 'datetime', top: 'long' },
  text: `
    SecurityEvent
    | where TimeGenerated between (since .. until)
    | where tostring(_IsBillable) =~ 'true'
    | summarize rowCount = count(), billedBytes = sum(_BilledSize) by Log = tostring(Channel), EventID = tolong(EventID)
    | order by billedBytes desc, Log asc, EventID asc
    | extend place = row_number()
    | summarize rowCount = sum(rowCount), billedBytes = sum(billedBytes), place = min(place)
        by Log = iff(place <= top, Log, ''), EventID = iff(place <= top, EventID, -1)
    | order by place asc
    | project Log, EventID, rowCount, billedBytes
  `,
  row: z.object({
    Log: z.string().nullish(),
    EventID: z.number().nullish(),
    rowCount: z.number(),
    billedBytes: z.number(),
  }),
});
