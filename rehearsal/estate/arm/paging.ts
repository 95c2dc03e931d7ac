import type { Reply } from '../wire.ts';
import type { Call } from './call.ts';

const PAGE = 100;

/** One page of a collection with ARM's `nextLink`. */
export function paged<T>(call: Call, items: readonly T[], view: (item: T) => unknown): Reply {
  const start = Number(call.query.get('$skiptoken') ?? 0) || 0;
  const value = items.slice(start, start + PAGE).map(view);
  if (start + PAGE >= items.length) return { status: 200, body: { value } };
  const query = new URLSearchParams(call.query);
  query.set('$skiptoken', String(start + PAGE));
  return { status: 200, body: { value, nextLink: `https://${call.host}${call.path.id}?${query}` } };
}
