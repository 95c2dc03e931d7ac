import type { DiscoveryLook } from '../model/discovery.ts';
import { heartbeatOwner, normalizeId } from '../model/ids.ts';
import type { Inventory } from '../model/inventory.ts';
import { fail, isTransient, ok, type Result } from '../model/trouble.ts';
import { customLogsOf } from '../rules/custom-log-tables.ts';
import type { DiscoverDependencies } from './dependencies.ts';
import { freeSpaceQuery } from './queries/free-space.ts';
import type { GraphRow } from './queries/graph.ts';
import { type HeartbeatRow, heartbeatsQuery } from './queries/heartbeats.ts';
import { usageQuery } from './queries/usage.ts';
import { type PartsCursor, readPart } from './read-parts.ts';

/** Workspaces asked in one activity: each query may take minutes on a large one. */
const WORKSPACES_PER_LOOK = 4;
const RETRY_MS = 60_000;
/** Into how many parts heartbeats are split, each time an answer was too large. */
const SPLITS = [1, 8, 64] as const;
const DAY_MS = 86_400_000;
/** Days that usage and free space are read over: a month, so that weekends even out. */
export const USAGE_DAYS = 31;

/** Heartbeats, usage, free space and custom logs of some workspaces. One that cannot be read is recorded, the rest goes on. */
export async function readWorkspaces(
  dependencies: DiscoverDependencies,
  { id }: Inventory,
  cursor: PartsCursor,
): Promise<DiscoveryLook> {
  const { ledger } = dependencies;
  const all = await ledger.inventories.readRaw<GraphRow<'workspaces'>>(id, 'workspaces');
  const customers = uniqueCustomers(all);
  return readPart(dependencies, id, cursor, {
    all: customers,
    perLook: WORKSPACES_PER_LOOK,
    retryMs: RETRY_MS,
    afterwards: { phase: 'subscriptions', index: 0, attempt: 0 },
    read: async (workspace) => {
      const problem = await readWorkspace(dependencies, id, workspace);
      if (problem !== undefined) return [{ kind: 'workspace', ...problem }];
      const unread = await readCustomLogs(dependencies, id, workspace);
      return unread === undefined ? [] : [{ kind: 'customLogs', ...unread }];
    },
  });
}

interface Asked {
  readonly id: string;
  readonly resourceId: string;
  readonly customerId: string;
}

/** Each workspace once: pages and exports repeat resources in other casings. */
function uniqueCustomers(rows: readonly GraphRow<'workspaces'>[]): Asked[] {
  const byId = new Map<string, Asked>();
  for (const { id, customerId } of rows) {
    const key = normalizeId(id);
    if (!byId.has(key))
      byId.set(key, { id: key, resourceId: id, customerId: customerId?.toLowerCase() ?? '' });
  }
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

type Unread = { id: string; reason: string; transient: boolean } | undefined;

/** Custom tables that legacy agents fill: what verification must not forget. */
async function readCustomLogs(
  { ledger, workspaceSettings }: DiscoverDependencies,
  inventoryId: string,
  { id, resourceId, customerId }: Asked,
): Promise<Unread> {
  const sources = await workspaceSettings.sources(resourceId, 'CustomLog');
  if (!sources.ok) {
    const { code, message } = sources.trouble;
    return { id, reason: message, transient: isTransient(code) };
  }
  const rows = customLogsOf(sources.value).map((log) => ({ ...log, workspaceId: id }));
  await ledger.inventories.putRaw(inventoryId, 'customLogs', customerId, rows);
  return undefined;
}

async function readWorkspace(
  dependencies: DiscoverDependencies,
  inventoryId: string,
  { id, customerId }: Asked,
): Promise<Unread> {
  if (customerId === '') return { id, reason: 'The workspace has no customer id.', transient: false };
  const { ledger, logs, heartbeatDays, now } = dependencies;
  const until = new Date(now()).toISOString();
  const span = (days: number) => ({ since: new Date(now() - days * DAY_MS).toISOString(), until });
  const recent = span(USAGE_DAYS);

  const heartbeats = await readHeartbeats(logs, customerId, span(heartbeatDays));
  const usage = await logs.query(customerId, usageQuery, recent, recent);
  const failed = [heartbeats, usage].find((answer) => !answer.ok);
  if (failed !== undefined && !failed.ok) {
    const { code, message } = failed.trouble;
    return { id, reason: message, transient: isTransient(code) };
  }
  if (heartbeats.ok) await keepHeartbeats(ledger, inventoryId, id, customerId, heartbeats.value);
  if (usage.ok) {
    const rows = usage.value.map((row) => ({ ...row, workspaceId: id }));
    await ledger.inventories.putRaw(inventoryId, 'usage', customerId, rows);
  }
  // Free space is a convenience: without it nothing is concluded, and the workspace still counts as read.
  const space = await logs.query(customerId, freeSpaceQuery, recent, recent);
  if (space.ok) {
    await ledger.inventories.putRawByMachine(inventoryId, 'freeSpace', customerId, space.value, (row) =>
      heartbeatOwner(row.ResourceId),
    );
  }
  return undefined;
}

/** Heartbeats of a workspace in as many parts as the size of the answer demands; trouble when one cannot be read. */
export async function readHeartbeats(
  logs: DiscoverDependencies['logs'],
  customerId: string,
  span: { since: string; until: string },
): Promise<Result<HeartbeatRow[]>> {
  for (const parts of SPLITS) {
    const rows: HeartbeatRow[] = [];
    let tooLarge = false;
    for (let part = 0; part < parts && !tooLarge; part += 1) {
      const parameters = { ...span, parts: String(parts), part: String(part) };
      const answer = await logs.query(customerId, heartbeatsQuery, parameters, span);
      if (answer.ok) for (const row of answer.value) rows.push(row);
      else if (answer.trouble.code === 'resultTooLarge') tooLarge = true;
      else return answer;
    }
    if (!tooLarge) return ok(rows);
  }
  return fail('resultTooLarge', `The heartbeats do not fit into ${SPLITS.at(-1)} answers.`);
}

async function keepHeartbeats(
  ledger: DiscoverDependencies['ledger'],
  inventoryId: string,
  workspaceId: string,
  customerId: string,
  found: readonly HeartbeatRow[],
): Promise<void> {
  const rows = found.map((row) => ({ ...row, workspaceId }));
  await ledger.inventories.putRawByMachine(inventoryId, 'heartbeats', customerId, rows, ({ ResourceId }) =>
    ResourceId ? heartbeatOwner(ResourceId) : undefined,
  );
  const lonely = rows.filter(isLonely);
  await ledger.inventories.putRaw(inventoryId, 'lonelyHeartbeats', customerId, lonely);
  await ledger.inventories.putRaw(inventoryId, 'clonedAgents', customerId, clonedAgents(found));
}

/**
 * Heartbeats of machines that are no VM, scale set or Arc server: without resource id, or with one of another
 * kind (classic VMs, VMware, Azure Stack). Containers are none.
 */
function isLonely({ ResourceId }: HeartbeatRow): boolean {
  if (!ResourceId) return true;
  return (
    heartbeatOwner(ResourceId) === undefined &&
    !/\/microsoft\.(containerservice|kubernetes)\//i.test(ResourceId)
  );
}

/** Two machines heard with one agent id this close together are two; a machine that moved was only one of them then. */
const SAME_TIME_MS = 3_600_000;

/** Agent ids that several machines use at the same time, as clones of one image do. */
export function clonedAgents(rows: readonly HeartbeatRow[]): string[] {
  const cloned = new Set<string>();
  const lastSeen = new Map<string, Map<string, number>>();
  for (const { AgentId, ResourceId, lastSeen: at } of rows) {
    if (!AgentId || !ResourceId) continue;
    const owners = lastSeen.get(AgentId) ?? new Map<string, number>();
    lastSeen.set(AgentId, owners);
    owners.set(ResourceId, Math.max(owners.get(ResourceId) ?? 0, Date.parse(at)));
  }
  for (const [agentId, owners] of lastSeen) {
    if (owners.size < 2) continue;
    const times = [...owners.values()].sort((a, b) => a - b);
    if (times.some((time, i) => i > 0 && time - (times[i - 1] ?? 0) <= SAME_TIME_MS)) cloned.add(agentId);
  }
  return [...cloned].sort();
}
