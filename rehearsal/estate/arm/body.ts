import type { Reply } from '../wire.ts';
import { badRequest } from './errors.ts';

export type FieldType = 'string' | 'boolean' | 'number' | 'object' | 'array' | 'tags' | 'any';
export type Fields = Readonly<Record<string, FieldType>>;

/** The body as an object, or ARM's refusal of one that is none. */
export function objectBody(
  body: unknown,
): { ok: true; body: Record<string, unknown> } | { ok: false; reply: Reply } {
  if (body !== null && typeof body === 'object' && !Array.isArray(body))
    return { ok: true, body: body as Record<string, unknown> };
  return {
    ok: false,
    reply: badRequest(
      'InvalidRequestContent',
      'The request content was invalid and could not be deserialized: the content is empty or no JSON object.',
    ),
  };
}

/** Refuses fields nobody knows and values of another type, as the providers' deserializers do. Null counts as absent. */
export function checkFields(
  value: Readonly<Record<string, unknown>>,
  fields: Fields,
  where: string,
): Reply | undefined {
  for (const name in value) {
    const type = fields[name];
    const at = where === '' ? name : `${where}.${name}`;
    if (type === undefined) {
      return badRequest(
        'InvalidRequestContent',
        `The request content was invalid and could not be deserialized: 'Could not find member '${name}' on object. Path '${at}'.'.`,
        at,
      );
    }
    const given = value[name];
    if (given === undefined || given === null || type === 'any') continue;
    if (!hasType(given, type)) {
      return badRequest(
        'InvalidRequestContent',
        `The request content was invalid and could not be deserialized: 'Error converting value to type ${type}. Path '${at}'.'.`,
        at,
      );
    }
  }
  return undefined;
}

/** Refuses an absent or empty string. */
export function checkRequired(
  value: Readonly<Record<string, unknown>>,
  names: readonly string[],
  where: string,
): Reply | undefined {
  const missing = names.find((name) => typeof value[name] !== 'string' || value[name] === '');
  if (missing === undefined) return undefined;
  if (missing === 'location' && where === '')
    return badRequest('LocationRequired', 'The location property is required for this definition.');
  const at = where === '' ? missing : `${where}.${missing}`;
  return badRequest('InvalidParameter', `Required parameter '${missing}' is missing (null).`, at);
}

function hasType(value: unknown, type: FieldType): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && !Array.isArray(value);
    case 'tags':
      return (
        typeof value === 'object' &&
        !Array.isArray(value) &&
        Object.values(value ?? {}).every((tag) => typeof tag === 'string')
      );
    default:
      return typeof value === type;
  }
}
