import { fail, ok, type Result, type TroubleCode } from '../../model/trouble.ts';
import { withoutSecrets } from '../../model/without-secrets.ts';

export interface SentRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface SentAnswer {
  readonly status: number;
  /** Undefined when there is more than is read. */
  readonly text: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends to allowed hosts and nowhere else; `shared/azure/outgoing.ts` is one. */
export type Send = (request: SentRequest) => Promise<Result<SentAnswer>>;

/** What signs a request in; the secrets are what no message may quote. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}
export type SignIn = () => Promise<Result<Credentials>>;

export interface DeskRequest {
  readonly method: SentRequest['method'];
  /** Below the desk's address. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly text?: string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type DeskCall = (request: DeskRequest) => Promise<Result<unknown>>;

/** Calls a desk and turns every answer that is no success into trouble with what the desk said, free of secrets. */
export function createDeskCall(
  send: Send,
  baseUrl: string,
  signIn: SignIn,
  isSignInPage: (answer: SentAnswer) => boolean = () => false,
): DeskCall {
  return async ({ method, path, query = {}, json, text, contentType, headers }) => {
    const signed = await signIn();
    if (!signed.ok) return signed;
    const search = new URLSearchParams(query).toString();
    const body = json === undefined ? text : JSON.stringify(json);
    const answer = await send({
      method,
      url: `${baseUrl}${path}${search === '' ? '' : `?${search}`}`,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': contentType ?? 'application/json' }),
        ...headers,
        ...signed.value.headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const { secrets } = signed.value;
    if (!answer.ok) {
      const { code, message } = answer.trouble;
      return fail(code, withoutSecrets(message, secrets));
    }
    const { status } = answer.value;
    if (isSignInPage(answer.value))
      return fail('notAuthorized', `${status}: the desk shows a page to sign in`);
    if (status < 200 || status > 299) return refused(answer.value, secrets);
    if (answer.value.text === undefined) return fail('resultTooLarge', 'the answer is too large');
    const value = parsed(answer.value.text);
    return value === NOT_JSON ? fail('requestRefused', `${status}: the answer is no JSON`) : ok(value);
  };
}

function refused({ status, text, headers = {} }: SentAnswer, secrets: readonly string[]): Result<never> {
  const said = withoutSecrets(messageOf(text), secrets).replace(/\s+/g, ' ').trim();
  const message = `${status}${said === '' ? '' : `: ${said.length > 300 ? `${said.slice(0, 297)}...` : said}`}`;
  return fail(codeOf(status), message, retryAfterMs(headers));
}

function codeOf(status: number): TroubleCode {
  if (status === 429) return 'throttled';
  if (status === 401 || status === 403) return 'notAuthorized';
  if (status === 404) return 'notFound';
  // A record that somebody else just changed is read again, and so are locks of the desk's own.
  return status >= 500 || [408, 409, 412, 423].includes(status) ? 'serviceUnavailable' : 'requestRefused';
}

const NOT_JSON = Symbol('not JSON');

function parsed(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return NOT_JSON;
  }
}

/** `Retry-After` in milliseconds, from seconds or a date beside the answer's own (RFC 9110, 10.2.3); an hour at most. */
export function retryAfterMs(headers: Readonly<Record<string, string>>): number | undefined {
  const header = headers['retry-after']?.trim() ?? '';
  if (header === '') return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds)
    ? seconds * 1000
    : Date.parse(header) - Date.parse(headers['date'] ?? '');
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, 3_600_000) : undefined;
}

/** What the desks call a message, each in its own form of error. */
function messageOf(text: string | undefined): string {
  const value = parsed(text ?? '');
  if (typeof value !== 'object' || value === null) return '';
  const { error, errorMessages, errors, message, errorMessage } = value as Record<string, unknown>;
  const parts: unknown[] = [message, errorMessage];
  if (typeof error === 'string') parts.push(error);
  if (typeof error === 'object' && error !== null) {
    const { message: inner, detail } = error as Record<string, unknown>;
    parts.push(inner, detail);
  }
  if (Array.isArray(errorMessages)) parts.push(...errorMessages);
  if (typeof errors === 'object' && errors !== null)
    parts.push(...Object.entries(errors).map(([field, fault]) => `${field}: ${String(fault)}`));
  return parts.filter((part) => typeof part === 'string' && part !== '').join(' ');
}
