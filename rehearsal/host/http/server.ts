import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { FetchHandler } from './handler.ts';

export interface Listener {
  readonly port: number;
  readonly origin: string;
  /** Waits for requests in progress unless `abrupt`. */
  close(abrupt?: boolean): Promise<void>;
}

/** Serves a fetch handler on the loopback interface, or on the host name given. */
export async function listen(
  handler: FetchHandler,
  { port = 0, hostname = '127.0.0.1' }: { port?: number; hostname?: string } = {},
): Promise<Listener> {
  const server = createServer((incoming, outgoing) => {
    answer(handler, incoming, outgoing).catch(() => outgoing.destroy());
  });
  // A client that uses a connection again in the very moment in which it is given up gets a reset.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, hostname, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    origin: `http://${hostname}:${address.port}`,
    close: (abrupt = false) =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if (abrupt) server.closeAllConnections();
        else server.closeIdleConnections();
      }),
  };
}

async function answer(
  handler: FetchHandler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const response = await handler(toRequest(incoming));
  const headers: Record<string, string | string[]> = Object.fromEntries(response.headers);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) headers['set-cookie'] = cookies;
  outgoing.writeHead(response.status, headers);
  outgoing.end(Buffer.from(await response.arrayBuffer()));
  // A request refused before its body was read leaves bytes that would block the connection.
  if (!incoming.complete) incoming.resume();
}

function toRequest(incoming: IncomingMessage): Request {
  const { method = 'GET', url = '/', headers } = incoming;
  const list = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const item of Array.isArray(value) ? value : [value])
      if (item !== undefined) list.append(name, item);
  }
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(`http://${headers.host ?? 'localhost'}${url}`, {
    method,
    headers: list,
    ...(hasBody && { body: Readable.toWeb(incoming) as unknown as ReadableStream, duplex: 'half' }),
  } as RequestInit);
}
