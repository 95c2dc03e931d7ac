import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { z } from 'zod';
import type { StoredAnswer } from '../../shared/ledger/idempotency.ts';
import { faultsOf } from '../../shared/model/faults.ts';
import { contentHash } from '../../shared/model/ids.ts';
import { type Runtime, runtime } from '../compose.ts';
import { Problem, problemResponse } from './problem.ts';

export interface EndpointCall {
  readonly request: HttpRequest;
  readonly context: InvocationContext;
  readonly app: Runtime;
  /** The caller's Idempotency-Key, if any. */
  readonly key: string | undefined;
}

type Handler = (call: EndpointCall) => Promise<HttpResponseInit>;

/** Largest body read: a plan with 20,000 explicit machine ids fits. */
const MAX_BODY = 8 * 1024 * 1024;

/** Wraps a handler: builds the app, answers problems in one form, lets nothing internal out. */
export function endpoint(handler: Handler) {
  return async (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    try {
      const app = await runtime();
      const key = request.headers.get('idempotency-key')?.trim() || undefined;
      if (key !== undefined && key.length > 255) {
        throw new Problem('invalidRequest', 'The Idempotency-Key is too long.', [
          { path: 'headers.Idempotency-Key', message: 'at most 255 characters' },
        ]);
      }
      return await handler({ request, context, app, key });
    } catch (error) {
      if (error instanceof Problem) return problemResponse(error);
      context.error('a request failed', error);
      return problemResponse(
        new Problem(
          'internalError',
          `The request failed for a reason of our own; invocation ${context.invocationId}.`,
        ),
      );
    }
  };
}

/** Like `endpoint`, for calls that start something: a repeated Idempotency-Key gets the first answer. */
export function startingEndpoint(handler: Handler) {
  return endpoint(async (call) => {
    const { app, key, request } = call;
    if (key === undefined) return handler(call);
    const place = `${request.method} ${new URL(request.url).pathname} ${key}`;
    const text = await bodyText(request);
    const requestHash = contentHash(text);
    const use = await app.ledger.idempotency.claim(place, requestHash);
    if (use.requestHash !== requestHash) {
      throw new Problem('idempotencyKeyReused', 'This Idempotency-Key was used with another request body.');
    }
    if (use.answer !== null) return replay(use.answer);
    const answer = await handler(call).catch(async (error: unknown) => {
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

/** The body as text; read once, however often it is asked for. */
function bodyText(request: HttpRequest): Promise<string> {
  const known = texts.get(request) ?? request.text();
  texts.set(request, known);
  return known;
}

/** The body through a schema, or through one chosen by the body; an absent body counts as an empty object. */
export async function readBody<T>(
  request: HttpRequest,
  schema: z.ZodType<T> | ((body: unknown) => z.ZodType<T>),
): Promise<T> {
  const text = await bodyText(request);
  if (text.length > MAX_BODY) throw new Problem('requestTooLarge', 'The body is larger than 8 MiB.');
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

/** Who calls: the signed-in principal where the platform names one, else what the body says. */
export function callerOf(request: HttpRequest, named: string | undefined): string {
  const by = request.headers.get('x-ms-client-principal-name')?.trim() || named?.trim();
  if (by) return by;
  throw new Problem('missingBy', 'Say who is asking.', [{ path: 'by', message: 'is required' }]);
}
