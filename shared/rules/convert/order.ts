import type { Origin } from './model.ts';

/** Code-unit order: the same on every computer, unlike `localeCompare`. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Sorted, each once. */
export function sortedSet(values: Iterable<string>): readonly string[] {
  return [...new Set(values)].sort(compareText);
}

/** Sorts by a text that is computed once per value. */
export function sortedBy<T>(values: Iterable<T>, keyOf: (value: T) => string): readonly T[] {
  return [...values]
    .map((value) => ({ value, key: keyOf(value) }))
    .sort((a, b) => compareText(a.key, b.key))
    .map(({ value }) => value);
}

/** Values by a key, keys in order. */
export function groupSorted<T>(
  values: Iterable<T>,
  keyOf: (value: T) => string,
): readonly (readonly [string, readonly T[]])[] {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return [...groups].sort(([a], [b]) => compareText(a, b));
}

export function originKey({ sourceId, kind, item }: Origin): string {
  return `${sourceId}\n${kind}\n${item}`;
}

/** Origins in order, each once. */
export function sortedOrigins(origins: Iterable<Origin>): readonly Origin[] {
  const byKey = new Map([...origins].map((origin) => [originKey(origin), origin]));
  return [...byKey].sort(([a], [b]) => compareText(a, b)).map(([, origin]) => origin);
}
