import { dict, dig, list, text } from '../json.ts';
import { span } from '../state/state.ts';
import { isClassic, tableOf } from '../state/tables.ts';
import type { Table, Workspace } from '../state/types.ts';
import type { Reply } from '../wire.ts';
import { checkFields, type Fields, objectBody } from './body.ts';
import type { Call, Route } from './call.ts';
import { badRequest, notFound, parentNotFound } from './errors.ts';
import { listTables } from './table-list.ts';

const TYPE = 'Microsoft.OperationalInsights/workspaces/tables';
/** How long a new table takes until a rule may name it. [recall] */
const MAKING_SECONDS = 60;
const POLL_SECONDS = 15;
/** Source: bicep-types, microsoft.operationalinsights 2025-07-01, `plan`. */
const PLANS = ['Analytics', 'Basic', 'Auxiliary'];
const COLUMN_TYPES = ['string', 'int', 'long', 'real', 'boolean', 'datetime', 'guid', 'dynamic'];

/** Custom tables of a workspace: those made by calls, and the classic ones of its custom logs. */
export const tables: Route = {
  kinds: { read: 'table.read', write: 'table.write' },
  list: (call) => listTables(call, view),
  get: (call) => {
    const workspace = workspaceOf(call);
    const found = workspace === undefined ? undefined : tableOf(workspace, call.path.names[1] ?? '');
    return workspace === undefined || found === undefined
      ? notFound(call.path.id, TYPE)
      : { status: 200, body: view(workspace, found, call.now) };
  },
  put,
};

/** Whether a rule may send to a table of the workspace now. */
export function isOutput(workspace: Workspace, name: string, now: number): boolean {
  const found = tableOf(workspace, name);
  return found !== undefined && !isClassic(found, now) && found.readyAt <= now;
}

function put(call: Call): Reply {
  const workspace = workspaceOf(call);
  if (workspace === undefined) return parentNotFound(workspaceId(call));
  const read = objectBody(call.body);
  if (!read.ok) return read.reply;
  const properties = dict(read.body['properties']);
  const refused =
    checkFields(read.body, { id: 'string', name: 'string', type: 'string', properties: 'object' }, '') ??
    checkFields(properties, PROPERTIES, 'properties');
  if (refused !== undefined) return refused;
  const name = call.path.names[1] ?? '';
  const schema = dict(properties['schema']);
  const columns = list(schema['columns']).map((column) => ({
    name: text(dig(column, 'name')) ?? '',
    type: text(dig(column, 'type')) ?? '',
  }));
  if (!/^[A-Za-z][A-Za-z0-9_]*_CL$/.test(name) || name.length > 63)
    return invalid(`The name '${name}' is not one of a custom table.`);
  if (text(schema['name']) !== name) return invalid('The schema must have the name of the table.');
  if (!columns.some((column) => column.name === 'TimeGenerated'))
    return invalid('A custom table must have the column TimeGenerated.');
  const odd = columns.find((column) => !COLUMN_TYPES.includes(column.type.toLowerCase()));
  if (odd !== undefined) return invalid(`The type '${odd.type}' of column '${odd.name}' is not known.`);
  const there = tableOf(workspace, name);
  if (there !== undefined && isClassic(there, call.now))
    return invalid(`The table '${name}' is a classic table; migrate it first.`);
  const plan = text(properties['plan']) ?? there?.plan;
  if (plan !== undefined && !PLANS.includes(plan)) return invalid(`The plan '${plan}' is not known.`);
  const readyAt = call.now + span(call.state, MAKING_SECONDS);
  workspace.tables.set(name.toLowerCase(), {
    ...{ name, columns, classic: false, readyAt },
    ...(plan === undefined ? {} : { plan }),
  });
  return { status: 202, headers: { 'retry-after': String(POLL_SECONDS) } };
}

const PROPERTIES: Fields = {
  plan: 'string',
  restoredLogs: 'object',
  retentionInDays: 'number',
  schema: 'object',
  searchResults: 'object',
  totalRetentionInDays: 'number',
};

function view(workspace: Workspace, table: Table, now: number): unknown {
  const settled = table.readyAt <= now && (table.migratedAt ?? 0) <= now;
  return {
    id: `${workspace.id}/tables/${table.name}`,
    ...{ name: table.name, type: TYPE },
    properties: {
      ...{ plan: table.plan ?? 'Analytics', provisioningState: settled ? 'Succeeded' : 'InProgress' },
      schema: {
        ...{ name: table.name, tableType: 'CustomLog', columns: table.columns },
        tableSubType: isClassic(table, now) ? 'Classic' : 'DataCollectionRuleBased',
        standardColumns: [{ name: 'TenantId', type: 'guid' }],
      },
    },
  };
}

function workspaceId(call: Call): string {
  return call.path.id.split('/').slice(0, -2).join('/');
}

function workspaceOf(call: Call): Workspace | undefined {
  return call.state.workspaces.get(workspaceId(call).toLowerCase());
}

function invalid(message: string): Reply {
  return badRequest('InvalidParameter', message, 'properties.schema');
}
