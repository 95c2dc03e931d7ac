import type { Json, JsonObject } from './json-schema.ts';

/** Keywords that Swagger 2.0 has, and that a designer makes use of. The app itself checks all else. */
const KEPT = new Set([
  'type',
  'format',
  'description',
  'enum',
  'items',
  'properties',
  'required',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
]);

/** A schema of JSON Schema 2020-12 as Swagger 2.0 can say it: where it cannot, it says less, never more. */
export function swaggerSchema(schema: JsonObject): JsonObject {
  const { $ref, anyOf, oneOf, allOf } = schema;
  if (typeof $ref === 'string') return { $ref: $ref.replace('#/components/schemas/', '#/definitions/') };
  const forms = (anyOf ?? oneOf ?? allOf) as readonly JsonObject[] | undefined;
  if (forms !== undefined) return oneForm(forms, schema);
  const made: Record<string, Json> = {};
  for (const [name, value] of Object.entries(schema)) if (KEPT.has(name)) made[name] = value;
  if (Array.isArray(made['type'])) delete made['type'];
  if (schema['const'] !== undefined) made['enum'] = [schema['const']];
  if (isScalar(schema['default'])) made['default'] = schema['default'];
  if (made['items'] !== undefined) made['items'] = swaggerSchema(made['items'] as JsonObject);
  // A list of unlike places, which 2.0 does not know.
  if (made['type'] === 'array') made['items'] ??= {};
  if (made['properties'] !== undefined) made['properties'] = titled(made['properties'] as JsonObject);
  const rest = schema['additionalProperties'];
  if (rest !== undefined && typeof rest === 'object')
    made['additionalProperties'] = swaggerSchema(rest as JsonObject);
  return made;
}

/** Several forms as one that all of them fit. */
function oneForm(forms: readonly JsonObject[], { description }: JsonObject): JsonObject {
  const told = description === undefined ? {} : { description };
  const real = forms.filter(({ type }) => type !== 'null');
  const nullable = real.length < forms.length ? { 'x-nullable': true } : {};
  const [only] = real;
  if (real.length === 1 && only !== undefined) {
    const made = swaggerSchema(only);
    // Beside a reference nothing counts.
    return made['$ref'] === undefined ? { ...made, ...told, ...nullable } : made;
  }
  const types = new Set(real.map(({ type }) => type));
  const [type] = types;
  if (types.size !== 1 || type === undefined) return told;
  if (type !== 'object') return { type, ...(type === 'array' ? { items: {} } : {}), ...told, ...nullable };
  return { ...merged(real), ...told, ...nullable };
}

/** Objects of several forms as one: the fields of all, needed where every form needs them. */
export function merged(forms: readonly JsonObject[]): JsonObject {
  const properties = Object.assign({}, ...forms.map((form) => form['properties'] ?? {})) as JsonObject;
  const needs = forms.map((form) => (form['required'] ?? []) as readonly string[]);
  const required = (needs[0] ?? []).filter((name) => needs.every((names) => names.includes(name)));
  const made = Object.entries(properties).map(([name, schema]) => {
    const all = forms.flatMap((form) => (form['properties'] as JsonObject | undefined)?.[name] ?? []);
    const values = all.flatMap((one) => (one as JsonObject)['const'] ?? []);
    const isTag = values.length === all.length && values.every((value) => typeof value === 'string');
    return [name, isTag ? { type: 'string', enum: [...new Set(values)] } : schema] as const;
  });
  return {
    type: 'object',
    properties: titled(Object.fromEntries(made)),
    ...(required.length === 0 ? {} : { required }),
  };
}

function titled(properties: JsonObject): JsonObject {
  const made = Object.entries(properties).map(([name, schema]) => {
    const one = swaggerSchema(schema as JsonObject);
    return [name, one['$ref'] === undefined ? { ...one, 'x-ms-summary': titleOf(name) } : one] as const;
  });
  return Object.fromEntries(made);
}

function isScalar(value: Json | undefined): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** `planId` as a designer shows it: `Plan ID`. */
export function titleOf(name: string): string {
  const words = name
    .replaceAll('-', ' ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(' ');
  return words
    .map((word) =>
      /^ids?$/i.test(word) ? word.replace(/id/i, 'ID') : word[0]?.toUpperCase() + word.slice(1),
    )
    .join(' ');
}
