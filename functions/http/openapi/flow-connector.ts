/**
 * The same operations as Swagger 2.0 for a custom connector of Logic Apps and Power Automate, which take no later
 * version. Extensions are those of Microsoft Learn, "Extend an OpenAPI definition for a custom connector".
 */
import { INFO, PLACED } from './document.ts';
import { components, type Json, type JsonObject, queryParameters, refTo } from './json-schema.ts';
import type { Choice, Operation } from './operation.ts';
import { PROBLEM } from './problem-schema.ts';
import { merged, swaggerSchema, titleOf } from './swagger-schema.ts';

type Placed = (typeof PLACED)[number] | { name: string; method: string; path: string; operation: Operation };

/** Only operations with `flows` are in it: those a person puts into a flow, and those that fill its lists. */
export function flowConnector(
  at: URL,
  {
    placed = PLACED,
    signIn,
  }: { readonly placed?: readonly Placed[]; readonly signIn?: string | undefined } = {},
): JsonObject {
  const schemas = components();
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const { name, method, path, operation } of placed) {
    if (operation.flows === undefined) continue;
    const { trigger } = operation.flows;
    const content = trigger && {
      'x-ms-notification-content': {
        description: trigger.hint,
        schema: swaggerSchema(refTo(trigger.content)),
      },
    };
    paths[path] = { ...paths[path], ...content, [method]: operationOf(name, path, operation, schemas) };
  }
  const { title, version, description } = INFO;
  return {
    swagger: '2.0',
    info: { title, version, description },
    host: at.host,
    basePath: '/api',
    schemes: [at.protocol.replace(':', '')],
    consumes: ['application/json'],
    produces: ['application/json'],
    paths,
    definitions: reached(paths, schemas),
    ...(signIn === undefined ? KEY : signedIn(signIn)),
  };
}

const KEY = {
  securityDefinitions: { functionKey: { type: 'apiKey', in: 'header', name: 'x-functions-key' } },
  security: [{ functionKey: [] }],
} as const;

/**
 * A connector takes one way to authenticate. Addresses are those of a tenant, as connectors for Microsoft Entra ID have
 * them (Microsoft Learn, "Secure API with Microsoft Entra ID" for custom connectors); who imports it adds the rest.
 */
function signedIn(authority: string): JsonObject {
  const entra = {
    ...{ type: 'oauth2', flow: 'accessCode', scopes: {} },
    authorizationUrl: `${authority}/oauth2/authorize`,
    tokenUrl: `${authority}/oauth2/token`,
  };
  return { securityDefinitions: { entra }, security: [{ entra: [] }] };
}

function operationOf(name: string, path: string, operation: Operation, schemas: JsonObject): JsonObject {
  const { summary, description, flows, answers } = operation;
  const [[status, { what, body }] = ['200', { what: '' }]] = Object.entries(answers);
  return {
    operationId: name,
    summary,
    description,
    'x-ms-visibility': flows?.visibility ?? 'internal',
    ...(flows?.trigger && { 'x-ms-trigger': 'single', 'x-ms-trigger-hint': flows.trigger.hint }),
    parameters: [...plainParameters(path, operation), ...bodyParameter(operation, schemas)],
    responses: {
      [status]: { description: what, ...(body === undefined ? {} : { schema: swaggerSchema(refTo(body)) }) },
      default: { description: 'A problem.', schema: swaggerSchema(refTo(PROBLEM)) },
    },
  };
}

function plainParameters(path: string, { path: texts = {}, query, starts, flows }: Operation): JsonObject[] {
  const choices = (name: string) => choicesOf(flows?.choices?.[name]);
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    type: 'string',
    description: texts[name] ?? '',
    'x-ms-summary': titleOf(name),
    'x-ms-visibility': 'important',
    'x-ms-url-encoding': 'single',
    ...choices(name),
  }));
  const inQuery = (query === undefined ? [] : queryParameters(query)).map(
    ({ name, required, description, schema }) => ({
      name,
      in: 'query',
      required,
      type: 'string',
      ...swaggerSchema(schema),
      description,
      'x-ms-summary': titleOf(name),
      'x-ms-visibility': required ? 'important' : 'advanced',
      ...choices(name),
    }),
  );
  const key = {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    type: 'string',
    description: 'A repeated call with the same key gets the first answer and starts nothing.',
    'x-ms-summary': 'Idempotency Key',
    'x-ms-visibility': 'advanced',
  };
  return [...inPath, ...inQuery, ...(starts ? [key] : [])];
}

/** The body with its fields at hand: a designer shows them one by one, with lists to choose from. */
function bodyParameter({ body, flows }: Operation, schemas: JsonObject): JsonObject[] {
  if (body === undefined) return [];
  const schema = bodyForm(refTo(body), schemas);
  const required = (schema['required'] ?? []) as readonly string[];
  const fields = Object.entries((schema['properties'] ?? {}) as JsonObject).map(([name, field]) => {
    const choice = flows?.choices?.[name];
    const visibility = required.includes(name) || choice ? 'important' : 'advanced';
    // A list is chosen item by item.
    const items = (field as JsonObject)['items'] as JsonObject | undefined;
    const own = {
      'x-ms-visibility': visibility,
      ...(items === undefined ? choicesOf(choice) : { items: { ...items, ...choicesOf(choice) } }),
      ...(flows?.trigger?.callback === name
        ? { 'x-ms-notification-url': true, 'x-ms-visibility': 'internal' }
        : {}),
    };
    const isReference = (field as JsonObject)['$ref'] !== undefined;
    return [name, isReference ? field : { ...(field as JsonObject), ...own }] as const;
  });
  const properties = Object.fromEntries(fields);
  return [{ name: 'body', in: 'body', required: true, schema: { ...schema, properties } }];
}

function bodyForm(schema: JsonObject, schemas: JsonObject): JsonObject {
  const resolved = resolve(schema, schemas);
  const forms = (resolved['anyOf'] ?? resolved['oneOf']) as readonly JsonObject[] | undefined;
  return forms === undefined ? swaggerSchema(resolved) : merged(forms.map((form) => resolve(form, schemas)));
}

function resolve(schema: JsonObject, schemas: JsonObject): JsonObject {
  const name =
    String(schema['$ref'] ?? '')
      .split('/')
      .at(-1) ?? '';
  return (schemas[name] as JsonObject | undefined) ?? schema;
}

/** Both extensions: the older one for designers that know no other, the newer one tells fields of a body apart. */
function choicesOf(choice: Choice | undefined): JsonObject {
  if (choice === undefined) return {};
  const { operation, list, value, title, given = {} } = choice;
  const places = Object.entries(given);
  const old = places.map(([name, place]) => [name, { parameter: place.split('/').at(-1) ?? '' }] as const);
  const now = places.map(([name, place]) => [name, { parameterReference: place }] as const);
  return {
    'x-ms-dynamic-values': {
      operationId: operation,
      ...(old.length === 0 ? {} : { parameters: Object.fromEntries(old) }),
      'value-collection': list,
      'value-path': value,
      'value-title': title,
    },
    'x-ms-dynamic-list': {
      operationId: operation,
      ...(now.length === 0 ? {} : { parameters: Object.fromEntries(now) }),
      itemsPath: list,
      itemValuePath: value,
      itemTitlePath: title,
    },
  };
}

/** Definitions that the operations refer to, and those that these refer to. */
function reached(paths: Json, schemas: JsonObject): JsonObject {
  const found: Record<string, JsonObject> = {};
  const visit = (value: Json): void => {
    for (const [, name = ''] of JSON.stringify(value).matchAll(/#\/definitions\/([^"]+)/g)) {
      if (found[name] !== undefined) continue;
      found[name] = swaggerSchema(schemas[name] as JsonObject);
      visit(found[name]);
    }
  };
  visit(paths);
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}
