import type { ExpectedChange } from '../model/deployed-rules.ts';
import type { RuleSet } from './convert/convert.ts';
import { sortedSet } from './convert/order.ts';

/** Losses that say that counters are read in another rhythm than before. */
const OTHER_RHYTHM: ReadonlySet<string> = new Set(['intervalOutOfRange', 'intervalMerged']);

/** What the data of a workspace will look different in, because its rules were made so on purpose. */
export function expectedChanges({
  levers = [],
  losses,
  rhythms,
}: Pick<RuleSet, 'levers' | 'losses' | 'rhythms'>): readonly ExpectedChange[] {
  const ignored = new Map<string, string[]>();
  for (const lever of levers) {
    if (lever.kind !== 'dropEvents') continue;
    const prefix = lever.table === 'Event' ? `${lever.log}/` : '';
    const keys = lever.eventIds.map((id) => `${prefix}${id}`);
    ignored.set(lever.table, [...(ignored.get(lever.table) ?? []), ...keys]);
  }
  const counters = (rhythms ?? []).flatMap(({ os, counter, share }) =>
    share === null ? [] : [{ os, counter, share }],
  );
  // Rule sets of before say that there is another rhythm, and not which.
  const unknown =
    rhythms === undefined
      ? losses.some(({ code }) => OTHER_RHYTHM.has(code)) ||
        levers.some(({ kind }) => kind === 'samplingInterval')
      : counters.length < rhythms.length;
  const tables = sortedSet([...ignored.keys(), ...(unknown || counters.length > 0 ? ['Perf'] : [])]);
  return tables.map((table) => ({
    table,
    ignoredKeys: sortedSet(ignored.get(table) ?? []),
    volume: unknown && table === 'Perf' ? ('other' as const) : ('same' as const),
    ...(table === 'Perf' && counters.length > 0 ? { rhythms: counters } : {}),
  }));
}
