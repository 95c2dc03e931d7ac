import { describe, expect, it } from 'vitest';
import { batchId, type WaveCell, waveBatches } from '../../../../shared/model/wave.ts';
import { GROUP_BATCHES, groupOf } from '../../../../shared/verification/parity/groups.ts';

const cells = (...batches: readonly number[]): WaveCell[] =>
  batches.map((count, i) => ({
    cell: `c${i}`,
    kind: 'azureVm',
    batches: count,
    machines: 25 * count,
    batchSize: 25,
  }));

/** The batches of each group, in the order in which batches come to them. */
function groups(all: readonly WaveCell[]): string[][] {
  const found = new Map(
    waveBatches({ cells: all }).map((id) => {
      const group = groupOf(all, id);
      return [group.id, group.batches] as const;
    }),
  );
  return [...found.values()].map((batches) => [...batches]);
}

describe('groupOf', () => {
  it.each([
    { name: 'small cells share', batches: [2, 3, 1], sizes: [6] },
    { name: 'small cells fill one group after another', batches: [8, 8, 8], sizes: [12, 12] },
    { name: 'a large cell keeps to itself', batches: [20, 20], sizes: [12, 8, 12, 8] },
    { name: 'small ones around a large one do not join it', batches: [2, 12, 2, 2], sizes: [2, 12, 4] },
    { name: 'an empty cell is none', batches: [0, 5, 0], sizes: [5] },
    { name: 'one batch', batches: [1], sizes: [1] },
  ])('$name', ({ batches, sizes }) => {
    expect(groups(cells(...batches)).map(({ length }) => length)).toEqual(sizes);
  });

  it('puts each batch into one group that names it, and no group is larger than a query can take', () => {
    const all = cells(3, 40, 11, 11, 12, 1, 200);
    const found = groups(all);

    expect(found.flat().toSorted()).toEqual(waveBatches({ cells: all }).toSorted());
    expect(Math.max(...found.map(({ length }) => length))).toBe(GROUP_BATCHES);
    for (const id of waveBatches({ cells: all })) expect(groupOf(all, id).batches).toContain(id);
  });

  it('judges a batch that is in no cell alone', () => {
    expect(groupOf(cells(2), batchId(0, 7)).batches).toEqual([batchId(0, 7)]);
    expect(groupOf([], batchId(3, 0)).batches).toEqual([batchId(3, 0)]);
  });
});
