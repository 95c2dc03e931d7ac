import { type ClientAddresses, clientDataJson } from './client-data.ts';
import type { ClientOperations, Delivery } from './client-operations.ts';
import type { DurableContext } from './context.ts';
import type { HistoryEvent } from './history.ts';
import { isFinal, type RuntimeStatus } from './rows.ts';
import { findInstances, type InstanceFilter, statusPayload } from './status.ts';

export interface ClientRequest {
  readonly method: string;
  /** Below `…/durabletask`, decoded, without slashes at the ends. */
  readonly path: string;
  readonly url: URL;
  readonly continuation: string | undefined;
  readonly body: string;
}

export interface ClientResponse {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type ClientApi = (request: ClientRequest) => ClientResponse;

interface ClientApiOptions {
  readonly ctx: DurableContext;
  readonly operations: ClientOperations;
  readonly key: string;
  readonly addresses: () => ClientAddresses;
}

const notFound: ClientResponse = { status: 404 };
const pageSize = 100;

/** The HTTP interface of the Durable extension: the library's client and the management URLs both use it. */
export function createClientApi({ ctx, operations, key, addresses }: ClientApiOptions): ClientApi {
  const { store } = ctx;

  function startInstance({ url, body }: ClientRequest, name: string, id: string | undefined): ClientResponse {
    if (body !== '' && !isJson(body)) return { status: 400, body: { Message: 'Invalid JSON content' } };
    const version = url.searchParams.get('version') ?? undefined;
    const result = operations.start(name, id, body === '' ? null : body, version);
    if (result.status !== 'started') {
      return { status: result.status === 'inUse' ? 409 : 400, body: { Message: result.message } };
    }
    const { managementUrls } = JSON.parse(clientDataJson(ctx.settings, key, addresses())) as {
      managementUrls: Record<string, string>;
    };
    const links = Object.fromEntries(
      Object.entries(managementUrls).map(([name, link]) => [name, link.replace('INSTANCEID', result.id)]),
    );
    return {
      status: 202,
      body: links,
      headers: { Location: links.statusQueryGetUri ?? '', 'Retry-After': '10' },
    };
  }

  function getStatus({ url }: ClientRequest, id: string): ClientResponse {
    const row = store.instance(id);
    if (row === undefined) return notFound;
    const query = url.searchParams;
    const history = query.get('showHistory')?.toLowerCase() === 'true' && {
      history: store.history(id).map((text) => JSON.parse(text) as HistoryEvent),
      showHistoryOutput: query.get('showHistoryOutput')?.toLowerCase() === 'true',
    };
    const showInput = query.get('showInput')?.toLowerCase() !== 'false';
    const body = statusPayload(row, { showInput, ...history });
    if (isFinal(row.status)) {
      const asError = query.get('returnInternalServerErrorOnFailure')?.toLowerCase() === 'true';
      return { status: asError && row.status === 'Failed' ? 500 : 200, body };
    }
    return { status: 202, body, headers: { Location: url.href, 'Retry-After': '5' } };
  }

  function listInstances({ url, continuation }: ClientRequest): ClientResponse {
    const limit = Number(url.searchParams.get('top') ?? pageSize) || pageSize;
    const after = continuation && Buffer.from(continuation, 'base64url').toString();
    const filter = { ...readFilter(url), ...(after && { after }), limit: limit + 1 };
    const rows = findInstances(store.db, filter);
    const page = rows.slice(0, limit);
    const showInput = url.searchParams.get('showInput')?.toLowerCase() !== 'false';
    const token = rows.length > limit ? Buffer.from(page.at(-1)?.id ?? '').toString('base64url') : undefined;
    return {
      status: 200,
      body: page.map((row) => statusPayload(row, { showInput })),
      ...(token !== undefined && { headers: { 'x-ms-continuation-token': token } }),
    };
  }

  function purgeBy({ url }: ClientRequest): ClientResponse {
    const filter = readFilter(url);
    if (filter.createdFrom === undefined) {
      return { status: 400, body: "Please provide value for 'createdTimeFrom' parameter." };
    }
    const instancesDeleted = operations.purgeBy(filter);
    return instancesDeleted === 0 ? notFound : { status: 200, body: { instancesDeleted } };
  }

  function purge(id: string): ClientResponse {
    const row = store.instance(id);
    if (row === undefined) return notFound;
    if (isFinal(row.status)) return { status: 200, body: { instancesDeleted: operations.purge(id) } };
    const message = `Only orchestrations in a terminal state can be purged, but '${id}' has status ${row.status}.`;
    return { status: 412, body: message };
  }

  function act(
    request: ClientRequest,
    id: string,
    verb: string,
    argument: string | undefined,
  ): ClientResponse {
    const reason = request.url.searchParams.get('reason') ?? '';
    switch (verb.toLowerCase()) {
      case 'raiseevent': {
        if (argument === undefined) return notFound;
        if (request.body !== '' && !isJson(request.body)) {
          return { status: 400, body: { Message: 'Invalid JSON content' } };
        }
        return delivered(operations.raiseEvent(id, argument, request.body === '' ? null : request.body));
      }
      case 'terminate':
      case 'suspend':
      case 'resume':
        return delivered(operations.control(id, verb.toLowerCase() as 'terminate', reason));
      case 'rewind':
        return { status: 501, body: 'Rewind is not supported by the embedded host.' };
      default:
        return notFound;
    }
  }

  function entity({ method, url, body }: ClientRequest, name: string, entityKey: string): ClientResponse {
    const id = `@${name.toLowerCase()}@${entityKey}`;
    if (method === 'GET') {
      const state = store.entity(id)?.state;
      return state === undefined || state === null ? notFound : { status: 200, body: JSON.parse(state) };
    }
    if (method !== 'POST' && method !== 'DELETE') return notFound;
    if (ctx.findFunction('entity', name) === undefined) {
      return { status: 400, body: { Message: `There is no entity named '${name}'.` } };
    }
    if (body !== '' && !isJson(body))
      return { status: 400, body: { Message: 'Could not parse JSON content.' } };
    const operation = method === 'DELETE' ? 'delete' : (url.searchParams.get('op') ?? '');
    operations.signalEntity(id, operation, body === '' ? undefined : body);
    return { status: 202 };
  }

  return (request) => {
    ctx.counters.clientCalls += 1;
    const { method } = request;
    const [area, first, second, third] = request.path.split('/');
    if (area === 'orchestrators' && method === 'POST' && first) return startInstance(request, first, second);
    if (area === 'entities' && first && second)
      return entity(request, first, request.path.split('/').slice(2).join('/'));
    if (area !== 'instances') return notFound;
    if (!first) {
      if (method === 'GET') return listInstances(request);
      return method === 'DELETE' ? purgeBy(request) : notFound;
    }
    if (second !== undefined) return method === 'POST' ? act(request, first, second, third) : notFound;
    if (method === 'GET') return getStatus(request, first);
    return method === 'DELETE' ? purge(first) : notFound;
  };
}

function readFilter(url: URL): InstanceFilter {
  const query = url.searchParams;
  const from = instant(query.get('createdTimeFrom'));
  const to = instant(query.get('createdTimeTo'));
  const status = query.getAll('runtimeStatus').flatMap((value) => value.split(',')) as RuntimeStatus[];
  const prefix = query.get('instanceIdPrefix');
  return {
    ...(from !== undefined && { createdFrom: from }),
    ...(to !== undefined && { createdTo: to }),
    ...(status.length > 0 && { status }),
    ...(prefix !== null && { prefix }),
  };
}

function instant(text: string | null): number | undefined {
  const value = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(value) ? undefined : value;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function delivered(delivery: Delivery): ClientResponse {
  return { status: { accepted: 202, unknown: 404, ended: 410 }[delivery] };
}
