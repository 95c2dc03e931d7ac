import { defineQuery } from '../../model/query.ts';
import { OWNER } from './owner.ts';
import { TableRow } from './table-rows.ts';

/** Rows of a custom table for a batch of machines, in the form of `table-rows`. */
export const customRowsQuery = defineQuery({
  id: 'custom-rows',
  target: 'logAnalytics',
  parameters: {
    logTable: 'tableName',
    baselineSince: 'datetime',
    baselineUntil: 'datetime',
    since: 'datetime',
    until: 'datetime',
    machines: 'strings',
  },
  text: `
    table(logTable)
    | where TimeGenerated between (baselineSince .. until)
    | extend ResourceId = ${OWNER}
    | where ResourceId in (machines)
    | summarize rowCount = countif(TimeGenerated >= since),
        baselineCount = countif(TimeGenerated < baselineUntil),
        lastRow = max(TimeGenerated)
        by ResourceId
    | order by ResourceId asc
  `,
  row: TableRow,
});
