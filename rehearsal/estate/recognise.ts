import type { AnyQuery } from '../../shared/model/query.ts';
import { allQueries } from '../../shared/queries.ts';

const graphTexts = new Map(
  allQueries.filter((query) => query.target === 'resourceGraph').map((query) => [query.text, query]),
);
const logTexts = new Map(
  allQueries.filter((query) => query.target === 'logAnalytics').map((query) => [query.text, query]),
);

export interface Recognised {
  readonly query: AnyQuery;
  readonly values: Readonly<Record<string, string | readonly string[]>>;
}

export type Recognition =
  | { readonly ok: true; readonly found: Recognised }
  | { readonly ok: false; readonly message: string };

/** Finds a Resource Graph query by its exact text among the app's own; the estate runs no KQL. */
export function recogniseGraph(text: string): Recognition {
  const query = graphTexts.get(text.trim());
  if (query !== undefined) return { ok: true, found: { query, values: {} } };
  return { ok: false, message: unknown(text, [...graphTexts.values()]) };
}

/** Finds a Log Analytics query by its body and reads its `let` prologue back into parameters. */
export function recogniseLogs(text: string): Recognition {
  const lines = text.split('\n');
  const values: Record<string, string | readonly string[]> = {};
  let at = 0;
  for (; at < lines.length; at++) {
    const line = lines[at] as string;
    const name = /^let (\w+) = '(\w+)';$/.exec(line);
    if (name !== null) {
      values[name[1] as string] = name[2] as string;
      continue;
    }
    const found = /^let (\w+) = (datetime|dynamic|long)\((.*)\);$/.exec(line);
    if (found === null) break;
    const value = found[2] === 'dynamic' ? parseList(found[3] ?? '') : found[3];
    if (value === undefined) return { ok: false, message: `the parameter ${found[1]} is no list of strings` };
    values[found[1] as string] = value;
  }
  const query = logTexts.get(lines.slice(at).join('\n').trimEnd());
  if (query === undefined)
    return { ok: false, message: unknown(lines.slice(at).join('\n'), [...logTexts.values()]) };
  const wrong = checkParameters(query, values);
  return wrong === undefined ? { ok: true, found: { query, values } } : { ok: false, message: wrong };
}

function parseList(literal: string): readonly string[] | undefined {
  try {
    const list: unknown = JSON.parse(literal);
    return Array.isArray(list) && list.every((item) => typeof item === 'string') ? list : undefined;
  } catch {
    return undefined;
  }
}

function checkParameters(query: AnyQuery, values: Recognised['values']): string | undefined {
  for (const [name, kind] of Object.entries(query.parameters)) {
    const value = values[name];
    if (value === undefined) return `query ${query.id}: the parameter ${name} is missing`;
    if ((kind === 'strings') !== Array.isArray(value))
      return `query ${query.id}: the parameter ${name} is not of kind ${kind}`;
    if (kind === 'datetime' && Number.isNaN(Date.parse(String(value))))
      return `query ${query.id}: the parameter ${name} is no instant`;
    if (kind === 'long' && !/^-?\d+$/.test(String(value)))
      return `query ${query.id}: the parameter ${name} is no whole number`;
  }
  const extra = Object.keys(values).find((name) => !(name in query.parameters));
  return extra === undefined ? undefined : `query ${query.id}: it has no parameter ${extra}`;
}

function unknown(text: string, known: readonly AnyQuery[]): string {
  const lines = new Set(text.split('\n').map((line) => line.trim()));
  const likeness = (query: AnyQuery) => {
    const own = query.text.split('\n').map((line) => line.trim());
    return own.filter((line) => lines.has(line)).length / own.length;
  };
  const nearest = known.reduce((best, query) => (likeness(query) > likeness(best) ? query : best));
  return `the simulated estate knows only the texts of shared/queries.ts; this text is none of them (nearest: ${nearest.id})`;
}
