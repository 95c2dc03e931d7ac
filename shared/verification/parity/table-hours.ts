import type { ExpectedChange } from '../../model/deployed-rules.ts';
import { isBuiltIn } from '../../model/streams.ts';
import { ok, type Result } from '../../model/trouble.ts';
import type { LogsGateway } from '../gateway.ts';
import { customSeriesPairQuery, customSeriesQuery } from '../queries/custom-series.ts';
import type { PerfSeriesRow } from '../queries/series-row.ts';
import { perfRhythmQuery, tableSeriesQueries } from '../queries/table-series.ts';
import { HOUR_MS } from '../statistics/series.ts';
import type { Hours } from './hours.ts';
import type { TableJob } from './tables.ts';

/** Rows of one table in one workspace, hour by hour. */
export interface TableHours {
  readonly hours: Hours;
  /** By machine. Who wrote nothing is not in it. */
  readonly machines: ReadonlyMap<string, readonly number[]>;
  /** By machine, then important key. */
  readonly importantKeys: ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;
  /** By key, of all machines together. */
  readonly keys: ReadonlyMap<string, readonly number[]>;
  /** By machine: rows that its rules bring for each row of before, where that is another number than one. */
  readonly shares: ReadonlyMap<string, number>;
  /** Seconds after which nearly all rows can be queried; null where there are none. */
  readonly delaySeconds: number | null;
}

export interface TableAsked {
  readonly machineIds: readonly string[];
  /** Keys and groups of keys that are told for each machine. */
  readonly important: readonly string[];
  /** Keys that are left out. */
  readonly ignored: readonly string[];
  readonly hours: Hours;
  /** Counters in another rhythm, and the end of the time before them. */
  readonly rhythms?: { readonly counters: readonly Rhythm[]; readonly baselineUntil: number };
  /** Whether the workspace is known to take the table in: then one that is not found is no empty one. */
  readonly inUse: boolean;
}

type Rhythm = NonNullable<ExpectedChange['rhythms']>[number];
type Tables = Pick<TableJob, 'table' | 'legacyTable'>;

/**
 * One query for all machines, or for halves of them where the answer is larger than the service gives. A table that
 * no row has come to yet is an empty one.
 */
export async function readTableHours(
  logs: LogsGateway,
  customerId: string,
  tables: Tables,
  asked: TableAsked,
): Promise<Result<TableHours>> {
  const answer = await query(logs, customerId, tables, asked);
  if (answer.ok) return ok(tableHours(asked.hours, answer.value));
  if (answer.trouble.code === 'resultTooLarge' && asked.machineIds.length > 1)
    return readInHalves(logs, customerId, tables, asked);
  const isEmpty = answer.trouble.code === 'tableMissing' && !asked.inUse;
  return isEmpty ? ok(tableHours(asked.hours, [])) : answer;
}

async function readInHalves(
  logs: LogsGateway,
  customerId: string,
  tables: Tables,
  asked: TableAsked,
): Promise<Result<TableHours>> {
  const middle = Math.ceil(asked.machineIds.length / 2);
  const read = (machineIds: readonly string[]) =>
    readTableHours(logs, customerId, tables, { ...asked, machineIds });
  const first = await read(asked.machineIds.slice(0, middle));
  if (!first.ok) return first;
  const second = await read(asked.machineIds.slice(middle));
  return second.ok ? ok(together(first.value, second.value)) : second;
}

/**
 * Both halves. Of all keys the service tells only the most frequent: one that it tells of one half alone is compared
 * by that half, before and now.
 */
function together(one: TableHours, other: TableHours): TableHours {
  const keys = new Map(one.keys);
  for (const [key, counts] of other.keys) {
    const known = keys.get(key);
    keys.set(key, known === undefined ? counts : counts.map((count, i) => count + (known[i] ?? 0)));
  }
  const delays = [one, other].flatMap(({ delaySeconds }) => delaySeconds ?? []);
  return {
    hours: one.hours,
    machines: new Map([...one.machines, ...other.machines]),
    importantKeys: new Map([...one.importantKeys, ...other.importantKeys]),
    keys,
    shares: new Map([...one.shares, ...other.shares]),
    delaySeconds: delays.length === 0 ? null : Math.max(...delays),
  };
}

/** The name of the query that counts a table, for its evidence. */
export function seriesQueryId({ table, legacyTable }: Tables, hasRhythms = false): string {
  if (hasRhythms) return perfRhythmQuery.id;
  if (isBuiltIn(table)) return tableSeriesQueries[table].id;
  return (legacyTable === undefined ? customSeriesQuery : customSeriesPairQuery).id;
}

function query(
  logs: LogsGateway,
  customerId: string,
  { table, legacyTable }: Tables,
  { machineIds: machines, important, ignored, hours, rhythms }: TableAsked,
): Promise<Result<readonly PerfSeriesRow[]>> {
  const iso = (instant: number) => new Date(instant).toISOString();
  const span = { since: iso(hours.since), until: iso(hours.until) };
  const window = { ...span, machines };
  if (rhythms !== undefined) {
    const texts = rhythms.counters.map(({ counter, share }) => `${counter}\n${share}`);
    const changed = { baselineUntil: iso(rhythms.baselineUntil), rhythms: texts };
    return logs.query(customerId, perfRhythmQuery, { ...window, important, ignored, ...changed }, span);
  }
  if (isBuiltIn(table))
    return logs.query(customerId, tableSeriesQueries[table], { ...window, important, ignored }, span);
  return legacyTable === undefined
    ? logs.query(customerId, customSeriesQuery, { ...window, logTable: table }, span)
    : logs.query(customerId, customSeriesPairQuery, { ...window, legacyTable, logTable: table }, span);
}

function tableHours(hours: Hours, rows: readonly PerfSeriesRow[]): TableHours {
  const machines = new Map<string, readonly number[]>();
  const shares = new Map<string, number>();
  const importantKeys = new Map<string, Map<string, readonly number[]>>();
  const keys = new Map<string, readonly number[]>();
  let delaySeconds: number | null = null;
  for (const { ResourceId, KeyName, counts, delaySeconds: delay, share } of rows) {
    if (ResourceId !== '' && KeyName !== '') {
      const known = importantKeys.get(ResourceId) ?? new Map<string, readonly number[]>();
      importantKeys.set(ResourceId, known.set(KeyName, counts));
    } else if (ResourceId !== '' && share != null) shares.set(ResourceId, share);
    else if (ResourceId !== '') machines.set(ResourceId, counts);
    else if (counts.length > 0) keys.set(KeyName, counts);
    else delaySeconds = delay ?? delaySeconds;
  }
  return { hours, machines, importantKeys, keys, shares, delaySeconds };
}

/** Rows of the whole hours in a stretch of time. */
export function rowsBetween(
  { hours }: TableHours,
  counts: readonly number[] | undefined,
  from: number,
  until: number,
): number {
  let rows = 0;
  counts?.forEach((count, i) => {
    const start = hours.since + i * HOUR_MS;
    if (start >= from && start + HOUR_MS <= until) rows += count;
  });
  return rows;
}

/** End of the last hour with rows. */
export function lastHour({ hours }: TableHours, counts: readonly number[] | undefined): string | null {
  const last = counts?.findLastIndex((rows) => rows > 0) ?? -1;
  return last < 0 ? null : new Date(hours.since + (last + 1) * HOUR_MS).toISOString();
}
