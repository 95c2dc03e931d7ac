import { z } from 'zod';
import { defineQuery } from '../../../model/query.ts';

/**
 * Bytes of each column of a table in a sample of rows, as texts: the service bills the text of what a row holds,
 * without the columns every table has (learn.microsoft.com/azure/azure-monitor/logs/cost-logs, "Data size
 * calculation"). `sampled` is how many rows the sample has, the same in every row of the answer.
 */
export const columnBytesQuery = defineQuery({
  id: 'lever-column-bytes',
  target: 'logAnalytics',
  parameters: { logTable: 'tableName', since: 'datetime', until: 'datetime', rowsWanted: 'long' },
  text: `
    let chosen = materialize(
        table(logTable)
        | where TimeGenerated between (since .. until)
        | sample rowsWanted
        | project fields = pack_all(true));
    let sampled = toscalar(chosen | count);
    chosen
    | mv-expand ColumnName = bag_keys(fields) to typeof(string)
    | where ColumnName !startswith '_' and ColumnName !in ('Type', 'TenantId')
    | extend content = tostring(fields[ColumnName])
    | summarize textBytes = sum(estimate_data_size(content)) by ColumnName
    | extend sampled = sampled
    | order by textBytes desc, ColumnName asc
    | take 500
  `,
  row: z.object({ ColumnName: z.string(), textBytes: z.number(), sampled: z.number() }),
});
