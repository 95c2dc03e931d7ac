import { dict, text } from '../json.ts';
import type { DataSource, Workspace } from '../state/types.ts';
import { putDataSource, removeDataSource, TIER_KINDS } from '../state/workspaces.ts';
import type { Reply } from '../wire.ts';
import { checkFields, objectBody } from './body.ts';
import type { Call, Route } from './call.ts';
import { badRequest, notFound } from './errors.ts';
import { paged } from './paging.ts';
import { inScope } from './rules.ts';
import { armView } from './view.ts';

export const workspaces: Route = {
  kinds: { read: 'workspace.read' },
  list: (call) => paged(call, inScope(call, [...call.state.workspaces.values()]), workspaceView),
  get: (call) => {
    const found = call.state.workspaces.get(call.path.id.toLowerCase());
    return found === undefined
      ? notFound(call.path.id, 'Microsoft.OperationalInsights/workspaces')
      : { status: 200, body: workspaceView(found) };
  },
};

/** Collection settings of a workspace; a list needs `$filter=kind eq '…'`. Facts file 3.2, 3.7. */
export const dataSources: Route = {
  kinds: { read: 'dataSource.read', write: 'dataSource.write', delete: 'dataSource.delete' },
  list: (call) => onWorkspace(call, (workspace) => listSources(call, workspace)),
  get: (call) =>
    onWorkspace(call, (workspace) => {
      const found = workspace.dataSources.get(nameOf(call));
      return found === undefined
        ? notFound(call.path.id, 'Microsoft.OperationalInsights/workspaces/dataSources')
        : { status: 200, body: sourceView(found) };
    }),
  put: (call) => onWorkspace(call, (workspace) => put(call, workspace)),
  delete: (call) =>
    onWorkspace(call, (workspace) => ({
      status: removeDataSource(workspace, nameOf(call), call.now) ? 200 : 204,
    })),
};

function listSources(call: Call, workspace: Workspace): Reply {
  const filter = call.query.get('$filter');
  const kind = /^\s*kind\s+eq\s+'([^']+)'\s*$/i.exec(filter ?? '')?.[1];
  if (kind === undefined)
    return badRequest(
      'InvalidParameter',
      "The query parameter $filter is required and must have the form kind eq '<kind>'.",
      '$filter',
    );
  const matching = [...workspace.dataSources.values()].filter(
    (source) => source.kind.toLowerCase() === kind.toLowerCase(),
  );
  return paged(call, matching, sourceView);
}

function put(call: Call, workspace: Workspace): Reply {
  const read = objectBody(call.body);
  if (!read.ok) return read.reply;
  const fields = {
    id: 'string',
    name: 'string',
    type: 'string',
    kind: 'string',
    etag: 'string',
    tags: 'tags',
    properties: 'object',
  } as const;
  const refused = checkFields(read.body, fields, '');
  if (refused !== undefined) return refused;
  const kind = text(read.body['kind']);
  if (kind === undefined)
    return badRequest('InvalidParameter', "Required parameter 'kind' is missing (null).", 'kind');
  const properties = dict(read.body['properties']);
  if (TIER_KINDS.includes(kind.toLowerCase())) {
    const tier = text(properties['tier']);
    if (tier === undefined || !['none', 'minimal', 'recommended', 'all'].includes(tier.toLowerCase())) {
      return badRequest(
        'InvalidParameter',
        `The value '${tier ?? ''}' of 'tier' is not one of None, Minimal, Recommended, All.`,
        'properties.tier',
      );
    }
  }
  const name = call.path.names[1] ?? '';
  const existing = workspace.dataSources.get(name.toLowerCase());
  const etag = text(read.body['etag']);
  if (existing !== undefined && existing.kind.toLowerCase() !== kind.toLowerCase())
    return badRequest('InvalidParameter', `The kind of the data source '${name}' cannot change.`, 'kind');
  if (etag !== undefined && etag !== '*' && existing !== undefined && etag !== existing.etag) {
    return {
      status: 412,
      body: {
        error: { code: 'PreconditionFailed', message: 'The etag does not match the stored data source.' },
      },
    };
  }
  return {
    status: existing === undefined ? 201 : 200,
    body: sourceView(putDataSource(workspace, name, kind, properties, call.now)),
  };
}

function onWorkspace(call: Call, answer: (workspace: Workspace) => Reply): Reply {
  const id = call.path.id
    .split('/')
    .slice(0, call.path.list ? -1 : -2)
    .join('/');
  const workspace = call.state.workspaces.get(id.toLowerCase());
  return workspace === undefined
    ? notFound(id, 'Microsoft.OperationalInsights/workspaces')
    : answer(workspace);
}

function sourceView(source: DataSource): unknown {
  return {
    id: source.id,
    name: source.name,
    type: 'Microsoft.OperationalInsights/workspaces/dataSources',
    kind: source.kind,
    etag: source.etag,
    properties: source.properties,
  };
}

function workspaceView(workspace: Workspace): unknown {
  const properties = dict(workspace.resource['properties']);
  return armView(workspace.resource, workspace.id, 'Microsoft.OperationalInsights/workspaces', {
    ...properties,
    provisioningState: properties['provisioningState'] ?? 'Succeeded',
  });
}

function nameOf(call: Call): string {
  return (call.path.names[1] ?? '').toLowerCase();
}
