import type { ExpectedChange } from '../model/deployed-rules.ts';
import type { RuleSet } from './convert/convert.ts';
import { sortedSet } from './convert/order.ts';

/** Losses that say that counters are read in another rhythm than before. */
const OTHER_RHYTHM: ReadonlySet<string> = new Set(['intervalOutOfRange', 'intervalMerged']);

/** What the data of a workspace will look different in, because its rules were made so on purpose. */
export function expectedChanges({
  levers = [],
  losses,
}: Pick<RuleSet, 'levers' | 'losses'>): readonly ExpectedChange[] {
  const ignored = new Map<string, string[]>();
  for (const lever of levers) {
    if (lever.kind !== 'dropEvents') continue;
    const prefix = lever.table === 'Event' ? `${lever.log}/` : '';
    const keys = lever.eventIds.map((id) => `${prefix}${id}`);
    ignored.set(lever.table, [...(ignored.get(lever.table) ?? []), ...keys]);
  }
  const rhythm =
    levers.some(({ kind }) => kind === 'samplingInterval') ||
    losses.some(({ code }) => OTHER_RHYTHM.has(code));
  const tables = sortedSet([...ignored.keys(), ...(rhythm ? ['Perf'] : [])]);
  return tables.map((table) => ({
    table,
    ignoredKeys: sortedSet(ignored.get(table) ?? []),
    volume: rhythm && table === 'Perf' ? ('other' as const) : ('same' as const),
  }));
}
