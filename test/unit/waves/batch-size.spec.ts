import { describe, expect, it } from 'vitest';
import { batchSizeOf } from '../../../shared/waves/batch-size.ts';

describe('batchSizeOf', () => {
  it.each([
    ['a small cell', {}, 999, 25],
    ['a large one', {}, 1000, 30],
    ['the policy, whatever the cell', { batchSize: 7 }, 5000, 7],
  ])('goes by %s', (_, policy, machines, size) => {
    expect(batchSizeOf(policy, machines)).toBe(size);
  });
});
