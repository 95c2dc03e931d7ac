import { expressionsOf } from '../convert/check-limits.ts';
import { LIMITS } from '../convert/limits.ts';

/** What became of an event query without some event ids. */
export type NarrowedQuery =
  | { readonly is: 'narrowed'; readonly xPath: string; readonly dropped: readonly number[] }
  /** Nothing is left to collect. */
  | { readonly is: 'empty'; readonly dropped: readonly number[] }
  /** It never collected them. */
  | { readonly is: 'untouched' }
  /** It stays as it was, because it cannot be narrowed safely. */
  | { readonly is: 'refused'; readonly why: string };

const QUERY = /^(?<log>[^!]+)!\*(?:\[System\[(?<terms>[^[\]]+)\]\])?$/;
const IDS = /^\(EventID=\d+\)(?: or \(EventID=\d+\))*$/;
const LEVELS = /^\(Level=\d+(?: or Level=\d+)*\)$/;

/** Name of the event log of a query, in its own casing. */
export function logOf(xPath: string): string {
  return xPath.split('!')[0]?.trim() ?? '';
}

/**
 * An event query without some event ids: a list of ids loses them, all other queries get `EventID != …`, as in
 * the examples of learn.microsoft.com/azure/azure-monitor/vm/data-collection-windows-events, which also gives the
 * limit of 20 expressions a query. A rule has no `Suppress`, which would need a query in XML. Takes the three
 * forms that the converter writes; no other one is changed. The result never selects an event that the query did
 * not.
 */
export function withoutEvents(xPath: string, eventIds: readonly number[]): NarrowedQuery {
  const groups = QUERY.exec(xPath.trim())?.groups;
  const { log, terms } = groups ?? {};
  const unwanted = [...new Set(eventIds)].sort((a, b) => a - b);
  if (log === undefined) return { is: 'refused', why: `the query ${xPath} has another form` };
  if (terms !== undefined && IDS.test(terms)) return withoutListed(log, terms, unwanted);
  if (terms !== undefined && !LEVELS.test(terms))
    return { is: 'refused', why: `the query ${xPath} has another form` };
  const excluded = unwanted.map((id) => `(EventID != ${id})`);
  const narrowed = `${log}!*[System[${[...(terms === undefined ? [] : [terms]), ...excluded].join(' and ')}]]`;
  const expressions = expressionsOf(narrowed);
  if (expressions > LIMITS.xPathExpressions)
    return {
      is: 'refused',
      why: `${expressions} expressions in a query of log ${log}; a rule allows ${LIMITS.xPathExpressions}`,
    };
  return { is: 'narrowed', xPath: narrowed, dropped: unwanted };
}

function withoutListed(log: string, terms: string, unwanted: readonly number[]): NarrowedQuery {
  const listed = [...terms.matchAll(/\d+/g)].map(([id]) => Number(id));
  const kept = listed.filter((id) => !unwanted.includes(id));
  const dropped = unwanted.filter((id) => listed.includes(id));
  if (dropped.length === 0) return { is: 'untouched' };
  if (kept.length === 0) return { is: 'empty', dropped };
  const query = kept.map((id) => `(EventID=${id})`).join(' or ');
  return { is: 'narrowed', xPath: `${log}!*[System[${query}]]`, dropped };
}
