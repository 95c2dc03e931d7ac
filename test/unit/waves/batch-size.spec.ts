import { describe, expect, it } from 'vitest';
import { batchSizeOf, countBySubscription } from '../../../shared/waves/batch-size.ts';

describe('batchSizeOf', () => {
  it.each([
    ['few machines', {}, 1999, 25],
    ['many', {}, 2000, 30],
    ['the policy, however many', { batchSize: 7 }, 5000, 7],
  ])('goes by %s', (_, policy, machines, size) => {
    expect(batchSizeOf(policy, machines)).toBe(size);
  });

  it('counts the machines of all cells of a subscription together', () => {
    const count = countBySubscription([
      { cell: 'a.westeurope', machines: 1500 },
      { cell: 'a.northeurope', machines: 600 },
      { cell: 'b.westeurope', machines: 3 },
    ]);
    expect(['a.westeurope', 'a.northeurope', 'b.westeurope', 'c.westeurope'].map(count)).toEqual([
      2100, 2100, 3, 0,
    ]);
  });
});
