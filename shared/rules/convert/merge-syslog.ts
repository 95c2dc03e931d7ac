import type { Collected, Wanted } from './model.ts';
import { sortedOrigins } from './order.ts';

type Syslog = Extract<Collected, { what: 'syslog' }>;

/** All levels and all facilities of a syslog source. */
export const ALL = '*';

/** The levels of a facility that another selection does not bring already. */
export function levelsLeft(levels: readonly string[], taken: readonly string[]): readonly string[] {
  if (taken.includes(ALL)) return [];
  // "All levels" less some cannot be written; it stays whole.
  if (levels.includes(ALL)) return levels;
  return levels.filter((level) => !taken.includes(level));
}

/**
 * `*` stands for every facility, so what it brings already is not asked for a second time. Those who asked
 * for the facility are kept with `*`.
 */
export function mergeFacilities(wanted: readonly Wanted[]): readonly Wanted[] {
  const stars = new Map<
    string,
    { readonly levels: readonly string[]; readonly origins: Wanted['origins'][] }
  >();
  for (const { collected, origins } of wanted) {
    if (collected.what === 'syslog' && collected.facility === ALL) {
      stars.set(collected.stream, { levels: normalLevels(collected.levels), origins: [origins] });
    }
  }
  const named = wanted.flatMap((one): readonly Wanted[] => {
    const { collected } = one;
    if (collected.what !== 'syslog') return [one];
    if (collected.facility === ALL) return [];
    const star = stars.get(collected.stream);
    const left = levelsLeft(normalLevels(collected.levels), star?.levels ?? []);
    if (left.length > 0) return [{ ...one, collected: { ...collected, levels: left } }];
    star?.origins.push(one.origins);
    return [];
  });
  const all = wanted.flatMap((one): readonly Wanted[] => {
    if (one.collected.what !== 'syslog' || one.collected.facility !== ALL) return [];
    const star = stars.get(one.collected.stream);
    const collected: Syslog = { ...one.collected, levels: star?.levels ?? [] };
    return [{ collected, origins: sortedOrigins(star?.origins.flat() ?? []) }];
  });
  return [...all, ...named];
}

/** Severity order of the documents; an unknown level goes last. */
const LEVELS = ['Debug', 'Info', 'Notice', 'Warning', 'Error', 'Critical', 'Alert', 'Emergency'];

function normalLevels(levels: readonly string[]): readonly string[] {
  if (levels.includes(ALL)) return [ALL];
  const known = LEVELS.filter((level) => levels.includes(level));
  const unknown = levels.filter((level) => !LEVELS.includes(level)).sort();
  return [...known, ...unknown];
}
