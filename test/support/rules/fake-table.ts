import { fail, ok, type Trouble } from '../../../shared/model/trouble.ts';
import type { TableView } from '../../../shared/rules/migrate-table/gateway.ts';
import type { MigrateDependencies } from '../../../shared/rules/migrate-table/migrate.ts';
import type { MigrationPreview } from '../../../shared/rules/migrate-table/model.ts';
import { legacyAgentsQuery } from '../../../shared/rules/migrate-table/queries/legacy-agents.ts';
import { tableWritersQuery } from '../../../shared/rules/migrate-table/queries/table-writers.ts';

export const NOW = Date.parse('2026-11-21T08:00:00Z');
export const REQUEST = {
  workspaceId:
    '/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/law-main',
  table: 'App_CL',
  lookBackHours: 24,
};

/** One workspace with one table, in memory: what is there is set, what is done to it is kept. */
export function fakeTable() {
  const world = {
    table: { name: 'App_CL', state: 'classic', columns: ['TimeGenerated', 'RawData'] } as
      | TableView
      | undefined,
    /** What the table shows right after its migration. */
    after: 'migrated' as TableView['state'],
    rows: [] as { SourceSystem: string | null; rowCount: number; computers: number; lastRow: string }[],
    agents: [] as { Category: string; agents: number; lastSeen: string; Computer: string }[],
    customLogs: [] as { name: string; customLogName: string }[],
    trouble: {} as Partial<Record<'rows' | 'agents' | 'customLogs' | 'table' | 'migrate', Trouble>>,
    kill: null as 'before' | 'after' | null,
  };
  const calls: string[] = [];
  const recorded: { event: 'intent' | 'effect'; preview: MigrationPreview }[] = [];
  const spans: { query: string; parameters: unknown; span: unknown }[] = [];
  const answer = <T>(part: keyof typeof world.trouble, value: T) => {
    const trouble = world.trouble[part];
    return trouble === undefined ? ok(value) : fail(trouble.code, trouble.message, trouble.retryAfterMs);
  };
  const dependencies: MigrateDependencies = {
    now: () => NOW,
    record: async (event, preview) => void recorded.push({ event, preview }),
    tables: {
      read: async () => answer('table', world.table),
      migrate: async () => {
        if (world.kill === 'before') throw new Error('killed');
        calls.push('migrate');
        if (world.table !== undefined && world.trouble.migrate === undefined)
          world.table = { ...world.table, state: world.after };
        if (world.kill === 'after') throw new Error('killed');
        return answer('migrate', undefined);
      },
    },
    settings: {
      workspace: async () =>
        ok({
          ...{ id: REQUEST.workspaceId.toLowerCase(), resourceId: REQUEST.workspaceId, name: 'law-main' },
          ...{ region: 'westeurope', customerId: 'c' },
        }),
      sources: async (_, kind) =>
        answer(
          'customLogs',
          world.customLogs.map(({ name, customLogName }) => ({
            ...{ id: name, name, kind, properties: { customLogName } },
          })),
        ),
    },
    logs: {
      async query(_, query, parameters, span) {
        spans.push({ query: query.id, parameters, span });
        if (query.id === tableWritersQuery.id) return answer('rows', world.rows as never);
        if (query.id === legacyAgentsQuery.id) return answer('agents', world.agents as never);
        throw new Error(`an unexpected query ${query.id}`);
      },
    },
  };
  return { world, calls, recorded, spans, dependencies };
}

/** Rows of one source system, an hour ago. */
export function rowsOf(SourceSystem: string | null, rowCount = 7) {
  return { SourceSystem, rowCount, computers: 2, lastRow: '2026-11-21T07:00:00.000Z' };
}

/** Agents of one category, heard an hour ago. */
export function agentsOf(Category: string, agents = 3) {
  return { Category, agents, lastSeen: '2026-11-21T07:00:00.000Z', Computer: 'web-01' };
}
