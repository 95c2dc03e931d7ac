import pMap from 'p-map';
import type { WaveMachine } from '../ledger/waves.ts';
import { isBuiltIn } from '../model/streams.ts';
import { fail, ok, type Result, type Trouble } from '../model/trouble.ts';
import type { StageContext } from '../waves/stage.ts';
import type { LogsGateway } from './gateway.ts';
import type { TableCount } from './judge-presence.ts';
import { customRowsQuery, tableRowsQueries } from './queries/table-rows.ts';

/** The query API serves five queries of one user at a time (platform facts 6); leave room for others. */
const CONCURRENT_QUERIES = 3;

/** What the expected tables of one machine hold; trouble where a workspace could not be asked. */
export interface MachineCounts {
  readonly counts: readonly TableCount[];
  readonly trouble: Trouble | null;
}

/**
 * Counts of every expected table per machine: one query per workspace and table for all machines.
 * The baseline is a window of the same length that ends where the judged one starts.
 */
export async function readTableCounts(
  logs: LogsGateway,
  context: StageContext,
  machines: readonly WaveMachine[],
  window: { since: string; until: string },
): Promise<Map<string, MachineCounts>> {
  const found = new Map<string, MachineCounts>();
  await pMap(
    tableGroups(machines),
    async (group) => {
      const answer = await countGroup(logs, context, group, window);
      for (const id of group.ids) {
        const known = found.get(id) ?? { counts: [], trouble: null };
        const count = answer.ok ? answer.value.get(id) : undefined;
        found.set(id, {
          counts: count === undefined ? known.counts : [...known.counts, count],
          trouble: answer.ok ? known.trouble : answer.trouble,
        });
      }
    },
    { concurrency: CONCURRENT_QUERIES },
  );
  return found;
}

async function countGroup(
  logs: LogsGateway,
  context: StageContext,
  { workspaceId, table, ids }: Group,
  window: { since: string; until: string },
): Promise<Result<Map<string, TableCount>>> {
  const customerId = context.workspaces.get(workspaceId)?.customerId;
  if (customerId === undefined) return fail('notFound', `workspace ${workspaceId} is not in the plan`);
  const length = Date.parse(window.until) - Date.parse(window.since);
  const baselineSince = new Date(Date.parse(window.since) - length).toISOString();
  const parameters = { baselineSince, baselineUntil: window.since, ...window, machines: ids };
  const span = { since: baselineSince, until: window.until };
  const query = isBuiltIn(table) ? tableRowsQueries[table].id : customRowsQuery.id;
  const answer = isBuiltIn(table)
    ? await logs.query(customerId, tableRowsQueries[table], parameters, span)
    : await logs.query(customerId, customRowsQuery, { ...parameters, logTable: table }, span);
  if (!answer.ok) return answer;
  const rows = new Map(answer.value.map((row) => [row.ResourceId, row]));
  const counts = ids.map((id): [string, TableCount] => {
    const row = rows.get(id);
    return [
      id,
      {
        query,
        workspaceId,
        table,
        ...window,
        rows: row?.rowCount ?? 0,
        baselineRows: row?.baselineCount ?? 0,
        lastRow: row?.lastRow ?? null,
      },
    ];
  });
  return ok(new Map(counts));
}

interface Group {
  readonly workspaceId: string;
  readonly table: string;
  readonly ids: string[];
}

/** Machines by every workspace and table that their rules fill: one query each. */
export function tableGroups(machines: readonly WaveMachine[]): Group[] {
  const found = new Map<string, Group>();
  for (const { planned } of machines) {
    for (const { workspaceId, tables } of planned.rules) {
      if (workspaceId === null) continue;
      for (const table of tables) {
        const key = `${workspaceId}|${table}`;
        const group: Group = found.get(key) ?? { workspaceId, table, ids: [] };
        if (!group.ids.includes(planned.id)) group.ids.push(planned.id);
        found.set(key, group);
      }
    }
  }
  return [...found.values()];
}
