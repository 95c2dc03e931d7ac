import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { z } from 'zod';
import type { StoredAnswer } from '../../shared/ledger/idempotency.ts';
import { faultsOf } from '../../shared/model/faults.ts';
import { contentHash } from '../../shared/model/ids.ts';
import { runtime } from '../compose.ts';
import { appOf, type CalledApp } from './caller.ts';
import { Problem, problemResponse } from './problem.ts';

export interface EndpointCall {
  readonly request: HttpRequest;
  readonly context: InvocationContext;
  readonly app: CalledApp;
  /** The caller's Idempotency-Key, if any. */
  readonly key: string | undefined;
}

type Handler = (call: EndpointCall) => Promise<HttpResponseInit>;

/** Largest body read: a plan with 20,000 explicit machine ids fits. */
const MAX_BODY = 8 * 1024 * 1024;

/** Wraps a handler that `allow` lets calls through to: builds the app, and has the handler's writes say who called. */
export function endpoint(handler: Handler) {
  return (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> =>
    answered(context, async () => {
      const app = appOf(await runtime(), request);
      const key = request.headers.get('idempotency-key')?.trim() || undefined;
      if (key !== undefined && key.length > 255) {
        throw new Problem('invalidRequest', 'The Idempotency-Key is too long.', [
          { path: 'headers.Idempotency-Key', message: 'at most 255 characters' },
        ]);
      }
      const answer = await handler({ request, context, app, key });
      // A rehearsal's time is not its client's.
      const time = { 'x-app-time': new Date(app.now()).toISOString() };
      return { ...answer, headers: { ...(answer.headers as Record<string, string>), ...time } };
    });
}

/**
 * For answers that a page asks for again and again: one that is as it was, by its `If-None-Match`, has no
 * body.
 */
export function polledEndpoint(handler: Handler) {
  return endpoint(async (call) => {
    const { jsonBody, headers, ...rest } = await handler(call);
    const body = JSON.stringify(jsonBody);
    const etag = `W/"${contentHash(body, 32)}"`;
    const told = { ...(headers as Record<string, string>), etag };
    const known = call.request.headers.get('if-none-match')?.split(',') ?? [];
    if (known.some((one) => one.trim() === etag)) return { status: 304, headers: told };
    return { ...rest, headers: { ...told, 'content-type': 'application/json' }, body };
  });
}

/** Nothing of an answer is for caches or for a browser to guess at; what is HTML brings a policy of its own. */
const HARDENED = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
};

/** Answers problems in one form, lets nothing internal out, and hardens every answer. */
export async function answered(
  context: InvocationContext,
  work: () => Promise<HttpResponseInit>,
): Promise<HttpResponseInit> {
  const answer = await work().catch((error: unknown) => {
    if (error instanceof Problem) return problemResponse(error);
    context.error('a request failed', error);
    return problemResponse(
      new Problem(
        'internalError',
        `The request failed for a reason of our own; invocation ${context.invocationId}.`,
      ),
    );
  });
  return { ...answer, headers: { ...HARDENED, ...(answer.headers as Record<string, string>) } };
}

/** Like `endpoint`, for calls that start something: a repeated Idempotency-Key gets the first answer. */
export function startingEndpoint(handler: Handler) {
  return endpoint(async (call) => {
    const { app, key, request } = call;
    if (key === undefined) return handler(call);
    // A key is its caller's own, where it is known who that is.
    const { byId } = app.proven();
    const own = byId === undefined ? key : `${byId} ${key}`;
    const place = `${request.method} ${new URL(request.url).pathname} ${own}`;
    const text = await bodyText(request);
    const requestHash = contentHash(text);
    const use = await app.ledger.idempotency.claim(place, requestHash);
    if (use.requestHash !== requestHash) {
      throw new Problem('idempotencyKeyReused', 'This Idempotency-Key was used with another request body.');
    }
    if (use.answer !== null) return replay(use.answer);
    const answer = await handler({ ...call, key: own }).catch(async (error: unknown) => {
      // Nothing was started: the key stays free for the request as it should have been.
      await app.ledger.idempotency.release(place);
      throw error;
    });
    return replay(
      await app.ledger.idempotency.answer(place, {
        status: answer.status ?? 200,
        headers: (answer.headers ?? {}) as Record<string, string>,
        body: answer.jsonBody,
      }),
    );
  });
}

function replay({ status, headers, body }: StoredAnswer): HttpResponseInit {
  return { status, headers: { ...headers }, jsonBody: body };
}

const texts = new WeakMap<HttpRequest, Promise<string>>();

/** The body as text; read once, however often it is asked for, and not at all when it says that it is too large. */
async function bodyText(request: HttpRequest): Promise<string> {
  const tooLarge = () => new Problem('requestTooLarge', 'The body is larger than 8 MiB.');
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY) throw tooLarge();
  const known = texts.get(request) ?? request.text();
  texts.set(request, known);
  const text = await known;
  if (Buffer.byteLength(text) > MAX_BODY) throw tooLarge();
  return text;
}

/** The body through a schema, or through one chosen by the body; an absent body counts as an empty object. */
export async function readBody<T>(
  request: HttpRequest,
  schema: z.ZodType<T> | ((body: unknown) => z.ZodType<T>),
): Promise<T> {
  const text = await bodyText(request);
  let value: unknown;
  try {
    value = text.trim() === '' ? {} : JSON.parse(text);
  } catch (error) {
    throw new Problem('invalidJson', `The body is not JSON${placeOf(error as Error)}.`);
  }
  return parse(typeof schema === 'function' ? schema(value) : schema, value, 'The body is not valid.');
}

/** Where a body ceases to be JSON. The parser's own message quotes the body, which may hold a secret. */
function placeOf({ message }: Error): string {
  const place = /at position \d+(?: \(line \d+ column \d+\))?/.exec(message);
  return place === null ? '' : ` ${place[0]}`;
}

/** The query string through a schema. */
export function readQuery<T>(request: HttpRequest, schema: z.ZodType<T>): T {
  const query = Object.fromEntries([...request.query.entries()].filter(([name]) => name !== 'code'));
  return parse(schema, query, 'The query is not valid.');
}

function parse<T>(schema: z.ZodType<T>, value: unknown, detail: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Problem('invalidRequest', detail, faultsOf(parsed.error));
}
