import type { Call, Route } from '../arm/call.ts';
import { fail } from '../arm/errors.ts';
import { dict, list, text } from '../json.ts';
import { recogniseGraph } from '../recognise.ts';
import { settleAll } from '../state/settle.ts';
import type { Machine } from '../state/types.ts';
import type { Reply } from '../wire.ts';
import { type LazyRow, SELECT } from './select.ts';

const MOST_ROWS = 1000;
const KEPT_RESULTS = 32;

export interface GraphResults {
  readonly pages: Map<string, readonly LazyRow[]>;
  next: number;
}

/** Open result sets, for `$skipToken`. The oldest go first. */
export function createGraphResults(): GraphResults {
  return { pages: new Map(), next: 1 };
}

/** POST of a Resource Graph query: recognised by its text, answered from the present state, in pages of at most 1,000. */
export function graphRoute(results: GraphResults): Route {
  return { kinds: { read: 'graph.query' }, post: (call) => query(call, results) };
}

function query(call: Call, results: GraphResults): Reply {
  const body = dict(call.body);
  const options = dict(body['options']);
  const recognised = recogniseGraph(text(body['query']) ?? '');
  if (!recognised.ok) return invalid('InvalidQuery', recognised.message);
  const top = options['$top'] === undefined || options['$top'] === null ? 100 : Number(options['$top']);
  if (!Number.isInteger(top) || top < 1 || top > MOST_ROWS)
    return invalid('InvalidParameter', `$top must be between 1 and ${MOST_ROWS}.`);
  const format = text(options['resultFormat']);
  if (format !== undefined && format.toLowerCase() !== 'objectarray')
    return invalid('InvalidParameter', 'The simulated estate answers resultFormat objectArray only.');

  const token = readToken(text(options['$skipToken']));
  if (token === 'broken') return invalid('InvalidParameter', 'The $skipToken is not valid.');
  let key = token?.key;
  let rows = key === undefined ? undefined : results.pages.get(key);
  if (key !== undefined && rows === undefined)
    return invalid('InvalidParameter', 'The $skipToken has expired.');
  if (rows === undefined || key === undefined) {
    settleAll(call.state, call.now);
    rows = select(call, recognised.found.query.id, body['subscriptions']);
    key = String(results.next++);
  }
  const start = token?.start ?? Number(options['$skip'] ?? 0);
  const data = rows.slice(start, start + top).map((row) => row.build(call.now));
  const more = start + top < rows.length;
  if (more) keep(results, key, rows);
  return {
    status: 200,
    body: {
      totalRecords: rows.length,
      count: data.length,
      data,
      facets: [],
      resultTruncated: 'false',
      ...(more ? { $skipToken: writeToken(key, start + top) } : {}),
    },
  };
}

function select(call: Call, id: string, subscriptions: unknown): readonly LazyRow[] {
  const { state } = call;
  const wanted =
    Array.isArray(subscriptions) && subscriptions.length > 0
      ? new Set(list(subscriptions).map((one) => String(one).toLowerCase()))
      : undefined;
  const within = (resource: string) =>
    wanted === undefined || wanted.has((resource.split('/')[2] ?? '').toLowerCase());
  const machines: readonly Machine[] =
    wanted === undefined
      ? state.machineOrder
      : state.machineOrder.filter((machine) => wanted.has(machine.subscription.toLowerCase()));
  return SELECT[id]?.(state, machines, within) ?? [];
}

function keep(results: GraphResults, key: string, rows: readonly LazyRow[]): void {
  results.pages.delete(key);
  results.pages.set(key, rows);
  for (const old of results.pages.keys()) {
    if (results.pages.size <= KEPT_RESULTS) break;
    results.pages.delete(old);
  }
}

function writeToken(key: string, start: number): string {
  return Buffer.from(JSON.stringify({ r: key, s: start })).toString('base64url');
}

function readToken(token: string | undefined): { key: string; start: number } | 'broken' | undefined {
  if (token === undefined || token === '') return undefined;
  try {
    const read = dict(JSON.parse(Buffer.from(token, 'base64url').toString()));
    return typeof read['r'] === 'string' && typeof read['s'] === 'number'
      ? { key: read['r'], start: read['s'] }
      : 'broken';
  } catch {
    return 'broken';
  }
}

function invalid(code: string, message: string): Reply {
  return fail(400, 'BadRequest', 'Please provide below info when asking for support.', {
    details: [{ code, message }],
  });
}
