import { span } from '../state/state.ts';
import { isClassic, tableOf } from '../state/tables.ts';
import type { Reply } from '../wire.ts';
import type { Call, Route } from './call.ts';
import { badRequest, notFound, parentNotFound } from './errors.ts';
import { lockRefusal } from './locks.ts';
import { permissionRefusal } from './permissions.ts';

/** How long the table goes on to be shown as a classic one. [recall] */
const MIGRATING_SECONDS = 30;

/**
 * `POST …/tables/{name}/migrate`: makes a classic table one of data collection rules, for good. It answers 200
 * without a body, and the same to a table that is one already (the SDK's model; facts file 3.2).
 */
export const tableMigrations: Route = { kinds: { read: 'table.migrate' }, post };

function post(call: Call): Reply {
  const [workspaceName = '', name = ''] = call.path.names;
  const tableId = call.path.id.split('/').slice(0, -1).join('/');
  const workspaceId = tableId.split('/').slice(0, -2).join('/');
  const refused =
    permissionRefusal(call.state, { ...call.path, id: tableId }, 'action') ??
    lockRefusal(call.state, 'write', tableId);
  if (refused !== undefined) return refused;
  const workspace = call.state.workspaces.get(workspaceId.toLowerCase());
  if (workspace === undefined) return parentNotFound(workspaceId);
  const table = tableOf(workspace, name);
  if (table === undefined) return notFound(tableId, 'Microsoft.OperationalInsights/workspaces/tables');
  if (!/_CL$/i.test(table.name))
    return badRequest('InvalidParameter', `The table '${name}' of '${workspaceName}' is no custom table.`);
  if (isClassic(table, call.now) && table.migratedAt === undefined) {
    const migratedAt = call.now + span(call.state, MIGRATING_SECONDS);
    workspace.tables.set(name.toLowerCase(), { ...table, migratedAt });
  }
  return { status: 200 };
}
