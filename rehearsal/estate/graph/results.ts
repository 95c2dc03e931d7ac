import { dict } from '../json.ts';
import type { LazyRow } from './select.ts';

const MOST_RESULTS = 32;
const MOST_ROWS = 500_000;

/** Result sets that were not read to their end, for `$skipToken`. */
export interface GraphResults {
  read(key: string): readonly LazyRow[] | undefined;
  /** Keeps a set; the oldest go when there are too many, or too many rows in them. */
  keep(key: string, rows: readonly LazyRow[]): void;
  newKey(): string;
}

export function createGraphResults(): GraphResults {
  const sets = new Map<string, readonly LazyRow[]>();
  let next = 1;
  return {
    read: (key) => sets.get(key),
    newKey: () => String(next++),
    keep(key, rows) {
      sets.delete(key);
      sets.set(key, rows);
      let total = 0;
      for (const set of sets.values()) total += set.length;
      for (const [old, set] of sets) {
        if (old === key || (sets.size <= MOST_RESULTS && total <= MOST_ROWS)) break;
        sets.delete(old);
        total -= set.length;
      }
    },
  };
}

export function writeToken(key: string, start: number): string {
  return Buffer.from(JSON.stringify({ r: key, s: start })).toString('base64url');
}

export function readToken(token: string | undefined): { key: string; start: number } | 'broken' | undefined {
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
