import { ZodError } from 'zod';
import { faultsOf } from '../model/faults.ts';
import { fail, ok, type Result, type Trouble, type TroubleCode } from '../model/trouble.ts';
import { withoutSecrets } from '../model/without-secrets.ts';

/** Error codes of ARM and Compute that mean something of their own. Facts file 3.12, platform facts 3. */
const BY_CODE: Readonly<Record<string, TroubleCode>> = {
  scopelocked: 'locked',
  requestdisallowedbypolicy: 'policyDenied',
  authorizationfailed: 'notAuthorized',
  linkedauthorizationfailed: 'notAuthorized',
  resourcenotfound: 'notFound',
  resourcegroupnotfound: 'notFound',
  parentresourcenotfound: 'notFound',
  notfound: 'notFound',
  toomanyrequests: 'throttled',
  operationpreempted: 'extensionBusy',
  conflictinguserinput: 'extensionBusy',
  resulttoolarge: 'resultTooLarge',
  tablemissing: 'tableMissing',
};

/**
 * Calls Azure and turns every expected error into a value. `secrets` are what the request carried: a refusal that
 * quotes the request must not bring them into records.
 */
export async function attempt<T>(
  call: () => Promise<T>,
  secrets: readonly string[] = [],
): Promise<Result<T>> {
  try {
    return ok(await call());
  } catch (error) {
    // A bug is not the service's trouble: it must surface as one.
    if (isBug(error)) throw error;
    const trouble = troubleOf(error, secrets);
    return fail(trouble.code, trouble.message, trouble.retryAfterMs);
  }
}

interface RestErrorLike {
  readonly statusCode?: number | string;
  readonly code?: string;
  readonly message?: string;
  readonly response?: {
    readonly headers?: { get(name: string): string | undefined };
    readonly status?: number;
  };
  readonly details?: unknown;
}

/** Classifies an error thrown by any SDK generation. */
export function troubleOf(error: unknown, secrets: readonly string[] = []): Trouble {
  if (error instanceof ZodError) {
    const [fault] = faultsOf(error);
    // Asking again would bring the same row again.
    return {
      code: 'requestRefused',
      message: `The answer has an unexpected form at ${fault?.path}: ${fault?.message}`,
    };
  }
  const rest = error as RestErrorLike;
  const status = Number(rest.statusCode ?? rest.response?.status ?? 0);
  const detail = errorBody(rest);
  const code = String(detail?.code ?? rest.code ?? '');
  const message = shorten(withoutSecrets(String(detail?.message ?? rest.message ?? error), secrets));
  const retryAfterMs = retryAfter(rest.response?.headers);
  return {
    code: classify(status, code.toLowerCase(), message.toLowerCase()),
    message: code === '' ? message : `${code}: ${message}`,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  };
}

function classify(status: number, code: string, message: string): TroubleCode {
  if (status === 429) return 'throttled';
  const known = BY_CODE[code];
  if (known !== undefined) return known;
  if (message.includes('marked for deletion')) return 'extensionStuck';
  if (code === 'operationnotallowed' || status === 409) {
    if (/deallocated|not running|stopped|power state/.test(message)) return 'notRunning';
    if (message.includes('lock')) return 'locked';
    return 'extensionBusy';
  }
  if (status === 401 || status === 403) return 'notAuthorized';
  if (status === 404) return 'notFound';
  if (status >= 500 || status === 408) return 'serviceUnavailable';
  if (status >= 400) return 'requestRefused';
  // No status: the request never got an answer (reset, timeout, truncated body).
  return 'serviceUnavailable';
}

/** Errors of the language itself, thrown by faulty code; a fetch that fails is none of them here. */
function isBug(error: unknown): boolean {
  const named = error as { code?: unknown; statusCode?: unknown };
  if (named.code !== undefined || named.statusCode !== undefined) return false;
  return error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
}

/** `Retry-After` in milliseconds, from seconds or `retry-after-ms`; null when absent. */
export function retryAfter(headers: { get(name: string): string | undefined } | undefined): number | null {
  const ms = Number(headers?.get('retry-after-ms') ?? headers?.get('x-ms-retry-after-ms'));
  if (Number.isFinite(ms) && ms > 0) return ms;
  const seconds = Number(headers?.get('retry-after'));
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null;
}

interface ErrorDetail {
  readonly code?: string;
  readonly message?: string;
}

function errorBody(rest: RestErrorLike): ErrorDetail | undefined {
  const details = rest.details as { error?: ErrorDetail } | ErrorDetail | undefined;
  if (details === undefined || details === null || typeof details !== 'object') return undefined;
  return 'error' in details ? details.error : (details as ErrorDetail);
}

function shorten(message: string): string {
  const line = message.replace(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 297)}...` : line;
}

/** Every text within a value, such as protected settings. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsIn) : [];
}
