import { z } from 'zod';
import { defineQuery } from '../../../model/query.ts';

/**
 * Who wrote to a custom table: rows that came in from `since` to `until`, by their source system. A row's own
 * time may be that of the log line, so the time it came in counts; `oldest` and `newest` only bound the search.
 * A row without such a time counts by its own, for a row that is left out would look like silence.
 */
export const tableWritersQuery = defineQuery({
  id: 'table-writers',
  target: 'logAnalytics',
  parameters: {
    logTable: 'tableName',
    oldest: 'datetime',
    newest: 'datetime',
    since: 'datetime',
    until: 'datetime',
  },
  text: `
    table(logTable)
    | where TimeGenerated between (oldest .. newest)
    | extend cameIn = coalesce(ingestion_time(), TimeGenerated)
    | where cameIn between (since .. until)
    | summarize rowCount = count(), computers = dcount(column_ifexists('Computer', '')), lastRow = max(cameIn)
        by SourceSystem = tostring(column_ifexists('SourceSystem', ''))
    | order by SourceSystem asc
  `,
  row: z.object({
    SourceSystem: z.string().nullish(),
    rowCount: z.number(),
    computers: z.number(),
    lastRow: z.string().nullish(),
  }),
});
