import type { Route } from './arm/call.ts';
import { dispatch, locate, type Target } from './arm/dispatch.ts';
import { elsewhere } from './check-answers.ts';
import { type Cloud, type Service, siteOf } from './clouds.ts';
import type { Desk } from './desks/desk.ts';
import { answerDesk } from './desks/desks.ts';
import type { Effect, Faults } from './faults.ts';
import { type Audience, type Identity, unauthorized } from './identity.ts';
import { parseJson } from './json.ts';
import { logsError, partly, queryLogs } from './logs/logs.ts';
import { receive } from './receivers.ts';
import type { LogEntry } from './request-log.ts';
import { region } from './state/ids.ts';
import type { State } from './state/state.ts';
import { admitArm, admitLogs } from './throttle/admit.ts';
import type { Throttle } from './throttle/throttle.ts';
import { readSecret } from './vault.ts';
import type { OperationKind, Reply, WireRequest, WireResponse } from './wire.ts';

export interface Parts {
  readonly state: State;
  readonly routes: ReadonlyMap<string, Route>;
  readonly identity: Identity;
  readonly throttle: Throttle;
  readonly faults: Faults;
  readonly log: (entry: LogEntry) => void;
}

/** What became of a request; `delayMs` is real time the caller should wait before it sees the answer. */
export interface Outcome {
  readonly response: WireResponse;
  readonly delayMs: number;
}

/** One exchange, computed at once: fault, token, limit, work. */
export function exchange(parts: Parts, request: WireRequest): Outcome {
  const address = splitUrl(request.url);
  const method = request.method.toUpperCase();
  const { service, cloud } = siteOf(address.host, address.path);
  const target: Target | undefined =
    service === 'arm' ? locate(parts.state, parts.routes, method, address.path) : undefined;
  const desk = service === 'elsewhere' ? parts.state.desks.get(address.host) : undefined;
  const kind: OperationKind =
    target?.kind ?? (desk === undefined ? otherKind(service, method) : deskKind(method));
  const effect = parts.faults.strike(method, request.url, kind, target?.machine?.key);

  const early =
    effect?.reset === 'before'
      ? RESET
      : effect?.status !== undefined
        ? declared(effect, effect.status)
        : undefined;
  const whole = early ?? answer(parts, request, { method, service, cloud, address, target, desk });
  const reply = effect?.partial === true && service === 'logs' ? partly(whole) : whole;
  const response = { ...render(reply), ...(effect?.reset !== undefined ? { reset: true } : {}) };
  parts.log({
    at: parts.state.clock.now(),
    method,
    url: request.url,
    status: response.reset ? 0 : response.status,
    worked: early === undefined ? reply.status : 0,
    kind,
    cell: cellOf(target),
    machineId: target?.machine?.id,
  });
  const body = effect?.truncate
    ? response.body.slice(0, Math.floor(response.body.length / 2))
    : response.body;
  return { response: { ...response, body }, delayMs: effect?.delayMs ?? 0 };
}

const OTHER_KINDS: Record<Service, OperationKind> = {
  arm: 'unknown',
  logs: 'logs.query',
  vault: 'secret.read',
  identity: 'token.read',
  elsewhere: 'event.receive',
};
const RESET: Reply = { status: 0 };

/** Whatever is posted elsewhere is an event; only checks are read. */
function otherKind(service: Service, method: string): OperationKind {
  return service === 'elsewhere' && method !== 'POST' ? 'unknown' : OTHER_KINDS[service];
}

function deskKind(method: string): OperationKind {
  return method === 'GET' ? 'desk.read' : 'desk.write';
}

interface Address {
  readonly host: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

interface Destination {
  readonly method: string;
  readonly service: Service;
  readonly cloud: Cloud;
  readonly address: Address;
  readonly target: Target | undefined;
  readonly desk: Desk | undefined;
}

function answer(
  parts: Parts,
  request: WireRequest,
  { method, service, cloud, address, target, desk }: Destination,
): Reply {
  const { state, throttle, identity } = parts;
  const { query, path } = address;
  if (service === 'identity') return identity.token(request, query);
  if (desk !== undefined) {
    const { headers, body } = request;
    return answerDesk(desk, { method, path, query, headers, body, identity, now: state.clock.now() });
  }
  if (service === 'elsewhere')
    return (
      receive(state, identity, request) ?? elsewhere(state, request.url, address.host, state.clock.now())
    );
  const audience: Audience = service;
  const known = identity.check(request.headers['authorization'], audience, cloud);
  if (!known.ok) return unauthorized(audience, known.why, cloud);
  const now = state.clock.now();
  if (service === 'vault') return readSecret(state, address.host, path, query);
  if (service === 'logs') {
    const passage = admitLogs(throttle, known.principal, now);
    if (!passage.ok) return passage.reply;
    const parsed = parseJson(request.body);
    return parsed.ok
      ? queryLogs(state, path, parsed.value, now)
      : logsError(400, 'BadArgumentError', 'The request body is no JSON.');
  }
  const at = target as Target;
  const compute = at.path?.type.startsWith('microsoft.compute/') === true;
  const admission = {
    method,
    kind: at.kind,
    subscription: at.path?.subscription,
    principal: known.principal,
    machine: at.machine,
    compute,
  };
  const passage = admitArm(throttle, admission, now);
  if (!passage.ok) return passage.reply;
  const reply = dispatch(state, at, {
    method,
    host: cloud.arm,
    query,
    body: request.body,
    principal: known.principal,
    now,
  });
  return { ...reply, headers: { ...passage.headers, ...reply.headers } };
}

function declared(effect: Effect, status: number): Reply {
  const headers =
    effect.retryAfterSeconds === undefined
      ? {}
      : { headers: { 'retry-after': String(effect.retryAfterSeconds) } };
  return {
    status,
    ...headers,
    body: {
      error: {
        code: effect.code ?? USUAL_CODES[status] ?? 'InternalServerError',
        message: effect.message ?? 'Declared by the estate file.',
      },
    },
  };
}

const USUAL_CODES: Readonly<Record<number, string>> = {
  403: 'AuthorizationFailed',
  404: 'ResourceNotFound',
  409: 'Conflict',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'GatewayTimeout',
};

function render(reply: Reply): WireResponse {
  if (reply.text !== undefined)
    return {
      status: reply.status,
      headers: { 'content-type': 'text/plain', ...reply.headers },
      body: reply.text,
    };
  if (reply.body === undefined) return { status: reply.status, headers: { ...reply.headers }, body: '' };
  return {
    status: reply.status,
    headers: { ...reply.headers, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(reply.body),
  };
}

function cellOf(target: Target | undefined): string | undefined {
  if (target?.machine !== undefined)
    return `${target.machine.subscription.toLowerCase()}/${region(target.machine.location)}`;
  return target?.path?.subscription?.toLowerCase();
}

/** Splits an address without the cost of `URL`. */
function splitUrl(url: string): Address {
  const scheme = url.indexOf('://');
  const from = scheme < 0 ? 0 : scheme + 3;
  let slash = url.indexOf('/', from);
  if (slash < 0) slash = url.length;
  const mark = url.indexOf('?', slash);
  const end = mark < 0 ? url.length : mark;
  return {
    host: url.slice(from, slash).toLowerCase(),
    path: url.slice(slash, end) || '/',
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
  };
}
