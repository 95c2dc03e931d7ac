import { z } from 'zod';
import { defineQuery } from '../../model/query.ts';
import { TABLES, type Table } from '../../model/streams.ts';
import { OWNER } from './owner.ts';

export const TableRow = z.object({
  ResourceId: z.string(),
  /** Rows generated in [since, until]. */
  rowCount: z.number(),
  /** Rows generated in [baselineSince, baselineUntil). */
  baselineCount: z.number(),
  lastRow: z.string().nullish(),
});
export type TableRow = z.infer<typeof TableRow>;

const WINDOWS = {
  baselineSince: 'datetime',
  baselineUntil: 'datetime',
  since: 'datetime',
  until: 'datetime',
  machines: 'strings',
} as const;

/**
 * Rows of one table for a batch of machines, in the window to judge and in a baseline window before it.
 * One query per workspace and table serves the whole batch: never one per machine (facts file 3.11).
 */
export const tableRowsQueries = Object.fromEntries(
  TABLES.map((table) => [table, tableRows(table)]),
) as Record<Table, ReturnType<typeof tableRows>>;

function tableRows(table: Table) {
  return defineQuery({
    id: `table-rows-${table}`,
    target: 'logAnalytics',
    parameters: WINDOWS,
    text: rowsOf(table),
    row: TableRow,
  });
}

/** The same of a custom table. */
export const customRowsQuery = defineQuery({
  id: 'custom-rows',
  target: 'logAnalytics',
  parameters: { logTable: 'tableName', ...WINDOWS },
  text: rowsOf('table(logTable)'),
  row: TableRow,
});

function rowsOf(table: string): string {
  return `
      ${table}
      | where TimeGenerated between (baselineSince .. until)
      | extend ResourceId = ${OWNER}
      | where ResourceId in (machines)
      | summarize rowCount = countif(TimeGenerated >= since),
          baselineCount = countif(TimeGenerated < baselineUntil),
          lastRow = max(TimeGenerated)
          by ResourceId
      | order by ResourceId asc
    `;
}
