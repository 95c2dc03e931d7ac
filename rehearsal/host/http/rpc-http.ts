import type { InvocationResponse, TypedData } from '../core-module.ts';

/** An HTTP request in the form in which Azure's host sends it to the worker. */
export function toRpcRequest(
  request: Request,
  url: URL,
  params: Readonly<Record<string, string>>,
  body: Uint8Array,
): TypedData {
  const query: Record<string, string> = {};
  for (const name of new Set(url.searchParams.keys())) query[name] = url.searchParams.getAll(name).join(',');
  return {
    http: {
      method: request.method,
      url: request.url,
      headers: Object.fromEntries(request.headers),
      query,
      params,
      ...(body.byteLength > 0 && { body: { bytes: body } }),
    },
  };
}

interface RpcHttpResponse {
  readonly statusCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly RpcCookie[];
  readonly body?: { readonly bytes?: Uint8Array; readonly string?: string } | null;
}

interface RpcCookie {
  readonly name: string;
  readonly value: string;
  readonly domain?: { readonly value: string };
  readonly path?: { readonly value: string };
  readonly expires?: { readonly value: { readonly seconds: number } };
  readonly secure?: { readonly value: boolean };
  readonly httpOnly?: { readonly value: boolean };
  readonly sameSite?: string;
  readonly maxAge?: { readonly value: number };
}

/** The response that the caller gets; a handler that returns nothing answers 204. */
export function fromRpcResponse({ returnValue }: InvocationResponse): Response {
  const rpc = returnValue?.http as RpcHttpResponse | undefined;
  if (rpc === undefined) return new Response(null, { status: 204 });
  const status = Number(rpc.statusCode ?? 200);
  const headers = new Headers(rpc.headers);
  for (const cookie of rpc.cookies ?? []) headers.append('set-cookie', cookieText(cookie));
  const bytes =
    rpc.body?.bytes ?? (rpc.body?.string === undefined ? undefined : Buffer.from(rpc.body.string));
  const empty = bytes === undefined || bytes.byteLength === 0 || [204, 205, 304].includes(status);
  return new Response(empty ? null : Uint8Array.from(bytes), { status, headers });
}

function cookieText(cookie: RpcCookie): string {
  const { domain, path, expires, maxAge, sameSite } = cookie;
  const parts = [`${cookie.name}=${encodeURIComponent(cookie.value)}`];
  if (domain) parts.push(`Domain=${domain.value}`);
  if (path) parts.push(`Path=${path.value}`);
  if (expires) parts.push(`Expires=${new Date(expires.value.seconds * 1000).toUTCString()}`);
  if (maxAge) parts.push(`Max-Age=${maxAge.value}`);
  if (cookie.secure?.value) parts.push('Secure');
  if (cookie.httpOnly?.value) parts.push('HttpOnly');
  if (sameSite !== undefined && sameSite !== 'none') {
    const known: Readonly<Record<string, string>> = { lax: 'Lax', strict: 'Strict', explicitNone: 'None' };
    parts.push(`SameSite=${known[sameSite] ?? 'Lax'}`);
  }
  return parts.join('; ');
}
