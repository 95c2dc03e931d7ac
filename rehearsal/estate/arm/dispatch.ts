import { parseJson } from '../json.ts';
import { type ArmPath, parseArmPath } from '../state/ids.ts';
import type { State } from '../state/state.ts';
import type { Machine } from '../state/types.ts';
import type { OperationKind, Reply } from '../wire.ts';
import { checkApiVersion } from './api-versions.ts';
import type { Call, Handler, Route } from './call.ts';
import {
  badRequest,
  fail,
  groupNotFound,
  methodNotAllowed,
  notFound,
  subscriptionNotFound,
} from './errors.ts';
import { lockRefusal } from './locks.ts';
import { permissionRefusal } from './permissions.ts';
import { withoutNulls } from './view.ts';

/** Where an ARM request goes, found before it is admitted. */
export interface Target {
  readonly kind: OperationKind;
  readonly machine: Machine | undefined;
  readonly path: ArmPath | undefined;
  readonly handler: Handler | undefined;
  /** The estate simulates this resource type. */
  readonly known: boolean;
}

/** Finds type, machine and handler of a path. */
export function locate(
  state: State,
  routes: ReadonlyMap<string, Route>,
  method: string,
  pathname: string,
): Target {
  const path = parseArmPath(pathname);
  const route = path === undefined ? undefined : routes.get(path.type);
  if (path === undefined || route === undefined)
    return { kind: 'unknown', machine: undefined, path, handler: undefined, known: false };
  return {
    kind: kindOf(route, method, path.list),
    machine: machineOf(state, path),
    path,
    handler: handlerOf(route, method, path.list),
    known: true,
  };
}

function kindOf(route: Route, method: string, list: boolean): OperationKind {
  if (method === 'PUT' || method === 'PATCH') return route.kinds.write ?? 'unknown';
  if (method === 'DELETE') return route.kinds.delete ?? 'unknown';
  return list && method === 'GET' ? (route.kinds.list ?? route.kinds.read) : route.kinds.read;
}

function handlerOf(route: Route, method: string, list: boolean): Handler | undefined {
  switch (method) {
    case 'GET':
      return list ? route.list : route.get;
    case 'PUT':
      return list ? undefined : route.put;
    case 'PATCH':
      return list ? undefined : route.patch;
    case 'DELETE':
      return list ? undefined : route.delete;
    case 'POST':
      return route.post;
    default:
      return undefined;
  }
}

function machineOf(state: State, path: ArmPath): Machine | undefined {
  if (path.type === 'microsoft.insights/datacollectionruleassociations')
    return state.machines.get((path.parent?.id ?? '').toLowerCase());
  if (
    path.type === 'microsoft.compute/locations/operations' ||
    path.type.startsWith('microsoft.hybridcompute/locations/')
  ) {
    return state.operations.get((path.names[1] ?? '').toLowerCase())?.machine;
  }
  const first = path.names[0];
  if (
    first === undefined ||
    !(
      path.type.startsWith('microsoft.compute/virtualmachines') ||
      path.type.startsWith('microsoft.hybridcompute/machines')
    )
  ) {
    return undefined;
  }
  return state.machines.get(path.id.split('/').slice(0, 9).join('/').toLowerCase());
}

/** What of a request is not in its path. */
export interface Admitted {
  readonly method: string;
  /** ARM's host that was asked. */
  readonly host: string;
  readonly query: URLSearchParams;
  readonly body: string | undefined;
  readonly principal: string;
  readonly now: number;
}

/** Runs an admitted request: version, scope, lock, body, handler, in ARM's order. */
export function dispatch(
  state: State,
  target: Target,
  { method, host, query, body, principal, now }: Admitted,
): Reply {
  const { path, handler } = target;
  if (path === undefined)
    return fail(404, 'InvalidResource', 'The requested path is no resource of Azure Resource Manager.');
  const apiVersion = query.get('api-version') ?? '';
  const version = checkApiVersion(path.type, apiVersion);
  if (version !== undefined) return version;
  if (path.subscription !== undefined && !state.subscriptions.has(path.subscription.toLowerCase()))
    return subscriptionNotFound(path.subscription);
  if (
    path.group !== undefined &&
    !state.groups.has(`/subscriptions/${path.subscription}/resourcegroups/${path.group}`.toLowerCase())
  ) {
    return groupNotFound(path.group);
  }
  if (!target.known) {
    const other = state.others.get(path.id.toLowerCase());
    return other !== undefined && method === 'GET'
      ? { status: 200, body: withoutNulls(other.resource) }
      : notFound(path.id, path.type);
  }
  if (handler === undefined) return methodNotAllowed(method, path.type);
  const writes = method === 'PUT' || method === 'PATCH' || method === 'DELETE';
  if (writes) {
    const verb = method === 'DELETE' ? 'delete' : 'write';
    const refused = permissionRefusal(state, path, verb) ?? lockRefusal(state, verb, path.id);
    if (refused !== undefined) return refused;
  }
  const parsed = parseJson(body);
  if (!parsed.ok)
    return badRequest(
      'InvalidRequestContent',
      'The request content was invalid and could not be deserialized.',
    );
  const call: Call = {
    state,
    now,
    method,
    host,
    path,
    query,
    apiVersion,
    body: parsed.value,
    machine: target.machine,
    principal,
  };
  return handler(call);
}
