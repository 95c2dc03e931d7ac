import { z } from 'zod';
import { defineQuery } from '../../../model/query.ts';

/**
 * Billed bytes of Perf by object and counter, the largest first; all others together have no name. Rows of every
 * agent count. `_IsBillable` is a text in some workspaces and a truth value in others.
 */
export const perfCountersQuery = defineQuery({
  id: 'lever-perf-counters',
  target: 'logAnalytics',
  parameters: { since: 'datetime', until: 'datetime', top: 'long' },
  text: `
    Perf
    | where TimeGenerated between (since .. until)
    | where tostring(_IsBillable) =~ 'true'
    | summarize rowCount = count(), billedBytes = sum(_BilledSize) by ObjectName, CounterName
    | order by billedBytes desc, ObjectName asc, CounterName asc
    | extend place = row_number()
    | summarize rowCount = sum(rowCount), billedBytes = sum(billedBytes), place = min(place)
        by ObjectName = iff(place <= top, ObjectName, ''), CounterName = iff(place <= top, CounterName, '')
    | order by place asc
    | project ObjectName, CounterName, rowCount, billedBytes
  `,
  row: z.object({
    ObjectName: z.string().nullish(),
    CounterName: z.string().nullish(),
    rowCount: z.number(),
    billedBytes: z.number(),
  }),
});
