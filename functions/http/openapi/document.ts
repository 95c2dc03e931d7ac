import packageJson from '../../../package.json' with { type: 'json' };
import type { Role } from '../../../shared/model/caller.ts';
import { OPEN_ROUTES, ROUTES, type RouteName } from '../../routes.ts';
import { type ProblemCode, statusOf, TITLES } from '../problem.ts';
import { components, type Json, type JsonObject, queryParameters, refTo } from './json-schema.ts';
import {
  type Answer,
  type HeaderName,
  type Operation,
  PROBLEM_HEADERS,
  problemsOf,
  TAGS,
} from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { PROBLEM } from './problem-schema.ts';

export const INFO = {
  title: 'AMA migration',
  version: packageJson.version,
  license: { name: 'MIT', identifier: 'MIT' },
  description:
    'Migrates fleets of servers from the legacy Log Analytics agent (MMA/OMS) to Azure Monitor Agent (AMA). Every error is a problem document (RFC 9457) with a stable code.',
} as const;

/** Every operation with where it is reached. */
export const PLACED = [...OPEN_ROUTES, ...ROUTES].map(([name, method, route, role]) => ({
  name: name as RouteName,
  role: role as Role | undefined,
  method: method.toLowerCase(),
  path: `/${route}`,
  operation: OPERATIONS[name] as Operation,
}));

/** The OpenAPI 3.1 document: the same at every call. */
export function openApiDocument(): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const { name, method, path, role, operation } of PLACED)
    paths[path] = { ...paths[path], [method]: operationOf(name, path, role, operation) };
  return {
    openapi: '3.1.1',
    info: INFO,
    // Relative: whatever host serves the document also answers the calls.
    servers: [{ url: '/api' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    security: [{ functionKey: [] }, { functionKey: [], entra: [] }],
    paths,
    components: { schemas: components(), headers: HEADERS, securitySchemes: SECURITY },
  };
}

function operationOf(name: string, path: string, role: Role | undefined, operation: Operation): JsonObject {
  const { tag, summary, description, body, example, open } = operation;
  return {
    operationId: name,
    tags: [tag],
    summary,
    description: role === undefined ? description : `${description} Needs the role \`${role}\`.`,
    ...(open ? { security: [] } : {}),
    parameters: parametersOf(path, operation),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            content: { 'application/json': { schema: refTo(body), ...withExample(example) } },
          },
        }),
    responses: responsesOf(operation),
  };
}

function parametersOf(path: string, { path: texts = {}, query, starts }: Operation): JsonObject[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    description: texts[name] ?? '',
    schema: { type: 'string' },
  }));
  const inQuery = (query === undefined ? [] : queryParameters(query)).map((one) => ({ ...one, in: 'query' }));
  return [...inPath, ...inQuery, ...(starts ? [IDEMPOTENCY_KEY] : [])];
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'A value of the caller, new for every start it means: a repeated call with the same key and body gets the first answer and starts nothing.',
  schema: { type: 'string', maxLength: 255 },
} as const;

function responsesOf(operation: Operation): JsonObject {
  const responses: Record<string, Record<string, Json>> = {};
  for (const [status, answer] of Object.entries(operation.answers)) responses[status] = responseOf(answer);
  if (!operation.open) responses['401'] = { description: 'The key of the app is missing or wrong. No body.' };
  for (const [status, codes] of byStatus(problemsOf(operation))) {
    const known = responses[status];
    const named = codes.map((code) => `\`${code}\``).join(', ');
    const problem = { ...refTo(PROBLEM), properties: { code: { enum: codes } } };
    responses[status] = {
      description: `${known === undefined ? '' : `${known['description']} Or: `}${TITLES[Number(status)]}: ${named}.`,
      headers: {
        ...(known?.['headers'] as JsonObject),
        ...headersOf(codes.flatMap((code) => PROBLEM_HEADERS[code] ?? [])),
      },
      content: { ...(known?.['content'] as JsonObject), 'application/problem+json': { schema: problem } },
    };
  }
  return responses;
}

function responseOf({ what, body, csv, lines, text, headers = [], example }: Answer): Record<string, Json> {
  return {
    description: what,
    headers: headersOf(headers),
    content: {
      ...(body === undefined ? {} : { 'application/json': { schema: refTo(body), ...withExample(example) } }),
      ...(csv ? { 'text/csv': { schema: { type: 'string' } } } : {}),
      ...(lines ? { 'application/x-ndjson': { schema: { type: 'string' } } } : {}),
      ...(text ? { 'text/plain': { schema: { type: 'string' } } } : {}),
    },
  };
}

/** Codes by HTTP status, both in order. */
export function byStatus(codes: readonly ProblemCode[]): [string, ProblemCode[]][] {
  return [...Map.groupBy(codes, (code) => String(statusOf(code)))].sort(([a], [b]) => (a < b ? -1 : 1));
}

function withExample(example: unknown): { example?: Json } {
  return example === undefined ? {} : { example: example as Json };
}

function headersOf(names: readonly HeaderName[]): JsonObject {
  const sorted = [...new Set(names)].sort();
  return Object.fromEntries(
    sorted.map((name) => [NAMES[name], { $ref: `#/components/headers/${NAMES[name]}` }]),
  );
}

const NAMES = {
  location: 'Location',
  'retry-after': 'Retry-After',
  link: 'Link',
  'x-next': 'X-Next',
  etag: 'ETag',
  'x-machines-without-list': 'X-Machines-Without-List',
} as const satisfies Record<HeaderName, string>;

const HEADERS = {
  Location: { description: 'Path of what was started, or is there already.', schema: { type: 'string' } },
  'Retry-After': { description: 'Seconds after which another call is worth it.', schema: { type: 'string' } },
  Link: { description: 'What to look at, as RFC 8288 writes it.', schema: { type: 'string' } },
  'X-Next': { description: 'With CSV: where the next page begins.', schema: { type: 'string' } },
  ETag: {
    description: 'Names the content: sent back as `If-None-Match` it saves an answer that is the same.',
    schema: { type: 'string' },
  },
  'X-Machines-Without-List': {
    description: 'With CSV: machines for which no list of hosts can be given.',
    schema: { type: 'string' },
  },
} as const;

const SECURITY = {
  functionKey: {
    type: 'apiKey',
    in: 'header',
    name: 'x-functions-key',
    description: 'Key of the Functions app; a query parameter `code` is taken as well.',
  },
  entra: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'Token of Microsoft Entra ID, where App Service authentication is in front: its principal then counts as who asks.',
  },
} as const;
