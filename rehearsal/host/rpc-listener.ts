import { randomBytes } from 'node:crypto';
import type { ClientApi } from './durable/client-api.ts';
import type { Holds } from './holds.ts';
import { handleClientRequest } from './http/handler.ts';
import { type Listener, listen } from './http/server.ts';

/** Serves the durable interface where the library's own client calls it: loopback only, on a free port. */
export async function startRpcListener(
  api: ClientApi,
  holds: Holds,
): Promise<{ listener: Listener; baseUrl: string }> {
  // The library calls without a key, so the path holds a secret of its own.
  const path = `/${randomBytes(16).toString('hex')}/durabletask`;
  const listener = await listen(async (request) => {
    const url = new URL(request.url);
    if (!url.pathname.startsWith(`${path}/`)) return new Response(null, { status: 404 });
    const release = holds.take();
    try {
      return await handleClientRequest(api, request, url, path, Number.POSITIVE_INFINITY);
    } finally {
      release();
    }
  });
  return { listener, baseUrl: `${listener.origin}${path}/` };
}
