/** The app's own HTTP API, as this page calls it. */

const KEY = 'ama-key';
const NAME = 'ama-name';

/** An answer that is no success. `code` is stable; what the platform answers by itself has none. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly faults: readonly { readonly path: string; readonly message: string }[];
  readonly retryAfterMs: number;
  constructor(response: Response | undefined, body: unknown) {
    const { detail, code, errors } = (body ?? {}) as {
      detail?: string;
      code?: string;
      errors?: { path: string; message: string }[];
    };
    super(detail ?? messageOf(response));
    this.status = response?.status ?? 0;
    this.code = code ?? '';
    this.faults = errors ?? [];
    this.retryAfterMs = Number(response?.headers.get('retry-after') ?? 0) * 1000;
  }
}

function messageOf(response: Response | undefined): string {
  if (response === undefined) return 'The app does not answer. The page tries again.';
  if (response.status === 401) return 'You are not signed in, or the key is wrong.';
  return `The app answered ${response.status}.`;
}

/** The key stays in this tab: never in an address, never kept when the tab is closed. */
export const key = {
  get: () => sessionStorage.getItem(KEY) ?? '',
  set: (value: string) => sessionStorage.setItem(KEY, value),
  forget: () => sessionStorage.removeItem(KEY),
};

/** Whose name goes with verbs, where nobody is signed in. */
export const ownName = {
  get: () => sessionStorage.getItem(NAME) ?? '',
  set: (value: string) => sessionStorage.setItem(NAME, value),
};

let ahead = 0;

/** The app's own time: a rehearsal's is not the browser's. */
export function appNow(): number {
  return Date.now() + ahead;
}

export interface Asked<T> {
  /** Undefined: it is as the tag says. */
  readonly body: T | undefined;
  readonly etag: string | null;
}

export async function ask<T>(path: string, etag?: string | null): Promise<Asked<T>> {
  const response = await send(path, { headers: etag ? { 'if-none-match': etag } : {} });
  if (response.status === 304) return { body: undefined, etag: etag ?? null };
  return { body: (await response.json()) as T, etag: response.headers.get('etag') };
}

export async function get<T>(path: string): Promise<T> {
  return (await send(path, {})).json() as Promise<T>;
}

export async function post<T>(path: string, body: unknown): Promise<T> {
  const response = await send(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.json() as Promise<T>;
}

/** Has the browser keep an answer as a file. */
export async function download(name: string, path: string, accept: string, body?: unknown): Promise<void> {
  const headers = { accept, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const blob = await (await send(path, { ...init, headers })).blob();
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // Some browsers read it after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function send(path: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  const known = key.get();
  if (known !== '') headers.set('x-functions-key', known);
  const response = await fetch(`/api${path}`, { ...init, headers, cache: 'no-store' }).catch(() => {
    throw new ApiError(undefined, undefined);
  });
  const time = response.headers.get('x-app-time');
  if (time !== null) ahead = Date.parse(time) - Date.now();
  if (response.ok || response.status === 304) return response;
  throw new ApiError(response, await response.json().catch(() => undefined));
}
