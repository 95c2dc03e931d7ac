import type { Call, Route } from '../arm/call.ts';
import { fail } from '../arm/errors.ts';
import { dict, text } from '../json.ts';
import { recogniseGraph } from '../recognise.ts';
import { advanceAll } from '../state/scale-sets.ts';
import { settleAll } from '../state/settle.ts';
import type { Reply } from '../wire.ts';
import { type GraphResults, readToken, writeToken } from './results.ts';
import { scopeOf } from './scope.ts';
import { type LazyRow, SELECT } from './select.ts';

const MOST_ROWS = 1000;

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
  const scope = scopeOf(call.state, body, text(options['authorizationScopeFilter']));
  if (!scope.ok) return unknownGroup(scope.unknown);

  const token = readToken(text(options['$skipToken']));
  if (token === 'broken') return invalid('InvalidParameter', 'The $skipToken is not valid.');
  const key = token?.key ?? results.newKey();
  let rows = token === undefined ? undefined : results.read(key);
  if (token !== undefined && rows === undefined)
    return invalid('InvalidParameter', 'The $skipToken has expired.');
  const { id } = recognised.found.query;
  if (rows === undefined) {
    settleAll(call.state, call.now);
    advanceAll(call.state, call.now);
    rows = [...(SELECT[id]?.(call.state, scope.scope) ?? []), ...oddRows(call, id)];
  }
  const start = token?.start ?? Number(options['$skip'] ?? 0);
  return page(call, id, rows, start, top, (next) => {
    results.keep(key, rows);
    return writeToken(key, next);
  });
}

function page(
  call: Call,
  id: string,
  rows: readonly LazyRow[],
  start: number,
  top: number,
  tokenFor: (next: number) => string,
): Reply {
  const { graph } = call.state;
  const truncated = graph.truncate?.includes(id) === true;
  const end = truncated ? Math.min(top, Math.ceil(rows.length / 2)) : start + top;
  const data = rows.slice(start, end).map((row) => row.build(call.now));
  const more = !truncated && end < rows.length;
  return {
    status: 200,
    ...(graph.limitHit === true ? { headers: { 'x-ms-tenant-subscription-limit-hit': 'true' } } : {}),
    body: {
      totalRecords: rows.length,
      count: data.length,
      data,
      facets: [],
      resultTruncated: truncated ? 'true' : 'false',
      ...(more ? { $skipToken: tokenFor(end) } : {}),
    },
  };
}

function oddRows(call: Call, id: string): LazyRow[] {
  return (call.state.graph.oddRows ?? [])
    .filter(({ query }) => query === id)
    .map(({ row }) => ({ id: '', build: () => row }));
}

/** ARM's answer to a management group that is not there: it does not tell that from one without access. */
function unknownGroup(group: string): Reply {
  const scope = `/providers/Microsoft.Management/managementGroups/${group}`;
  return fail(
    403,
    'AuthorizationFailed',
    `The client does not have authorization to perform action 'Microsoft.Management/managementGroups/read' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}

function invalid(code: string, message: string): Reply {
  return fail(400, 'BadRequest', 'Please provide below info when asking for support.', {
    details: [{ code, message }],
  });
}
