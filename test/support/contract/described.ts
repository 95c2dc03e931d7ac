import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { principalHeader } from './principal.ts';

export interface Described {
  readonly operationId: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
  }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly headers?: object; readonly content?: Content }>>;
}
type Content = Readonly<Record<string, unknown>>;

export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
}

export interface Exchange {
  readonly method: string;
  /** Below `/api`, perhaps with a query. */
  readonly path: string;
  readonly sent: string | undefined;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Headers whose presence a client may rely on. */
const TOLD = ['location', 'retry-after', 'link', 'x-next', 'x-machines-without-list'];

/** What all witnesses of this file have seen. */
export const seenByAll = new Set<string>();

/** Judges what an app says by the OpenAPI document that it serves; remembers what it has seen. */
export function createWitness(document: OpenApiDocument) {
  const ajv = new Ajv2020({ strict: false, logger: false });
  ajv.addSchema({ $id: 'api', ...document });
  const checks = new Map<string, ValidateFunction>();
  const seen = new Set<string>();

  function faults(place: readonly string[], value: unknown): string | undefined {
    const pointer = place
      .map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'))
      .map(encodeURIComponent);
    const $ref = `api#/${pointer.join('/')}`;
    const check = checks.get($ref) ?? ajv.compile({ $ref });
    checks.set($ref, check);
    return check(value) ? undefined : ajv.errorsText(check.errors);
  }

  return {
    seen,

    /** What is wrong with an answer; undefined where all is as described, and for what is no operation. */
    judge({ method, path, sent, status, headers, text }: Exchange): string | undefined {
      const route = routeOf(document, method, path.split('?')[0] ?? '');
      if (route === undefined) return undefined;
      const verb = method.toLowerCase();
      const operation = document.paths[route]?.[verb];
      const response = operation?.responses[status];
      const name = `${operation?.operationId} ${status}`;
      if (response === undefined) return `${name} is not described: ${text.slice(0, 500)}`;
      seen.add(name);
      seenByAll.add(name);
      const untold = TOLD.filter((header) => headers.has(header) && !hasHeader(response.headers, header));
      if (untold.length > 0) return `${name} has headers that are not described: ${untold.join(', ')}`;
      if (text === '') return undefined;
      const type = (headers.get('content-type') ?? '').split(';')[0] ?? '';
      if (response.content?.[type] === undefined) return `${name} is ${type}, which is not described`;
      seen.add(`${name} ${type}`);
      if (!type.endsWith('json') || type === 'application/x-ndjson') return undefined;
      const at = ['paths', route, verb];
      const wrong = faults([...at, 'responses', String(status), 'content', type, 'schema'], JSON.parse(text));
      if (wrong !== undefined) return `${name} is not as described: ${wrong} in ${text.slice(0, 2000)}`;
      if (status >= 300 || operation?.requestBody === undefined) return undefined;
      const body: unknown = sent === undefined || sent.trim() === '' ? {} : JSON.parse(sent);
      const odd = faults([...at, 'requestBody', 'content', 'application/json', 'schema'], body);
      return odd === undefined ? undefined : `${name} took a body that is not described: ${odd} in ${sent}`;
    },
  };
}

interface Host {
  readonly key: string;
  fetch(request: Request): Promise<Response>;
}

let shared: Promise<ReturnType<typeof createWitness>> | undefined;

/** One witness for all hosts of a test file: they run the same app. */
export function witnessOf({ key, fetch }: Host): NonNullable<typeof shared> {
  // Behind a sign-in a key gives nothing; elsewhere nobody looks at the header.
  const reader = principalHeader({ id: 'witness', upn: 'witness@contoso.example', roles: ['reader'] });
  const headers = { 'x-functions-key': key, ...reader };
  shared ??= fetch(new Request('http://127.0.0.1/api/openapi.json', { headers }))
    .then((response) => response.json())
    .then((document) => createWitness(document as OpenApiDocument));
  return shared;
}

/** The fetch of a host, which throws at an answer that is not as the app describes it. */
export function judgedFetch(host: Host): Host['fetch'] {
  return async (request) => {
    const witness = await witnessOf(host);
    const sent = request.body === null ? undefined : await request.clone().text();
    const response = await host.fetch(request);
    const { pathname, search } = new URL(request.url);
    const { status, headers } = response;
    const wrong = witness.judge({
      ...{ method: request.method, path: `${pathname.replace(/^\/api/, '')}${search}` },
      ...{ sent, status, headers, text: await response.clone().text() },
    });
    if (wrong !== undefined) throw new Error(wrong);
    return response;
  };
}

/** A call of a host and what it answers, looked at field by field. */
export async function judgedCall(
  host: Host,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
) {
  const response = await judgedFetch(host)(
    new Request(`http://127.0.0.1/api${path}`, {
      method,
      headers: { 'x-functions-key': host.key, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field.
  const json: any = type.includes('json') ? JSON.parse(text) : undefined;
  return { status: response.status, headers: response.headers, text, json };
}

function hasHeader(described: object | undefined, name: string): boolean {
  return Object.keys(described ?? {}).some((one) => one.toLowerCase() === name);
}

/** The path template an address belongs to: the one with most fixed parts. */
function routeOf(document: OpenApiDocument, method: string, path: string): string | undefined {
  const parts = path.split('/');
  const fits = (route: string) => {
    const names = route.split('/');
    return (
      names.length === parts.length &&
      names.every((name, i) => name.startsWith('{') || name.toLowerCase() === parts[i]?.toLowerCase())
    );
  };
  return Object.keys(document.paths)
    .filter((route) => document.paths[route]?.[method.toLowerCase()] !== undefined && fits(route))
    .sort((a, b) => a.split('{').length - b.split('{').length)[0];
}
