import { z } from 'zod';
import { defineQuery } from '../../../model/query.ts';

/**
 * Billed bytes of Event by log, event id and level, the largest first; all others together have the id -1. Rows
 * of every agent count. `_IsBillable` is a text in some workspaces and a truth value in others.
 */
export const eventIdsQuery = defineQuery({
  id: 'lever-event-ids',
  target: 'logAnalytics',
  parameters: { since: 'datetime', until: 'datetime', top: 'long' },
  text: `
    Event
    | where TimeGenerated between (since .. until)
    | where tostring(_IsBillable) =~ 'true'
    | summarize rowCount = count(), billedBytes = sum(_BilledSize)
        by Log = EventLog, EventID = tolong(EventID), Level = EventLevelName
    | order by billedBytes desc, Log asc, EventID asc, Level asc
    | extend place = row_number()
    | summarize rowCount = sum(rowCount), billedBytes = sum(billedBytes), place = min(place)
        by Log = iff(place <= top, Log, ''), EventID = iff(place <= top, EventID, -1), Level = iff(place <= top, Level, '')
    | order by place asc
    | project Log, EventID, Level, rowCount, billedBytes
  `,
  row: z.object({
    Log: z.string().nullish(),
    EventID: z.number().nullish(),
    Level: z.string().nullish(),
    rowCount: z.number(),
    billedBytes: z.number(),
  }),
});
