import { customLogTable, tableOf } from '../state/tables.ts';
import type { Table, Workspace } from '../state/types.ts';
import type { Reply } from '../wire.ts';
import { BUILT_IN_TABLES } from './built-in-tables.ts';
import type { Call } from './call.ts';
import { notFound } from './errors.ts';

const TYPE = 'Microsoft.OperationalInsights/workspaces/tables';

type View = (workspace: Workspace, table: Table, now: number) => unknown;

/** All tables of a workspace in one answer, as Azure gives them: its own, and custom ones, seen by `custom`. */
export function listTables(call: Call, custom: View): Reply {
  const id = call.path.id.split('/').slice(0, -1).join('/');
  const workspace = call.state.workspaces.get(id.toLowerCase());
  if (workspace === undefined) return notFound(id, 'Microsoft.OperationalInsights/workspaces');
  const logs = [...workspace.dataSources.values()].flatMap((source) => {
    const name = customLogTable(source);
    return name === undefined ? [] : (tableOf(workspace, name) ?? []);
  });
  const tables = new Map([...logs, ...workspace.tables.values()].map((table) => [table.name, table]));
  const value = [
    ...[...tables.values()].map((table) => custom(workspace, table, call.now)),
    ...Object.entries(BUILT_IN_TABLES).map(([name, columns]) => builtIn(workspace, name, columns)),
  ];
  return { status: 200, body: { value } };
}

function builtIn(workspace: Workspace, name: string, columns: string): unknown {
  return {
    id: `${workspace.id}/tables/${name}`,
    ...{ name, type: TYPE },
    properties: {
      ...{ plan: 'Analytics', provisioningState: 'Succeeded' },
      schema: {
        ...{ name, tableType: 'Microsoft', tableSubType: 'Any' },
        standardColumns: columns.split(' ').map((column) => {
          const [columnName = '', type = 'string'] = column.split(':');
          return { name: columnName, type };
        }),
      },
    },
  };
}
