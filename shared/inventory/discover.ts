import pMap from 'p-map';
import type { MachineGateway } from '../agents/gateway.ts';
import type { RawKind } from '../ledger/inventories.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { GraphKind } from '../model/graph-kinds.ts';
import { normalizeId } from '../model/ids.ts';
import type { AnyQuery, QueryDefinition, QueryParameters } from '../model/query.ts';
import { isTransient } from '../model/trouble.ts';
import type { LogsGateway } from '../verification/gateway.ts';
import type { GraphGateway } from './gateway.ts';
import { associationsQuery } from './queries/associations.ts';
import { endpointsQuery } from './queries/endpoints.ts';
import { extensionsQuery } from './queries/extensions.ts';
import { heartbeatsQuery } from './queries/heartbeats.ts';
import { machinesQuery } from './queries/machines.ts';
import { rulesQuery } from './queries/rules.ts';
import { workspacesQuery } from './queries/workspaces.ts';

export interface DiscoverDependencies {
  readonly ledger: Ledger;
  readonly graph: GraphGateway;
  readonly logs: LogsGateway;
  readonly machines: MachineGateway;
  readonly heartbeatDays: number;
  now(): number;
}

const QUERIES = {
  machines: machinesQuery,
  extensions: extensionsQuery,
  associations: associationsQuery,
  rules: rulesQuery,
  endpoints: endpointsQuery,
  workspaces: workspacesQuery,
} as unknown as Record<GraphKind, AnyQuery>;

/** Pages read in one activity: far below any time limit, and few activities for a large estate. */
const PAGES_PER_LOOK = 10;
const CONCURRENT_READS = 4;
const DETAILS_RETRY_MS = 60_000;

/** Where reading a kind stands. `waitMs` is how long the next call must wait. */
export interface DiscoverProgress {
  readonly page: number;
  readonly skipToken: string | null;
  readonly done: boolean;
  readonly waitMs: number;
  /** Set when the service refused in a way that waiting does not cure. */
  readonly problem: string | null;
}

/** Reads pages of one kind until the end, a quota wait, or the number of pages one look may read. */
export async function discoverKind(
  { ledger, graph }: DiscoverDependencies,
  input: {
    inventoryId: string;
    subscriptions: readonly string[];
    kind: GraphKind;
    page: number;
    skipToken: string | null;
  },
): Promise<DiscoverProgress> {
  let { page, skipToken } = input;
  for (let read = 0; read < PAGES_PER_LOOK; read += 1) {
    const answer = await graph.page(
      QUERIES[input.kind] as QueryDefinition<QueryParameters, unknown>,
      { subscriptions: input.subscriptions },
      skipToken ?? undefined,
    );
    if (!answer.ok) {
      const { code, message, retryAfterMs } = answer.trouble;
      const transient = code === 'throttled' || code === 'serviceUnavailable';
      return {
        page,
        skipToken,
        done: false,
        waitMs: transient ? Math.max(retryAfterMs ?? 0, 5000) : 0,
        problem: transient ? null : `${input.kind}: ${message}`,
      };
    }
    await ledger.inventories.putRaw(
      input.inventoryId,
      input.kind,
      String(page).padStart(6, '0'),
      answer.value.rows,
    );
    page += 1;
    skipToken = answer.value.skipToken ?? null;
    if (skipToken === null)
      return { page, skipToken, done: true, waitMs: answer.value.waitMs, problem: null };
    if (answer.value.waitMs > 0)
      return { page, skipToken, done: false, waitMs: answer.value.waitMs, problem: null };
  }
  return { page, skipToken, done: false, waitMs: 0, problem: null };
}

/** Heartbeats of every workspace and locks of every subscription; what cannot be read is recorded as such. */
export async function discoverDetails(
  dependencies: DiscoverDependencies,
  inventoryId: string,
): Promise<{ waitMs: number }> {
  const { ledger } = dependencies;
  const inventory = await ledger.inventories.get(inventoryId);
  if (inventory === undefined) throw new Error(`inventory ${inventoryId} is not in the ledger`);
  const unread = await readHeartbeats(dependencies, inventoryId);
  await readLocks(dependencies, inventoryId);
  await ledger.inventories.put({
    ...inventory,
    unreadWorkspaces: unread.map(({ id, reason }) => ({ id: normalizeId(id), reason })),
  });
  // Worth another try: a workspace that was only busy must not count as one that cannot be read.
  return { waitMs: unread.some(({ transient }) => transient) ? DETAILS_RETRY_MS : 0 };
}

async function readHeartbeats(
  { ledger, logs, heartbeatDays, now }: DiscoverDependencies,
  inventoryId: string,
): Promise<{ id: string; reason: string; transient: boolean }[]> {
  const until = new Date(now()).toISOString();
  const since = new Date(now() - heartbeatDays * 86_400_000).toISOString();
  const workspaces = await readRows(ledger, inventoryId, 'workspaces', workspacesQuery);
  const problems = await pMap(
    workspaces,
    async ({ id, customerId }) => {
      if (!customerId) return { id, reason: 'The workspace has no customer id.', transient: false };
      const answer = await logs.query(customerId, heartbeatsQuery, { since, until }, { since, until });
      if (!answer.ok) {
        const { code, message } = answer.trouble;
        return { id, reason: message, transient: isTransient(code) };
      }
      await ledger.inventories.putRaw(inventoryId, 'heartbeats', customerId, answer.value);
      return undefined;
    },
    { concurrency: CONCURRENT_READS },
  );
  return problems.filter((problem) => problem !== undefined);
}

async function readLocks({ ledger, machines }: DiscoverDependencies, inventoryId: string): Promise<void> {
  const rows = await readRows(ledger, inventoryId, 'machines', machinesQuery);
  const subscriptions = [...new Set(rows.map(({ subscriptionId }) => subscriptionId.toLowerCase()))].sort();
  await pMap(
    subscriptions,
    async (subscriptionId) => {
      const answer = await machines.locks(subscriptionId);
      // Locks are read again before every delete; here they only spare a wave machines it cannot finish.
      if (answer.ok) await ledger.inventories.putRaw(inventoryId, 'locks', subscriptionId, answer.value);
    },
    { concurrency: CONCURRENT_READS },
  );
}

/** Raw rows of a kind, through the schema of the query that produced them. */
export async function readRows<R>(
  ledger: Ledger,
  inventoryId: string,
  kind: RawKind,
  query: { readonly row: { parse(value: unknown): R } },
): Promise<R[]> {
  const rows = await ledger.inventories.readRaw(inventoryId, kind);
  return rows.map((row) => query.row.parse(row));
}
