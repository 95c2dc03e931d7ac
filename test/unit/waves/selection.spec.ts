import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sample } from '../../../shared/waves/selection.ts';

const fleet = (count: number) => Array.from({ length: count }, (_, i) => ({ id: `/machine/${i}` }));

describe('sample', () => {
  it.each([
    [0, 1, 0],
    [1, 1, 1],
    [3, 1, 1],
    [100, 1, 1],
    [101, 1, 2],
    [200, 50, 100],
    [3, 33.3, 1],
    [3, 33.4, 2],
    // 7 % of 100 is 7.000000000000001 in binary arithmetic.
    [100, 7, 7],
    [1000, 14.5, 145],
    [10, 100, 10],
  ])('of %i machines, %d percent are %i', (count, percentage, expected) => {
    expect(sample(fleet(count), percentage)).toHaveLength(expected);
  });

  it('is the same in any order, grows without changing its mind, and is never empty', () => {
    const share = fc.double({ min: 1, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), share, share, (count, one, other) => {
        const machines = fleet(count);
        const ids = (percentage: number, from = machines) =>
          new Set(sample(from, percentage).map(({ id }) => id));
        const [small, large] = [Math.min(one, other), Math.max(one, other)];

        expect(ids(small, machines.toReversed())).toEqual(ids(small));
        expect([...ids(small)].every((id) => ids(large).has(id))).toBe(true);
        expect(ids(small).size).toBeGreaterThan(0);
      }),
    );
  });
});
