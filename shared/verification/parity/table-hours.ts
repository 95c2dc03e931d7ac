import type { Table } from '../../model/streams.ts';
import { ok, type Result } from '../../model/trouble.ts';
import type { LogsGateway } from '../gateway.ts';
import { tableSeriesQueries } from '../queries/table-series.ts';
import type { Hours } from './hours.ts';

/** Rows of one table in one workspace, hour by hour. */
export interface TableHours {
  readonly hours: Hours;
  /** By machine. Who wrote nothing is not in it. */
  readonly machines: ReadonlyMap<string, readonly number[]>;
  /** By machine, then important key. */
  readonly importantKeys: ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;
  /** By key, of all machines together. */
  readonly keys: ReadonlyMap<string, readonly number[]>;
  /** Seconds after which nearly all rows can be queried; null where there are none. */
  readonly delaySeconds: number | null;
}

/** One query for all machines. */
export async function readTableHours(
  logs: LogsGateway,
  customerId: string,
  table: Table,
  {
    machineIds,
    hours,
    ...named
  }: {
    readonly machineIds: readonly string[];
    /** Keys and groups of keys that are told for each machine. */
    readonly important: readonly string[];
    /** Keys that are left out. */
    readonly ignored: readonly string[];
    readonly hours: Hours;
  },
): Promise<Result<TableHours>> {
  const since = new Date(hours.since).toISOString();
  const until = new Date(hours.until).toISOString();
  const parameters = { since, until, machines: machineIds, ...named };
  const answer = await logs.query(customerId, tableSeriesQueries[table], parameters, { since, until });
  if (!answer.ok) return answer;
  const machines = new Map<string, readonly number[]>();
  const importantKeys = new Map<string, Map<string, readonly number[]>>();
  const keys = new Map<string, readonly number[]>();
  let delaySeconds: number | null = null;
  for (const { ResourceId, KeyName, counts, delaySeconds: delay } of answer.value) {
    if (ResourceId !== '' && KeyName !== '') {
      const known = importantKeys.get(ResourceId) ?? new Map<string, readonly number[]>();
      importantKeys.set(ResourceId, known.set(KeyName, counts));
    } else if (ResourceId !== '') machines.set(ResourceId, counts);
    else if (counts.length > 0) keys.set(KeyName, counts);
    else delaySeconds = delay ?? delaySeconds;
  }
  return ok({ hours, machines, importantKeys, keys, delaySeconds });
}
