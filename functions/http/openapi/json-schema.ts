import { z } from 'zod';
import { ANSWERS } from '../answers/answer.ts';
import { QUERY_TEXTS } from './query-texts.ts';
import { REQUESTS } from './requests.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = { readonly [name: string]: Json };

const PLACE = '#/components/schemas/';

/** All named schemas as JSON Schema 2020-12, which is what OpenAPI 3.1 takes. Bodies as they may be sent, answers as they come. */
export function components(): JsonObject {
  const uri = (id: string) => `${PLACE}${id}`;
  const requests = z.toJSONSchema(REQUESTS, { uri, io: 'input', unrepresentable: 'any', override: anyCase });
  const answers = z.toJSONSchema(ANSWERS, {
    uri,
    io: 'output',
    unrepresentable: 'any',
    override: textStaysText,
  });
  const all = Object.entries({ ...requests.schemas, ...answers.schemas });
  const bare = all.map(([id, { $schema: _, $id: _id, ...schema }]) => [id, plain(schema as Json)] as const);
  return Object.fromEntries(bare.sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface Converted {
  readonly zodSchema: z.core.$ZodTypes;
  readonly jsonSchema: { type?: unknown; pattern?: string; allOf?: unknown };
}

/** A transformation says nothing of what it gives; those of ids and names give text again. */
function textStaysText({ zodSchema, jsonSchema }: Converted): void {
  const { def } = zodSchema._zod;
  if (def.type !== 'pipe' || def.out._zod.def.type !== 'transform') return;
  if (def.in._zod.def.type === 'string') jsonSchema.type = 'string';
}

/** Patterns of JSON Schema have no flags: one that is for any case has to say so in itself. */
function anyCase({ zodSchema, jsonSchema }: Converted): void {
  for (const check of zodSchema._zod.def.checks ?? []) {
    const { pattern } = check._zod.def as { pattern?: RegExp };
    if (pattern?.flags.includes('i') !== true) continue;
    if (jsonSchema.pattern !== pattern.source) throw new Error(`cannot say in any case: ${pattern.source}`);
    jsonSchema.pattern = inAnyCase(pattern.source);
  }
}

/** `ab[c-e]\\.` as `[aA][bB][c-eC-E]\\.`: escapes stay, letters stand for both cases. */
export function inAnyCase(source: string): string {
  return source.replace(/\\.|\[(?:\\.|[^\]\\])*\]|[a-z]/gi, (part) => {
    if (part.startsWith('\\')) return part;
    if (!part.startsWith('[')) return `[${part.toLowerCase()}${part.toUpperCase()}]`;
    const inner = part.slice(1, -1);
    if (!/[a-z]/i.test(inner.replace(/\\./g, ''))) return part;
    if (inner.includes('\\')) throw new Error(`cannot say in any case: ${source}`);
    return `[${inner}${inner.toLowerCase()}${inner.toUpperCase()}]`;
  });
}

/** A reference to a named schema. */
export function refTo(schema: z.ZodType): JsonObject {
  const id = ANSWERS.get(schema)?.id ?? REQUESTS.get(schema)?.id;
  if (id === undefined) throw new Error('a schema of the API has no name');
  return { $ref: `${PLACE}${id}` };
}

interface QueryParameter {
  readonly name: string;
  readonly required: boolean;
  readonly description: string;
  readonly schema: JsonObject;
}

/** Parameters of a query string, with whether each is needed. */
export function queryParameters(query: z.ZodType): QueryParameter[] {
  const made = z.toJSONSchema(query, { io: 'input', unrepresentable: 'any', override: anyCase });
  const { properties = {}, required = [] } = made as { properties?: JsonObject; required?: string[] };
  return Object.entries(properties).map(([name, whole]) => {
    const { description = QUERY_TEXTS[name] ?? '', ...schema } = plain(whole) as JsonObject;
    return { name, required: required.includes(name), description: String(description), schema };
  });
}

/** Without what means nothing to a reader: limits of safe integers, and defaults of another type than is sent. */
function plain(value: Json): Json {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value as JsonObject).filter(([name, one]) => {
    if (name === 'maximum' || name === 'minimum') return Math.abs(one as number) !== Number.MAX_SAFE_INTEGER;
    if (name === 'default') return (value as JsonObject)['type'] !== 'string' || typeof one === 'string';
    return true;
  });
  return Object.fromEntries(entries.map(([name, one]) => [name, plain(one)]));
}
