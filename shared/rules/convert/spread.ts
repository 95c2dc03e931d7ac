import { shortHash } from '../../model/ids.ts';

export interface SpreadOptions<T> {
  /** Unique. */
  readonly keyOf: (item: T) => string;
  /** Items of one part. */
  readonly limit: number;
  /** What shares a data source, and how many of them a part can hold. */
  readonly groupOf: (item: T) => string;
  readonly groups: number;
}

/** Room that is left in every part: the next item finds a place without a new part. */
const FILL = 0.9;

interface Ranked<T> {
  readonly item: T;
  readonly group: string;
  /** What the choice of a part depends on. */
  readonly choice: string;
  readonly rank: string;
}

/**
 * Splits items into few parts inside both limits, with room for a tenth more in each.
 *
 * Every item prefers the parts in an order of its own (rendezvous hashing), and goes to the first one that is
 * not full. Cutting a sorted list into equal pieces would be more even, but one item more would move a
 * neighbour across every cut and change half of all rules, and one part more would move half of all items.
 * Here one item changes one or two parts, and one part more takes only what belongs to it. Parts cannot get
 * much fuller than the average, and `level` lifts those that stay below half of it, so they are even too.
 */
export function spread<T>(items: readonly T[], options: SpreadOptions<T>): readonly (readonly T[])[] {
  const { keyOf, groupOf, limit, groups } = options;
  const distinct = new Set(items.map(groupOf)).size;
  if (items.length <= limit && distinct <= groups) return items.length === 0 ? [] : [items];
  const ranked = items
    .map((item): Ranked<T> => {
      const group = groupOf(item);
      // More groups than a part can hold: groups have to stay together, or every part would run out of them.
      const choice = distinct > groups ? group : keyOf(item);
      return { item, group, choice, rank: `${shortHash(choice)} ${shortHash(keyOf(item))}` };
    })
    .sort((a, b) => (a.rank < b.rank ? -1 : 1));
  for (let count = Math.max(partsFor(items.length, limit), partsFor(distinct, groups)); ; count++) {
    const parts = place(ranked, count, options);
    if (parts !== undefined) return level(parts, groups).map((part) => part.map(({ item }) => item));
  }
}

function partsFor(total: number, limit: number): number {
  return total <= limit ? 1 : Math.ceil(total / Math.max(1, Math.floor(limit * FILL)));
}

/** Undefined where an item finds no part; a part each is always enough. */
function place<T>(
  ranked: readonly Ranked<T>[],
  count: number,
  { limit, groups }: SpreadOptions<T>,
): Ranked<T>[][] | undefined {
  const capacity = capacityFor(ranked.length / count, limit);
  const parts: Ranked<T>[][] = Array.from({ length: count }, () => []);
  const held = parts.map(() => new Set<string>());
  for (const one of ranked) {
    const found = preference(one.choice, count).find((part) => {
      const holds = held[part] as Set<string>;
      return (parts[part]?.length ?? 0) < capacity && (holds.has(one.group) || holds.size < groups);
    });
    if (found === undefined) return undefined;
    parts[found]?.push(one);
    held[found]?.add(one.group);
  }
  return parts;
}

/** Steps of about 7 %, so that one item more or less seldom changes what every part may hold. */
function capacityFor(average: number, limit: number): number {
  const needed = Math.ceil(average * 1.08);
  let capacity = limit;
  for (;;) {
    const next = Math.floor(capacity * 0.93);
    if (next < needed || next === capacity) return capacity;
    capacity = next;
  }
}

function preference(key: string, count: number): readonly number[] {
  return Array.from({ length: count }, (_, part) => ({ part, score: shortHash(`${part} ${key}`) }))
    .sort((a, b) => (a.score < b.score ? -1 : 1))
    .map(({ part }) => part);
}

/** No part stays below half of the average, as far as the groups allow it. */
function level<T>(parts: Ranked<T>[][], groups: number): readonly Ranked<T>[][] {
  const floor = Math.floor(parts.reduce((sum, part) => sum + part.length, 0) / parts.length / 2);
  for (const low of parts) {
    while (low.length < floor) {
      const fullest = parts.reduce((most, part) => (part.length > most.length ? part : most));
      const held = new Set(low.map(({ group }) => group));
      const index = fullest.findLastIndex(({ group }) => held.has(group) || held.size < groups);
      if (index < 0) break;
      low.push(...fullest.splice(index, 1));
    }
  }
  return parts.filter((part) => part.length > 0);
}
