import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectPage, listPage } from '../../../functions/http/pages.ts';

const keyOf = (i: number) => String(i).padStart(6, '0');

/** Rows 0 to n-1 in key order, as a store gives them; notes how many rows each request reads. */
function rowsOf(count: number, storeLimit = 1000) {
  let scanned = 0;
  const read = async (limit: number, after: string | undefined) => {
    const from = after === undefined ? 0 : Number(after) + 1;
    const until = Math.min(from + Math.min(limit, storeLimit), count);
    const found = Array.from({ length: Math.max(0, until - from) }, (_, i) => ({
      key: keyOf(from + i),
      item: from + i,
    }));
    scanned += found.length;
    return { found, next: until < count ? keyOf(until - 1) : undefined };
  };
  return {
    read,
    scanned: () => {
      const before = scanned;
      scanned = 0;
      return before;
    },
  };
}

/** Every page until there is no next. */
async function pages(rows: ReturnType<typeof rowsOf>, limit: number, fits: (item: number) => boolean) {
  const found: { items: number[]; scanned: number; next: string | undefined }[] = [];
  let after: string | undefined;
  do {
    const { items, next } = await collectPage({ limit, after }, rows.read, fits);
    found.push({ items, scanned: rows.scanned(), next });
    after = next;
  } while (after !== undefined && found.length < 10_000);
  return found;
}

describe('listPage', () => {
  it('gives everything exactly once, whatever the size of a page', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 50 }), fc.integer({ min: 1, max: 60 }), (all, limit) => {
        const seen: number[] = [];
        for (let after: number | undefined = 0; after !== undefined; ) {
          const { items, next }: ReturnType<typeof listPage<number>> = listPage(all, { limit, after });
          seen.push(...items);
          after = next === undefined ? undefined : Number(next);
        }
        expect(seen).toEqual(all);
      }),
    );
  });
});

describe('collectPage', () => {
  it('gives a page of the limit, and where to go on', async () => {
    const rows = rowsOf(250);
    expect(await collectPage({ limit: 2 }, rows.read, () => true)).toEqual({ items: [0, 1], next: keyOf(1) });
    expect(await collectPage({ limit: 2, after: keyOf(1) }, rows.read, () => true)).toEqual({
      items: [2, 3],
      next: keyOf(3),
    });
  });

  it.each([
    [4, 2, [2, 2]],
    [5, 2, [2, 2, 1]],
    [2, 2, [2]],
    [0, 2, [0]],
    [1000, 1000, [1000]],
    [1001, 1000, [1000, 1]],
  ])('gives %i rows in pages of %i: %j, without an empty one at the end', async (count, limit, lengths) => {
    expect((await pages(rowsOf(count), limit, () => true)).map(({ items }) => items.length)).toEqual(lengths);
  });

  it('stops after a bounded number of rows where little fits, and goes on from there', async () => {
    const found = await pages(rowsOf(20_000), 100, (item) => item === 13_000);
    expect(found.flatMap(({ items }) => items)).toEqual([13_000]);
    expect(found.length).toBeGreaterThan(3);
    expect(found.length).toBeLessThan(10);
    for (const { scanned } of found) expect(scanned).toBeLessThanOrEqual(5000);
    for (const { next } of found.slice(0, -1)) expect(next).toBeDefined();
  });

  it('loses nothing and repeats nothing, whatever the limit, the filter and the pages of the store', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 12_000 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1, max: 3000 }),
        fc.nat(3000),
        fc.constantFrom(100, 999, 1000),
        async (count, limit, every, offset, storeLimit) => {
          const fits = (item: number) => item % every === offset % every;
          const found = await pages(
            rowsOf(count, storeLimit),
            Math.max(limit, Math.ceil(count / every / 40)),
            fits,
          );
          expect(found.flatMap(({ items }) => items)).toEqual(
            Array.from({ length: count }, (_, i) => i).filter(fits),
          );
          for (const { items, scanned } of found) {
            expect(items.length).toBeLessThanOrEqual(1000);
            expect(scanned).toBeLessThanOrEqual(5000);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
