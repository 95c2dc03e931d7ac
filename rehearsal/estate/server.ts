import { createServer, type IncomingMessage } from 'node:http';
import type { Estate } from './estate.ts';
import type { WireRequest } from './wire.ts';

export interface ServedEstate {
  /** `http://127.0.0.1:PORT`; the first path segment is the Azure host. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves an estate on loopback: `/management.azure.com/subscriptions/…` is `https://management.azure.com/subscriptions/…`. */
export async function serveEstate(
  estate: Estate,
  options: { port?: number; hostname?: '127.0.0.1' } = {},
): Promise<ServedEstate> {
  const server = createServer(async (incoming, outgoing) => {
    try {
      const response = await estate.handle(await readRequest(incoming));
      if (response.reset) {
        incoming.socket.destroy();
        return;
      }
      outgoing.writeHead(response.status, {
        ...response.headers,
        'content-length': Buffer.byteLength(response.body),
      });
      outgoing.end(response.body);
    } catch (error) {
      outgoing.writeHead(500, { 'content-type': 'text/plain' });
      outgoing.end(error instanceof Error ? error.stack : String(error));
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, options.hostname ?? '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const body = chunks.length === 0 ? undefined : Buffer.concat(chunks).toString('utf8');
  return { method: incoming.method ?? 'GET', url: realUrl(incoming.url ?? '/'), headers, body };
}

/** `/management.azure.com/x` -> `https://management.azure.com/x`; the token endpoint has no Azure host. */
export function realUrl(path: string): string {
  return path.startsWith('/identity/') ? `http://identity${path}` : `https:/${path}`;
}
