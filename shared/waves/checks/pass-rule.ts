import type { PassRule } from '../../model/checks.ts';

/** Whether a value is as wanted; undefined where it cannot be compared: nothing, or a text with a number. */
export function passes({ is, value: wanted }: PassRule, found: unknown): boolean | undefined {
  if (found === null || found === undefined) return undefined;
  if (is === 'equals' || is === 'notEquals') {
    const same = typeof wanted === 'number' ? Number(found) === wanted : String(found) === String(wanted);
    return same === (is === 'equals');
  }
  const [number, limit] = [typeof found === 'boolean' ? Number.NaN : Number(found), Number(wanted)];
  if (Number.isNaN(number) || (typeof found === 'string' && found.trim() === '')) return undefined;
  switch (is) {
    case 'below':
      return number < limit;
    case 'atMost':
      return number <= limit;
    case 'above':
      return number > limit;
    case 'atLeast':
      return number >= limit;
  }
}

const WORDS: Readonly<Record<PassRule['is'], string>> = {
  equals: 'equal to',
  notEquals: 'other than',
  below: 'below',
  atMost: 'at most',
  above: 'above',
  atLeast: 'at least',
};

export function ruleText({ is, value }: PassRule): string {
  return `${WORDS[is]} ${JSON.stringify(value)}`;
}

/** A field of a JSON value by its path, such as `status.healthy` or `items.0.count`. */
export function fieldOf(body: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, name)
          ? (value as Record<string, unknown>)[name]
          : undefined,
      body,
    );
}
