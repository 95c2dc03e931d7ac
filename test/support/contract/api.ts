import type { EstateFile } from '../../../rehearsal/estate/index.ts';
import { joinClock } from '../../../rehearsal/participant.ts';
import { type Session, type SessionOptions, startSession } from '../../../rehearsal/session.ts';
import { judgedFetch, witnessOf } from './described.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
}

export interface CallOptions {
  readonly body?: unknown;
  /** A body that is sent as it is. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly idempotencyKey?: string;
  /** False: no key at all. */
  readonly key?: string | false;
}

/**
 * The app over a simulated estate, for calls without a socket. Time stands still between sleeps. Every answer is
 * held against the OpenAPI document that the app serves.
 */
export interface TestApi {
  readonly session: Session;
  /** Operations with the statuses and content types that were seen. */
  readonly seen: ReadonlySet<string>;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  sleep(ms: number): Promise<void>;
  /** Looks again until the answer at this path has the value, at most for a simulated day. */
  until(path: string, field: string, ...values: readonly string[]): Promise<Answer>;
  close(): Promise<void>;
}

export async function openApi(file: EstateFile, options: Partial<SessionOptions> = {}): Promise<TestApi> {
  const session = await startSession({ file, ...options });
  const person = joinClock(session.clock);
  const { host } = session;
  const witness = await witnessOf(host);
  const fetch = judgedFetch(host);

  async function call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const { body, raw = body === undefined ? undefined : JSON.stringify(body), key = host.key } = options;
    const headers = new Headers(options.headers);
    if (raw !== undefined) headers.set('content-type', 'application/json');
    if (key !== false) headers.set('x-functions-key', key);
    if (options.idempotencyKey !== undefined) headers.set('idempotency-key', options.idempotencyKey);
    const init = { method, headers, ...(raw === undefined ? {} : { body: raw }) };
    const response = await fetch(new Request(new URL(`/api${path}`, 'http://127.0.0.1'), init));
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parse(text) };
  }

  return {
    session,
    seen: witness.seen,
    call,
    sleep: person.sleep,
    async until(path, field, ...values) {
      for (let looks = 0; looks < 2880; looks += 1) {
        const answer = await call('GET', path);
        if (values.includes(String(answer.json?.[field]))) return answer;
        await person.sleep(30_000);
      }
      throw new Error(`${path} never had ${field} ${values.join(' or ')}`);
    },
    async close() {
      person.leave();
      await session.close();
    },
  };
}

/** Takes an inventory to its end and returns its id. */
export async function takeInventory(api: TestApi): Promise<string> {
  const { json } = await api.call('POST', '/inventories', { body: {} });
  await api.until(`/inventories/${json?.['id']}`, 'status', 'completed');
  return String(json?.['id']);
}

/** Makes a plan and returns its id. */
export async function makePlan(api: TestApi, body: object): Promise<string> {
  const answer = await api.call('POST', '/plans', { body });
  if (answer.status !== 201) throw new Error(`no plan: ${answer.text}`);
  return String(answer.json?.['id']);
}

/** Starts a wave and returns its path. */
export async function startWave(api: TestApi, planId: string, wave = 0): Promise<string> {
  const answer = await api.call('POST', '/waves', { body: { planId, wave, by: 'requester' } });
  if (answer.status !== 202) throw new Error(`no wave: ${answer.text}`);
  return `/waves/${answer.json?.['id']}`;
}

function parse(text: string): Answer['json'] {
  try {
    return JSON.parse(text) as Answer['json'];
  } catch {
    return undefined;
  }
}
