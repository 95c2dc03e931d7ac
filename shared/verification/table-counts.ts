import pMap from 'p-map';
import type { WaveMachine } from '../ledger/waves.ts';
import { TABLES, type Table } from '../model/streams.ts';
import { ok, type Result } from '../model/trouble.ts';
import type { StageContext } from '../waves/stage.ts';
import type { LogsGateway } from './gateway.ts';
import type { TableCount } from './judge.ts';
import { tableRowsQueries } from './queries/table-rows.ts';

/** The query API serves five queries of one user at a time (platform facts 6); leave room for others. */
const CONCURRENT_QUERIES = 3;

/**
 * Counts of every expected table per machine: one query per workspace and table for all machines.
 * The baseline is a window of the same length that ends where the judged one starts.
 */
export async function readTableCounts(
  logs: LogsGateway,
  context: StageContext,
  machines: readonly WaveMachine[],
  window: { since: string; until: string },
): Promise<Result<Map<string, TableCount[]>>> {
  const length = Date.parse(window.until) - Date.parse(window.since);
  const baselineSince = new Date(Date.parse(window.since) - length).toISOString();
  const counts = new Map<string, TableCount[]>();
  const answers = await pMap(
    groups(machines),
    async ({ workspaceId, table, ids }) => {
      const query = tableRowsQueries[table];
      const customerId = context.workspaces.get(workspaceId)?.customerId ?? '';
      const answer = await logs.query(
        customerId,
        query,
        { baselineSince, baselineUntil: window.since, ...window, machines: ids },
        { since: baselineSince, until: window.until },
      );
      if (!answer.ok) return answer;
      const rows = new Map(answer.value.map((row) => [row.ResourceId, row]));
      for (const id of ids) {
        const row = rows.get(id);
        const count: TableCount = {
          query: query.id,
          workspaceId,
          table,
          ...window,
          rows: row?.rowCount ?? 0,
          baselineRows: row?.baselineCount ?? 0,
          lastRow: row?.lastRow ?? null,
        };
        counts.set(id, [...(counts.get(id) ?? []), count]);
      }
      return answer;
    },
    { concurrency: CONCURRENT_QUERIES },
  );
  for (const answer of answers) if (!answer.ok) return answer;
  return ok(counts);
}

interface Group {
  readonly workspaceId: string;
  readonly table: Table;
  readonly ids: string[];
}

function groups(machines: readonly WaveMachine[]): Group[] {
  const found = new Map<string, Group>();
  for (const { planned } of machines) {
    for (const { workspaceId, tables } of planned.rules) {
      for (const table of TABLES.filter((known) => tables.includes(known))) {
        const key = `${workspaceId}|${table}`;
        const group = found.get(key) ?? { workspaceId, table, ids: [] };
        if (!group.ids.includes(planned.id)) group.ids.push(planned.id);
        found.set(key, group);
      }
    }
  }
  return [...found.values()];
}
