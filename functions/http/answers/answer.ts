import { z } from 'zod';

/** Schemas of answers by the name they have in the OpenAPI document. */
export const ANSWERS = z.registry<{ id: string }>();

/**
 * The compiler proves that a schema says what the view says: every field of one is in the other, with the same type,
 * and optional in both or in none.
 */
export function agrees<View>() {
  return <S extends z.ZodType>(schema: S & Agreement<Json<View>, Json<z.infer<S>>>): S => schema;
}

/** The same for the schema of an answer, which gets a name. */
export function answer<View>() {
  return <S extends z.ZodType>(id: string, schema: S & Agreement<Json<View>, Json<z.infer<S>>>): S =>
    shape(id, schema);
}

/** Names the schema of an answer that no type describes: the contract tests prove it on what the app answers. */
export function shape<S extends z.ZodType>(id: string, schema: S): S {
  ANSWERS.add(schema, { id });
  return schema;
}

/** A page of a list, with what its answer says beside. */
export function page<N extends string, S extends z.ZodType, A extends z.ZodRawShape>(
  id: string,
  name: N,
  item: S,
  about: A = {} as A,
) {
  const list = { [name]: z.array(item) } as { [K in N]: z.ZodArray<S> };
  return shape(id, z.strictObject({ ...about, ...list, next: z.string().exactOptional().describe(NEXT) }));
}

const NEXT = 'Where the next page begins: pass it as `after`. Absent on the last page.';

/** What is left of a type on the wire: read-only, and nothing is undefined. */
type Json<T> = T extends readonly (infer U)[]
  ? readonly Json<U>[]
  : T extends object
    ? { readonly [K in keyof T]: Json<Exclude<T[K], undefined>> }
    : T;

/** The same with all fields required, so that an optional field of one is looked for in the other. */
type Full<T> = T extends readonly (infer U)[]
  ? readonly Full<U>[]
  : T extends object
    ? { readonly [K in keyof T]-?: Full<T[K]> }
    : T;

type Mutual<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Agreement<V, S> = [Mutual<V, S>, Mutual<Full<V>, Full<S>>] extends [true, true]
  ? unknown
  : { readonly view: V; readonly schemaSaysOtherwise: S };
