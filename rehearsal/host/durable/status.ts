import type { Database } from './database.ts';
import { eventName, type HistoryEvent } from './history.ts';
import type { InstanceRow, RuntimeStatus } from './rows.ts';

export interface InstanceFilter {
  readonly status?: readonly RuntimeStatus[];
  readonly createdFrom?: number;
  readonly createdTo?: number;
  readonly prefix?: string;
  /** Ids after this one, for paging. */
  readonly after?: string;
  readonly limit?: number;
}

/** Instances in the order of their ids. */
export function findInstances(db: Database, filter: InstanceFilter = {}): InstanceRow[] {
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  function where(condition: string, ...bound: (string | number)[]): void {
    conditions.push(condition);
    values.push(...bound);
  }
  const { status, createdFrom, createdTo, prefix, after } = filter;
  if (status !== undefined && status.length > 0) {
    where(`status IN (${status.map(() => '?').join(',')})`, ...status);
  }
  if (createdFrom !== undefined) where('createdAt >= ?', createdFrom);
  if (createdTo !== undefined) where('createdAt <= ?', createdTo);
  if (prefix !== undefined) where('substr(id, 1, ?) = ?', prefix.length, prefix);
  if (after !== undefined) where('id > ?', after);
  const clause = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  return db.all<InstanceRow>(
    `SELECT * FROM instances${clause} ORDER BY id LIMIT ?`,
    ...values,
    filter.limit ?? -1,
  );
}

export interface StatusOptions {
  readonly showInput: boolean;
  readonly history?: readonly HistoryEvent[];
  readonly showHistoryOutput?: boolean;
}

/** The status of an instance as the extension's HTTP interface gives it. */
export function statusPayload(row: InstanceRow, options: StatusOptions): Record<string, unknown> {
  const { history, showHistoryOutput } = options;
  return {
    name: row.name,
    instanceId: row.id,
    runtimeStatus: row.status,
    input: options.showInput ? parse(row.input) : null,
    customStatus: parse(row.customStatus),
    output: parse(row.output),
    createdTime: seconds(row.createdAt),
    lastUpdatedTime: seconds(row.updatedAt),
    ...(history !== undefined && {
      historyEvents: history.map((event) => historyPayload(event, showHistoryOutput === true)),
    }),
  };
}

function historyPayload(event: HistoryEvent, showOutput: boolean): Record<string, unknown> {
  const { EventType, EventId: _, IsPlayed: __, Result, Input: ___, ...rest } = event;
  return { EventType: eventName(EventType), ...rest, ...(showOutput && Result !== undefined && { Result }) };
}

function parse(json: string | null): unknown {
  return json === null ? null : JSON.parse(json);
}

function seconds(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}
