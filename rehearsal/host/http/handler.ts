import type { Counters } from '../counters.ts';
import type { ClientApi, ClientResponse } from '../durable/client-api.ts';
import { managementPath } from '../durable/client-data.ts';
import type { RegisteredFunction } from '../entry.ts';
import type { Holds } from '../holds.ts';
import type { Invoke } from '../invoke.ts';
import type { Log } from '../logging.ts';
import type { HostSettings } from '../settings.ts';
import { readBody } from './body.ts';
import { hasKey } from './keys.ts';
import { createRouter, type HttpRoute } from './router.ts';
import { fromRpcResponse, toRpcRequest } from './rpc-http.ts';

export type FetchHandler = (request: Request) => Promise<Response>;

export interface HttpOptions {
  readonly functions: readonly RegisteredFunction[];
  readonly settings: HostSettings;
  readonly key: string;
  readonly maxBodyBytes: number;
  readonly holds: Holds;
  readonly counters: Counters;
  readonly invoke: Invoke;
  readonly log: Log;
  readonly clientApi: ClientApi;
}

/** Answers requests to the app's HTTP functions and to the durable management URLs. */
export function createFetchHandler(options: HttpOptions): FetchHandler {
  const { key, settings, invoke, log, maxBodyBytes } = options;
  const route = createRouter(options.functions, settings.routePrefix);

  async function handle(request: Request): Promise<Response> {
    const url = new URL(request.url);
    if (url.pathname.toLowerCase().startsWith(`${managementPath}/`)) {
      if (!hasKey(request.headers, url, key)) return new Response(null, { status: 401 });
      return handleClientRequest(options.clientApi, request, url, managementPath, maxBodyBytes);
    }
    const match = route(request.method.toUpperCase(), url.pathname.replace(/^\/+/, ''));
    if (match.kind === 'notFound') return new Response(null, { status: 404 });
    if (match.kind === 'methodNotAllowed') {
      return new Response(null, { status: 405, headers: { allow: match.allowed.join(', ') } });
    }
    if (match.route.authLevel !== 'anonymous' && !hasKey(request.headers, url, key)) {
      return new Response(null, { status: 401 });
    }
    return call(match.route, request, url, match.params);
  }

  async function call(
    { fn }: HttpRoute,
    request: Request,
    url: URL,
    params: Readonly<Record<string, string>>,
  ): Promise<Response> {
    const body = await readBody(request, maxBodyBytes);
    if (body === undefined) return new Response(null, { status: 413 });
    try {
      return fromRpcResponse((await invoke({ fn, data: toRpcRequest(request, url, params, body) })).response);
    } catch (error) {
      // What went wrong is for the log; a caller must learn nothing from it.
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log({ level: 'error', category: 'host', message, functionName: fn.name });
      return new Response(null, { status: 500 });
    }
  }

  return async (request) => {
    const release = options.holds.take();
    options.counters.httpRequests += 1;
    try {
      return await handle(request);
    } finally {
      release();
    }
  };
}

/** Hands a request below `basePath` to the durable interface. */
export async function handleClientRequest(
  api: ClientApi,
  request: Request,
  url: URL,
  basePath: string,
  maxBodyBytes: number,
): Promise<Response> {
  const bytes = await readBody(request, maxBodyBytes);
  if (bytes === undefined) return new Response(null, { status: 413 });
  const path = decodeURIComponent(url.pathname.slice(basePath.length)).replace(/^\/+|\/+$/g, '');
  const continuation = request.headers.get('x-ms-continuation-token') ?? undefined;
  const body = Buffer.from(bytes).toString('utf8');
  return toResponse(api({ method: request.method.toUpperCase(), path, url, continuation, body }));
}

function toResponse({ status, body, headers }: ClientResponse): Response {
  if (body === undefined) return new Response(null, { status, ...(headers && { headers }) });
  const json = { 'content-type': 'application/json; charset=utf-8', ...headers };
  return new Response(JSON.stringify(body), { status, headers: json });
}
