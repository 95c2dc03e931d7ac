import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spread } from '../../../../shared/rules/convert/spread.ts';
import { runs } from '../../../support/rules/arbitraries.ts';

const options = (limit: number, groups = 10) => ({
  keyOf: (item: string) => item,
  limit,
  groupOf: (item: string) => item.split('/')[0] ?? '',
  groups,
});

/** Names as a workspace has them; `salt` gives another workspace. */
const names = (count: number, salt = '') => Array.from({ length: count }, (_, i) => `/${salt}counter ${i}`);

const partOf = (parts: readonly (readonly string[])[]) =>
  new Map(parts.flatMap((part, i) => part.map((item) => [item, i] as const)));

describe('spreading items over parts', () => {
  it('keeps what fits together', () => {
    expect(spread(names(100), options(100))).toHaveLength(1);
    expect(spread([], options(100))).toEqual([]);
  });

  it('puts every item in exactly one part inside both limits', () => {
    const item = fc.tuple(fc.nat(30), fc.nat(300)).map(([group, n]) => `${group}/${n}`);
    fc.assert(
      fc.property(
        fc.uniqueArray(item, { maxLength: 300, size: 'max' }),
        fc.constantFrom(1, 10, 20, 100),
        fc.constantFrom(1, 3, 10),
        (items, limit, groups) => {
          const parts = spread(items, options(limit, groups));
          expect(parts.flat().sort()).toEqual([...items].sort());
          for (const part of parts) {
            expect(part.length).toBeGreaterThan(0);
            expect(part.length).toBeLessThanOrEqual(limit);
            expect(new Set(part.map((one) => one.split('/')[0])).size).toBeLessThanOrEqual(groups);
          }
        },
      ),
      runs(60),
    );
  });

  it.each([
    [101, 100, 2],
    [300, 100, 4],
    [1000, 100, 12],
    [11, 10, 2],
    [25, 10, 3],
    [100, 10, 12],
  ])('splits %i items at a limit of %i evenly into %i parts', (count, limit, expected) => {
    for (const salt of ['a', 'b', 'c', 'd', 'e']) {
      const sizes = spread(names(count, salt), options(limit)).map((part) => part.length);
      expect(sizes).toHaveLength(expected);
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(Math.floor(count / expected / 2));
      expect(Math.max(...sizes)).toBeLessThanOrEqual(Math.min(limit, Math.ceil((1.2 * count) / expected)));
    }
  });

  it('changes one or two parts for one item less', () => {
    const changed: number[] = [];
    for (const salt of ['a', 'b', 'c']) {
      const items = names(1000, salt);
      const before = spread(items, options(100));
      for (let gone = 0; gone < items.length; gone += 50) {
        const after = spread(
          items.filter((_, i) => i !== gone),
          options(100),
        );
        expect(after).toHaveLength(before.length);
        const text = (part: readonly string[] | undefined) => [...(part ?? [])].sort().join();
        changed.push(after.filter((part, i) => text(part) !== text(before[i])).length);
      }
    }
    expect(Math.max(...changed)).toBeLessThanOrEqual(4);
    expect(changed.reduce((sum, n) => sum + n) / changed.length).toBeLessThan(2);
  });

  it('moves only what a new part takes when one more is needed', () => {
    const before = partOf(spread(names(990), options(100)));
    const parts = spread(names(991), options(100));
    expect(parts).toHaveLength(12);
    const moved = [...partOf(parts)].filter(([item, part]) => before.has(item) && before.get(item) !== part);
    expect(moved.length).toBeLessThan(990 / 5);
  });
});
