import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Connection } from './connection.ts';
import { EXIT, Trouble } from './exit.ts';

export interface Received {
  readonly bytes: Uint8Array;
  readonly headers: Headers;
}

/** What an answer of the app is, as far as one command needs it; the rest is passed on as it came. */
export interface Answer<T> {
  readonly body: T;
  readonly location: string | null;
  /** When to look again; null: the app did not say. */
  readonly retryAfterMs: number | null;
}

const Problem = z.object({
  code: z.string().default('unknown'),
  detail: z.string().default(''),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).default([]),
});

/** Longest time an answer may take: as long as Azure keeps a request open. */
const PATIENCE_MS = 240_000;

/** The app's HTTP API. Trouble is thrown with the code to end with; nothing is sent twice. */
export function createClient(
  { url, headers, by }: Connection,
  fetch: (request: Request) => Promise<Response> = globalThis.fetch,
) {
  async function send(
    method: 'GET' | 'POST',
    path: string,
    accept: string,
    body?: unknown,
    start = false,
  ): Promise<Response> {
    const response = await reach(
      new Request(new URL(`/api${path}`, url), {
        method,
        headers: {
          ...headers,
          accept,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          // One run of the command means one start, whatever becomes of the answer.
          ...(start ? { 'idempotency-key': randomUUID() } : {}),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // A key must not follow to wherever a redirect leads.
        redirect: 'manual',
        signal: AbortSignal.timeout(PATIENCE_MS),
      }),
    );
    if (!response.ok) throw await refusal(response);
    return response;
  }

  async function reach(request: Request): Promise<Response> {
    try {
      return await fetch(request);
    } catch (error) {
      const { cause, name } = error as { cause?: { code?: string; message?: string }; name: string };
      const why =
        name === 'TimeoutError'
          ? 'no answer in time'
          : (cause?.code ?? cause?.message ?? (error as Error).message);
      throw new Trouble(EXIT.unreachable, `The app at ${url.origin} cannot be reached: ${why}.`);
    }
  }

  async function json<S extends z.ZodType>(
    method: 'GET' | 'POST',
    path: string,
    schema: S,
    body?: unknown,
    start = false,
  ): Promise<Answer<z.infer<S>>> {
    const response = await send(method, path, 'application/json', body, start);
    const text = await response.text();
    const retryAfter = Number(response.headers.get('retry-after'));
    return {
      body: parsed(schema, text, url.origin),
      location: response.headers.get('location'),
      retryAfterMs: retryAfter > 0 ? retryAfter * 1000 : null,
    };
  }

  return {
    url,
    /** Who asks, for the body of a call; nothing where the sign-in says it. */
    said: by === undefined ? {} : { by },
    get: <S extends z.ZodType>(path: string, schema: S) => json('GET', path, schema),
    post: <S extends z.ZodType>(path: string, schema: S, body: unknown) => json('POST', path, schema, body),
    /** A call that starts something. */
    start: <S extends z.ZodType>(path: string, schema: S, body: unknown) =>
      json('POST', path, schema, body, true),
    async download(path: string, accept: string): Promise<Received> {
      const response = await send('GET', path, accept);
      return { bytes: new Uint8Array(await response.arrayBuffer()), headers: response.headers };
    },
  };
}

export type Client = ReturnType<typeof createClient>;

function parsed<S extends z.ZodType>(schema: S, text: string, origin: string): z.infer<S> {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new Trouble(
      EXIT.unreachable,
      `What answers at ${origin} is not this app, or another version of it.`,
    );
  }
}

/** The sentence and the code of a problem document, and what to do where there is none. */
async function refusal(response: Response): Promise<Trouble> {
  const { status } = response;
  const exit = status >= 500 || status === 429 ? EXIT.unreachable : EXIT.refused;
  const text = await response.text().catch(() => '');
  try {
    const { code, detail, errors } = Problem.parse(JSON.parse(text));
    const faults = errors.map(({ path, message }) => `\n  ${path || '(root)'}: ${message}`).join('');
    return new Trouble(exit, `${detail} [${code}]${faults}`, code);
  } catch {
    const hint =
      status === 401
        ? ' The key or the token is missing, wrong or expired.'
        : status >= 300 && status < 400
          ? ' It sends elsewhere; check the address.'
          : '';
    return new Trouble(exit, `The app answered ${status}.${hint}`, `http${status}`);
  }
}
