import { normalizeId } from '../../model/ids.ts';
import { isTransient, ok, type Result } from '../../model/trouble.ts';
import type { LogsGateway } from '../../verification/gateway.ts';
import type { SettingsGateway } from '../settings-gateway.ts';
import type { TableGateway } from './gateway.ts';
import type { TableObservation } from './model.ts';
import { lookBack, readLegacyAgents, readWriters } from './writers.ts';

export interface ObserveDependencies {
  readonly tables: TableGateway;
  readonly settings: SettingsGateway;
  readonly logs: LogsGateway;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Which table of which workspace, and how far back rows and heartbeats count. */
export interface TableRequest {
  readonly workspaceId: string;
  readonly table: string;
  readonly lookBackHours: number;
}

/**
 * Looks at a table, at who writes to it and at who could. A part that may not be read is null and named; trouble
 * that passes, or a workspace or table that cannot be read, is the whole result's.
 */
export async function observeTable(
  { tables, settings, logs, now }: ObserveDependencies,
  { workspaceId, table, lookBackHours }: TableRequest,
): Promise<Result<TableObservation>> {
  const workspace = await settings.workspace(workspaceId);
  if (!workspace.ok) return workspace;
  const { resourceId, name, customerId } = workspace.value;
  const found = await tables.read(resourceId, table);
  if (!found.ok) return found;
  const seen = {
    ...{ workspace: { resourceId, name }, lookBackHours },
    ...{ table: found.value?.name ?? table, columns: found.value?.columns ?? [] },
    state: found.value?.state ?? ('absent' as const),
  };
  // Only of a classic table does anything hang on who writes to it.
  if (seen.state !== 'classic')
    return ok({ ...seen, writes: null, customLogs: null, legacyAgents: null, unread: [] });
  const window = lookBack(now(), lookBackHours);
  const answers = await Promise.all([
    readCustomLogs(settings, resourceId, seen.table),
    readLegacyAgents(logs, customerId, window),
    readWriters(logs, customerId, seen.table, window),
  ]);
  const passing = answers.find((answer) => !answer.ok && isTransient(answer.trouble.code));
  if (passing !== undefined && !passing.ok) return passing;
  const [customLogs, legacyAgents, writes] = answers;
  return ok({
    ...seen,
    writes: writes.ok ? writes.value : null,
    customLogs: customLogs.ok ? customLogs.value : null,
    legacyAgents: legacyAgents.ok ? legacyAgents.value : null,
    unread: answers.flatMap((answer) => (answer.ok ? [] : [answer.trouble.message])),
  });
}

/** Names of the custom logs whose table this is: a log "App_CL" or "App" fills the table App_CL. */
async function readCustomLogs(
  settings: SettingsGateway,
  workspaceResourceId: string,
  table: string,
): Promise<Result<readonly string[]>> {
  const sources = await settings.sources(workspaceResourceId, 'CustomLog');
  if (!sources.ok) return sources;
  const names = sources.value.flatMap(({ name, properties }) => {
    const log = (properties as { customLogName?: unknown } | null)?.customLogName;
    return typeof log === 'string' && baseOf(log) === baseOf(table) ? [name] : [];
  });
  return ok(names.sort());
}

function baseOf(log: string): string {
  return normalizeId(log).replace(/_cl$/, '');
}
