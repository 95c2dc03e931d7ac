import type { z } from 'zod';

/**
 * A query the app can send, one per file. The text is constant; values reach it only as `let` literals in a
 * prologue rendered here, so nothing is ever spliced into KQL and a query can be recognised by its text.
 */
export interface QueryDefinition<P extends QueryParameters, R> {
  /** Stable name, also used in evidence and logs. */
  readonly id: string;
  readonly target: 'resourceGraph' | 'logAnalytics';
  /** The constant body. Resource Graph has no `let`, so its queries take no parameters. */
  readonly text: string;
  readonly parameters: { readonly [K in keyof P]: ParameterKind };
  /** Schema of one result row. */
  readonly row: z.ZodType<R>;
}

export type ParameterKind = 'datetime' | 'strings' | 'long' | 'tableName';
/**
 * Instants are ISO 8601 strings in UTC, numbers their digits; lists become `dynamic([...])`, and the name of a
 * table a plain text, because `table()` takes a constant only.
 */
export type QueryParameters = Readonly<Record<string, string | readonly string[]>>;

/** A query of any parameter and row type, for tables of queries. */
export type AnyQuery = QueryDefinition<QueryParameters, unknown>;

/** Declares a query; the body is trimmed so that its identity does not depend on source indentation. */
export function defineQuery<P extends QueryParameters, R>(
  query: QueryDefinition<P, R>,
): QueryDefinition<P, R> {
  return { ...query, text: dedent(query.text) };
}

/** The full text to send: one `let` per parameter in declared order, then the body. */
export function renderQuery<P extends QueryParameters, R>(query: QueryDefinition<P, R>, values: P): string {
  const prologue = Object.entries<ParameterKind>(query.parameters).map(
    ([name, kind]) => `let ${name} = ${renderLiteral(name, kind, values[name])};`,
  );
  return [...prologue, query.text].join('\n');
}

function renderLiteral(
  name: string,
  kind: ParameterKind,
  value: string | readonly string[] | undefined,
): string {
  if (kind === 'datetime' && typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) {
    return `datetime(${value})`;
  }
  if (kind === 'long' && typeof value === 'string' && /^\d{1,15}$/.test(value)) return `long(${value})`;
  if (kind === 'tableName' && typeof value === 'string' && /^[A-Za-z_]\w{0,127}$/.test(value))
    return `'${value}'`;
  if (kind === 'strings' && Array.isArray(value)) {
    // JSON string syntax is KQL's dynamic literal syntax, so JSON.stringify is the escape.
    return `dynamic(${JSON.stringify(value)})`;
  }
  throw new Error(`query parameter ${name} does not fit its kind ${kind}`);
}

function dedent(text: string): string {
  const lines = text.replace(/^\n/, '').trimEnd().split('\n');
  const indent = Math.min(...lines.filter((line) => line.trim()).map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(indent)).join('\n');
}
