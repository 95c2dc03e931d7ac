import pMap from 'p-map';
import { usageQuery } from '../../inventory/queries/usage.ts';
import { isTransient, ok, type Result, type Trouble } from '../../model/trouble.ts';
import type { LogsGateway } from '../../verification/gateway.ts';
import { isTransformable } from './columns.ts';
import type { MeasuredColumn, MeasuredKey, Measurement, Usage, Window } from './model.ts';
import { columnBytesQuery } from './queries/column-bytes.ts';
import { KEY_READERS } from './read-keys.ts';
import { sourcesOf, volumeOf } from './volumes.ts';

export const WINDOW_DAYS = 7;
const DAY_MS = 86_400_000;
/** Kinds of rows a query names one by one; the rest is one row. */
const TOP = '200';
/** Rows whose columns are measured. */
const SAMPLE = '1000';
/** Tables whose columns are sampled: the largest, for a workspace can have a hundred custom ones. */
const SAMPLED_TABLES = 12;
/** The service takes 5 queries of one identity at a time (facts file 3.11), and the app has other work. */
const CONCURRENT_QUERIES = 3;
const MEGABYTE = 1e6;

/** The seven full days of UTC before an instant. */
export function windowBefore(nowMs: number): Window {
  const end = Math.floor(nowMs / DAY_MS) * DAY_MS;
  return {
    since: new Date(end - WINDOW_DAYS * DAY_MS).toISOString(),
    // Queries take both ends in.
    until: new Date(end - 1).toISOString(),
    days: WINDOW_DAYS,
  };
}

/**
 * Measures the tables that a rule set fills. Trouble with one query is kept with its table and the rest goes on;
 * only if nothing at all could be measured and time may cure it, the trouble is the whole result's.
 */
export async function measure(
  { logs, now }: { readonly logs: LogsGateway; now(): number },
  customerId: string,
  tables: readonly string[],
): Promise<Result<Usage>> {
  const window = windowBefore(now());
  const { since, until } = window;
  const span = { since, until };
  const troubles: Trouble[] = [];
  const keep = <R, T>(query: string, answer: Result<readonly R[]>, read: (row: R) => T[]): Measurement<T> => {
    if (answer.ok) return { query, found: answer.value.flatMap(read) };
    troubles.push(answer.trouble);
    return { query, found: [], trouble: answer.trouble.message };
  };

  const usage = keep(
    usageQuery.id,
    await logs.query(customerId, usageQuery, span, span),
    ({ DataType, IsBillable, megabytes }) =>
      DataType && IsBillable !== false
        ? [{ table: DataType.toLowerCase(), bytes: megabytes * MEGABYTE }]
        : [],
  );
  const keyReaders = KEY_READERS.filter(({ table }) => tables.includes(table));
  const keys = await pMap(
    keyReaders,
    async ({ table, ask }) => {
      const { query, answer } = await ask(logs, customerId, { ...span, top: TOP });
      return [table, keep(query, answer, (row) => [row])] as const;
    },
    { concurrency: CONCURRENT_QUERIES },
  );
  const sampled = await pMap(
    largest(tables.filter(isTransformable), { tables: usage }),
    async (table) => {
      const parameters = { logTable: largestSource(table, { tables: usage }), ...span, rowsWanted: SAMPLE };
      const answer = await logs.query(customerId, columnBytesQuery, parameters, span);
      const sampledRows = answer.ok ? (answer.value[0]?.sampled ?? 0) : 0;
      const found = keep(columnBytesQuery.id, answer, ({ ColumnName, textBytes }): MeasuredColumn[] => [
        { name: ColumnName, bytes: textBytes },
      ]);
      return [table, { ...found, sampledRows }] as const;
    },
    { concurrency: CONCURRENT_QUERIES },
  );

  const asked = 1 + keys.length + sampled.length;
  const transient = troubles.find(({ code }) => isTransient(code));
  if (troubles.length === asked && transient !== undefined) return { ok: false, trouble: transient };
  const byTable = (all: readonly (readonly [string, Measurement<MeasuredKey>])[]) => Object.fromEntries(all);
  return ok({ window, tables: usage, keys: byTable(keys), columns: Object.fromEntries(sampled) });
}

/** The tables with the most bytes, of those that have any. */
function largest(tables: readonly string[], usage: Pick<Usage, 'tables'>): readonly string[] {
  const sizeOf = (table: string) => volumeOf(usage, table) ?? 0;
  return tables
    .filter((table) => sizeOf(table) > 0)
    .sort((a, b) => sizeOf(b) - sizeOf(a) || (a < b ? -1 : 1))
    .slice(0, SAMPLED_TABLES);
}

/** Where most rows of a table are to be found now. */
function largestSource(table: string, { tables }: Pick<Usage, 'tables'>): string {
  const sizeOf = (source: string) =>
    tables.found.find((one) => one.table === source.toLowerCase())?.bytes ?? 0;
  return sourcesOf(table).reduce((most, one) => (sizeOf(one) > sizeOf(most) ? one : most));
}
