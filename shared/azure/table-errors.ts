import { retryAfter } from './trouble.ts';

/** Fields of the errors that @azure/data-tables throws, for single requests and for transactions. */
interface TableErrorLike {
  readonly statusCode?: number;
  readonly code?: string;
  readonly message?: string;
  readonly details?: { readonly odataError?: { code?: string; message?: { value?: string } } };
  readonly response?: { readonly headers?: { get(name: string): string | undefined } };
}

/** Codes are those of "Table Storage error codes" and "Common REST API error codes". */
export function tableErrorCode(error: unknown): string {
  const { details, code } = error as TableErrorLike;
  return details?.odataError?.code ?? code ?? '';
}

export function statusOf(error: unknown): number | undefined {
  return (error as TableErrorLike).statusCode;
}

export function isTableMissing(error: unknown): boolean {
  return tableErrorCode(error) === 'TableNotFound';
}

/** The place of the operation that a transaction failed at: its message begins with it. */
export function failedAt(error: unknown): number | undefined {
  const place = /^(\d+):/.exec(messageOf(error))?.[1];
  return place === undefined ? undefined : Number(place);
}

/**
 * Whether the same request may succeed in a moment. 500, 503 and 408 come from partitions that are moved or too busy
 * ("Scalability and performance targets for Table storage"); no status, or an answer that cannot be read, from a
 * connection that broke: then nobody knows whether the request was carried out.
 */
export function isPassing(error: unknown): boolean {
  const status = statusOf(error);
  const code = tableErrorCode(error);
  if (code === 'PARSE_ERROR' || code === 'REQUEST_SEND_ERROR') return true;
  if (error instanceof Error && error.name === 'AbortError') return true;
  return status !== undefined && (status >= 500 || status === 408 || status === 429) && status !== 501;
}

/** What the service asked to wait, in milliseconds. */
export function askedWait(error: unknown): number {
  return retryAfter((error as TableErrorLike).response?.headers) ?? 0;
}

/** An error that says what happened in one line. */
export function described(error: unknown): Error {
  const status = statusOf(error);
  const code = tableErrorCode(error);
  const [line = ''] = messageOf(error).split(/\r?\n/);
  const advice =
    status === 401 || status === 403
      ? '; the identity of the app needs the role Storage Table Data Contributor on the account, and a way through its firewall'
      : '';
  const what = [status, code].filter(Boolean).join(' ') || 'nothing';
  return new Error(`The ledger's table answered ${what}: ${line.slice(0, 300)}${advice}`, { cause: error });
}

function messageOf(error: unknown): string {
  const { details, message } = error as TableErrorLike;
  return details?.odataError?.message?.value ?? message ?? String(error);
}
