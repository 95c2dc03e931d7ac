import { z } from 'zod';
import { Policy } from '../../../shared/model/policy.ts';

/** Schemas of bodies by the name they have in the OpenAPI document: the very ones that handlers parse with. */
export const REQUESTS = z.registry<{ id: string }>();

/** Names the schema of a body. */
export function request<S extends z.ZodType>(id: string, schema: S): S {
  REQUESTS.add(schema, { id });
  return schema;
}

request('PolicyRequest', Policy);
