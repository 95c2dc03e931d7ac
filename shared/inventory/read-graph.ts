import type { DiscoveryCursor, DiscoveryLook } from '../model/discovery.ts';
import { GRAPH_KINDS, type GraphKind } from '../model/graph-kinds.ts';
import { normalizeId, ownerMachineId } from '../model/ids.ts';
import type { Inventory } from '../model/inventory.ts';
import type { AnyQuery, QueryDefinition, QueryParameters } from '../model/query.ts';
import { isTransient } from '../model/trouble.ts';
import type { DiscoverDependencies, ReadProblem } from './dependencies.ts';
import type { GraphPage, GraphScope, OddRow } from './gateway.ts';
import { type GraphRow, graphQueries } from './queries/graph.ts';

type GraphCursor = Extract<DiscoveryCursor, { phase: 'graph' }>;

/** Pages read in one activity: far below any time limit, and few activities for a large estate. */
const PAGES_PER_LOOK = 10;
const BUSY_WAIT_MS = 5000;
/** Subscriptions named in one query. */
const SUBSCRIPTIONS_PER_QUERY = 500;
/** Times a kind is read again when rows are missing, before the inventory fails. */
const MAX_RESTARTS = 2;
/** Kinds that are assigned above a subscription as well. */
const FROM_ABOVE: readonly GraphKind[] = ['policyAssignments', 'policyDefinitions', 'policySets'];

/** Reads Resource Graph page by page and kind by kind, until a quota wait or the pages of one look are used up. */
export async function readGraph(
  dependencies: DiscoverDependencies,
  { id, scope }: Inventory,
  from: GraphCursor,
): Promise<DiscoveryLook> {
  let cursor = from;
  let queries = 0;
  while (queries < PAGES_PER_LOOK) {
    const kind = GRAPH_KINDS[cursor.kindIndex];
    if (kind === undefined) {
      const problem = await checkScope(dependencies, id, scope);
      if (problem !== null) return { cursor, waitMs: 0, queries, problem };
      return { cursor: { phase: 'workspaces', index: 0, attempt: 0 }, waitMs: 0, queries, problem: null };
    }
    const query = graphQueries[kind] as unknown as AnyQuery;
    const answer = await dependencies.graph.page(
      query as QueryDefinition<QueryParameters, unknown>,
      scopeOf(kind, scope, cursor.part),
      cursor.skipToken ?? undefined,
    );
    if (!answer.ok) {
      const { code, message, retryAfterMs } = answer.trouble;
      const transient = isTransient(code);
      return {
        cursor,
        waitMs: transient ? Math.max(retryAfterMs ?? 0, BUSY_WAIT_MS) : 0,
        queries,
        problem: transient ? null : `${kind}: ${message}`,
      };
    }
    queries += 1;
    // Before the first page of another try, so that a look that is repeated drops nothing it does not read.
    if (cursor.restarts > 0 && cursor.part === 0 && cursor.page === 0)
      await dependencies.ledger.inventories.dropRaw(id, kind);
    await store(dependencies, id, kind, cursor, answer.value);
    const next = following(cursor, kind, scope.subscriptions.length, answer.value);
    if (typeof next === 'string') return { cursor, waitMs: 0, queries, problem: next };
    cursor = next;
    // The quota is per user and shared by all kinds: wait before the next query, whatever it asks.
    if (answer.value.waitMs > 0) return { cursor, waitMs: answer.value.waitMs, queries, problem: null };
  }
  return { cursor, waitMs: 0, queries, problem: null };
}

/** A subscription that was asked for and cannot be seen must not pass for an empty one. */
async function checkScope(
  { ledger }: DiscoverDependencies,
  id: string,
  { subscriptions }: Inventory['scope'],
): Promise<string | null> {
  if (subscriptions.length === 0) return null;
  const rows = await ledger.inventories.readRaw<GraphRow<'subscriptions'>>(id, 'subscriptions');
  const seen = new Set(rows.map(({ subscriptionId }) => subscriptionId.toLowerCase()));
  const missing = subscriptions.filter((subscriptionId) => !seen.has(subscriptionId));
  if (missing.length === subscriptions.length)
    return "None of the subscriptions in the scope is visible to the app's identity; grant Reader on them, or correct the scope.";
  const problems = missing.map((subscriptionId): ReadProblem => {
    const reason = 'The subscription is in the scope, and Azure shows nothing of it.';
    return { kind: 'scope', id: subscriptionId, reason };
  });
  await ledger.inventories.putRaw(id, 'problems', 'scope', problems);
  return null;
}

function scopeOf(kind: GraphKind, scope: Inventory['scope'], part: number): GraphScope {
  const from = part * SUBSCRIPTIONS_PER_QUERY;
  return {
    managementGroups: scope.managementGroups,
    subscriptions: scope.subscriptions.slice(from, from + SUBSCRIPTIONS_PER_QUERY),
    ...(FROM_ABOVE.includes(kind) ? { above: true } : {}),
  };
}

/** Where reading goes on after a page, or why it cannot. */
function following(
  cursor: GraphCursor,
  kind: GraphKind,
  subscriptions: number,
  page: GraphPage<unknown>,
): GraphCursor | string {
  const rows = cursor.rows + page.rows.length + page.odd.length;
  if (page.skipToken !== undefined)
    return { ...cursor, page: cursor.page + 1, skipToken: page.skipToken, rows };
  if (rows < page.total) {
    if (cursor.restarts < MAX_RESTARTS)
      return { ...cursor, part: 0, page: 0, skipToken: null, rows: 0, restarts: cursor.restarts + 1 };
    return `${kind}: Resource Graph counts ${page.total} rows and gave ${rows}; nothing is concluded from half an estate. Take the inventory again.`;
  }
  const more = (cursor.part + 1) * SUBSCRIPTIONS_PER_QUERY < subscriptions;
  return {
    ...cursor,
    kindIndex: more ? cursor.kindIndex : cursor.kindIndex + 1,
    part: more ? cursor.part + 1 : 0,
    page: 0,
    skipToken: null,
    rows: 0,
    restarts: more ? cursor.restarts : 0,
  };
}

/** Keeps a page. Rows of machines go into the bucket of their machine, so that the join can go piece by piece. */
async function store(
  { ledger }: DiscoverDependencies,
  id: string,
  kind: GraphKind,
  cursor: GraphCursor,
  { rows, odd }: GraphPage<unknown>,
): Promise<void> {
  const page = `${String(cursor.part).padStart(3, '0')}-${String(cursor.page).padStart(6, '0')}`;
  const problems = odd.map(problemOf);
  if (problems.length > 0) await ledger.inventories.putRaw(id, 'problems', `${kind}-${page}`, problems);
  const ownerOf = OWNERS[kind];
  if (ownerOf === undefined) return ledger.inventories.putRaw(id, kind, page, rows);
  await ledger.inventories.putRawByMachine(id, kind, page, rows as readonly { id: string }[], (row) =>
    ownerOf(row.id),
  );
}

const OWNERS: Partial<Record<GraphKind, (id: string) => string | undefined>> = {
  machines: normalizeId,
  scaleSets: normalizeId,
  extensions: ownerMachineId,
  associations: ownerMachineId,
};

function problemOf({ query, id, faults }: OddRow): ReadProblem {
  const places = faults.map(({ path, message }) => `${path} ${message}`).join('; ');
  return { kind: 'oddRow', id: id ?? query, reason: `${query}: ${places}` };
}
