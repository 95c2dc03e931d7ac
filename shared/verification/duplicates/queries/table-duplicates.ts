import { z } from 'zod';
import { defineQuery } from '../../../model/query.ts';
import { TABLES, type Table } from '../../../model/streams.ts';
import { AGENTS_BY_HOUR } from './agents-by-hour.ts';

export const TableDuplicatesRow = z.object({
  Standing: z.string(),
  machines: z.number(),
  /** Hours in which both agents were heard, of all these machines together. */
  hours: z.number(),
  /** Billed in those hours. */
  billedBytes: z.number(),
  /** Of it, what has an hour to compare with, a week before, in which one agent alone was heard. */
  comparedBytes: z.number(),
  /** Billed in those hours of the week before. */
  baselineBytes: z.number(),
  /** Of `billedBytes`, what comes from machines that wrote nothing to the table while one agent was alone. */
  newBytes: z.number(),
});
export type TableDuplicatesRow = z.infer<typeof TableDuplicatesRow>;

/**
 * What the machines that both agents were heard of wrote to one table, in bytes the service bills: `_BilledSize` of
 * rows whose `_IsBillable` is true. One query for all machines, which it finds itself and adds up, so that neither
 * the question nor the answer grows with the estate. `oldest` is a week before `since`: the same day of the week.
 * `_IsBillable` is a text in some workspaces and a truth value in others.
 */
export const tableDuplicatesQueries = Object.fromEntries(
  TABLES.map((table) => [table, tableDuplicates(table)]),
) as Record<Table, ReturnType<typeof tableDuplicates>>;

function tableDuplicates(table: Table) {
  return defineQuery({
    id: `table-duplicates-${table}`,
    target: 'logAnalytics',
    parameters: { oldest: 'datetime', since: 'datetime', until: 'datetime' },
    text: duplicatesOf(table),
    row: TableDuplicatesRow,
  });
}

/**
 * The same of a text log: of the table that legacy agents fill and of the one that rules fill in its place. Either
 * may be missing until its first row has come.
 */
export const customDuplicatesQuery = defineQuery({
  id: 'custom-duplicates',
  target: 'logAnalytics',
  parameters: {
    ...{ legacyTable: 'tableName', logTable: 'tableName' },
    ...{ oldest: 'datetime', since: 'datetime', until: 'datetime' },
  },
  text: duplicatesOf('union isfuzzy=true table(legacyTable), table(logTable)'),
  row: TableDuplicatesRow,
});

/** `rows` is a table or a union of some. */
function duplicatesOf(rows: string): string {
  return `${AGENTS_BY_HOUR}
    let billed = materialize(
        ${rows}
        | where TimeGenerated between (oldest .. until)
        | where TimeGenerated < oldest + 1d or TimeGenerated >= since
        | where tostring(_IsBillable) =~ 'true'
        | extend ResourceId = tolower(_ResourceId)
        | where ResourceId in ((doubled | project ResourceId))
        | summarize bytes = sum(_BilledSize) by ResourceId, Hour = bin(TimeGenerated, 1h));
    let alone = heard
        | where Hour < since and byAma != byLegacy
        | join kind=leftouter billed on ResourceId, Hour
        | project ResourceId, Hour = Hour + 7d, bytesAlone = coalesce(bytes, 0.0);
    heard
    | where Hour >= since and byAma and byLegacy
    | project ResourceId, Hour
    | join kind=leftouter billed on ResourceId, Hour
    | project ResourceId, Hour, bytes = coalesce(bytes, 0.0)
    | join kind=leftouter alone on ResourceId, Hour
    | summarize bytes = sum(bytes), compared = sumif(bytes, isnotnull(bytesAlone)),
        bytesAlone = sum(coalesce(bytesAlone, 0.0))
        by ResourceId
    | where bytes > 0
    | join kind=inner doubled on ResourceId
    | summarize machines = count(), hours = sum(hours), billedBytes = sum(bytes),
        comparedBytes = sumif(compared, bytesAlone > 0), baselineBytes = sum(bytesAlone),
        newBytes = sumif(compared, bytesAlone == 0)
        by Standing
    | order by Standing asc
  `;
}
