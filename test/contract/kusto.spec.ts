import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type AnyQuery, type ParameterKind, renderQuery } from '../../shared/model/query.ts';
import { allQueries } from '../../shared/queries.ts';
import { type Bind, type Bound, createBinder } from '../support/contract/kusto.ts';
import { LOG_ANALYTICS, RESOURCE_GRAPH } from '../support/contract/table-schemas.ts';

const SAMPLES: Readonly<Record<ParameterKind, string | readonly string[]>> = {
  datetime: '2026-11-21T08:00:00Z',
  long: '4',
  tableName: 'App_CL',
  strings: ['/subscriptions/s/resourcegroups/g/providers/p/machines/o"neill\'s', 'b\\c'],
};

let binders: Readonly<Record<AnyQuery['target'], Bind>>;
beforeAll(() => {
  binders = { logAnalytics: createBinder(LOG_ANALYTICS), resourceGraph: createBinder(RESOURCE_GRAPH) };
}, 30_000);

describe.each(allQueries.map((query) => [query.id, query] as const))('query %s', (_, query) => {
  it('binds without errors and warnings', () => {
    expect(complaints(query)).toEqual([]);
  });

  it('gives the columns that its row schema reads', () => {
    const columns = bind(query).columns.map(({ name }) => name);
    expect([...columns].sort()).toEqual(Object.keys(shapeOf(query)).sort());
  });

  it('gives columns of the kinds that its row schema reads', () => {
    const shape = shapeOf(query);
    const wrong = bind(query).columns.filter(
      ({ name, kind }) => !(JSON_KINDS[kind] ?? []).includes(zodKind(shape[name])),
    );
    expect(wrong.map(({ name, kind }) => `${name}: ${kind} read as ${zodKind(shape[name])}`)).toEqual([]);
  });
});

describe('queries', () => {
  it('have names of their own', () => {
    const ids = allQueries.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('have texts of their own, by which the estate tells them apart', () => {
    expect(new Set(allQueries.map(({ text }) => text)).size).toBe(allQueries.length);
  });

  it('take no parameters in Resource Graph, which has no let', () => {
    const graph = allQueries.filter(({ target }) => target === 'resourceGraph');
    expect(graph.flatMap(({ parameters }) => Object.keys(parameters))).toEqual([]);
  });

  it('ask Log Analytics about a stretch of time only', () => {
    const open = allQueries.filter(
      ({ target, text }) => target === 'logAnalytics' && !/TimeGenerated between \(\w+ \.\. \w+\)/.test(text),
    );
    expect(open.map(({ id }) => id)).toEqual([]);
  });

  it('use every parameter they declare', () => {
    const unused = allQueries.flatMap(({ id, parameters, text }) =>
      Object.keys(parameters)
        .filter((name) => !new RegExp(`\\b${name}\\b`).test(text))
        .map((name) => `${id}.${name}`),
    );
    expect(unused).toEqual([]);
  });
});

describe('the check', () => {
  it.each([
    ['an unknown column', 'Heartbeat | where Colour == "red"', /'Colour' does not refer to any known/],
    ['an unknown table', 'Heartbeats | take 1', /'Heartbeats' does not refer to any known/],
    ['a syntax error', 'Heartbeat | where (', /Missing expression/],
    ['an unknown function', 'Heartbeat | extend x = tolowr(Computer)', /'tolowr' does not refer/],
    ['a wrong kind', 'Heartbeat | where Computer', /bool/],
    ['a dynamic group', 'Heartbeat | summarize count() by ComputerPrivateIPs', /'dynamic' is not allowed/],
  ])('finds %s', (_, text, message) => {
    const found = binders.logAnalytics(text).diagnostics;
    expect(found.map((diagnostic) => diagnostic.message).join('\n')).toMatch(message);
  });

  it('finds a Resource Graph column in Log Analytics and the other way round', () => {
    expect(binders.logAnalytics('resources | take 1').diagnostics).not.toEqual([]);
    expect(binders.resourceGraph('resources | where Computer == ""').diagnostics).not.toEqual([]);
    expect(binders.resourceGraph('resources | where name == ""').diagnostics).toEqual([]);
  });

  it('knows every declared column', () => {
    const tables = { logAnalytics: LOG_ANALYTICS, resourceGraph: RESOURCE_GRAPH };
    for (const target of ['logAnalytics', 'resourceGraph'] as const) {
      for (const [name, columns] of Object.entries(tables[target])) {
        const known = binders[target](name).columns.map((column) => `${column.name}:${column.kind}`);
        expect(known.join(', ')).toBe(columns);
      }
    }
  });

  it('sees which columns a query gives', () => {
    const { columns } = binders.logAnalytics('Heartbeat | summarize n = count() by Computer');
    expect(columns).toEqual([
      { name: 'Computer', kind: 'string' },
      { name: 'n', kind: 'long' },
    ]);
  });
});

function bind(query: AnyQuery): Bound {
  const values = Object.entries(query.parameters).map(([name, kind]) => [name, SAMPLES[kind]] as const);
  return binders[query.target](renderQuery(query, Object.fromEntries(values)));
}

function complaints(query: AnyQuery): readonly string[] {
  return bind(query)
    .diagnostics.filter(({ severity }) => severity === 'Error' || severity === 'Warning')
    .map(({ severity, message, at }) => `${query.id}: ${severity}: ${message} at "${at}"\n${query.text}`);
}

function shapeOf({ id, row }: AnyQuery): Readonly<Record<string, z.core.$ZodType>> {
  if (row instanceof z.ZodObject) return row.shape;
  throw new Error(`the row schema of ${id} is no object`);
}

/** What the JSON answer holds for a Kusto kind, as zod names it. */
const JSON_KINDS: Readonly<Record<string, readonly string[]>> = {
  string: ['string'],
  guid: ['string'],
  datetime: ['string'],
  timespan: ['string'],
  long: ['number'],
  int: ['number'],
  real: ['number'],
  bool: ['boolean'],
  dynamic: ['object', 'record', 'array', 'unknown'],
};

/** The kind of a schema beneath optional and nullable. */
function zodKind(schema: z.core.$ZodType | undefined): string {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodCatch)
    return zodKind(schema.unwrap());
  return schema?._zod.def.type ?? 'nothing';
}
