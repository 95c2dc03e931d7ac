import { expect, it } from 'vitest';
import { type Store, upsertAll } from '../../shared/ledger/store.ts';
import { insert, rowsOf, upsert } from './store-operations.ts';

/** Rows in order, by prefix and page by page. */
export function storeLists(current: () => Store): void {
  it('lists in row order, page by page, each row once', async () => {
    const store = current();
    const rows = Array.from({ length: 25 }, (_, i) => `r${String(i).padStart(2, '0')}`);
    await store.write(
      'p',
      rows.toReversed().map((row) => upsert(row)),
    );

    const seen: string[] = [];
    let pages = 0;
    let after: string | undefined;
    do {
      const page = await store.list('p', { limit: 10, ...(after === undefined ? {} : { after }) });
      seen.push(...page.rows.map(({ row }) => row));
      after = page.next;
      pages += 1;
    } while (after !== undefined);

    expect(seen).toEqual(rows);
    expect(pages).toBe(3);
  });

  it('says that there is no next page when the last one is just full', async () => {
    const store = current();
    await store.write('p', [insert('a'), insert('b')]);

    expect((await store.list('p', { limit: 2 })).next).toBeUndefined();
  });

  it('lists by prefix, taken literally, also across pages', async () => {
    const store = current();
    await store.write(
      'p',
      ['a', 'b%', 'b', 'b_', 'b|1', 'b|2', 'b|3', 'bb', 'c'].map((row) => upsert(row)),
    );

    const first = await store.list('p', { prefix: 'b|', limit: 2 });
    const second = await store.list('p', { prefix: 'b|', limit: 2, after: first.next ?? '' });

    expect([...first.rows, ...second.rows].map(({ row }) => row)).toEqual(['b|1', 'b|2', 'b|3']);
    expect(second.next).toBeUndefined();
    expect(await rowsOf(store, 'p', 'b_')).toEqual(['b_']);
    expect(await rowsOf(store, 'p', 'B')).toEqual([]);
  });

  it('reads on after a row that is not there, and only within the prefix', async () => {
    const store = current();
    await store.write(
      'p',
      ['a|1', 'b|1', 'b|3', 'b|5', 'c|1'].map((row) => upsert(row)),
    );
    const rowsAfter = async (row: string, prefix: string) =>
      (await store.list('p', { prefix, after: row })).rows.map(({ row }) => row);

    expect(await rowsAfter('b|2', 'b|')).toEqual(['b|3', 'b|5']);
    expect(await rowsAfter('a|1', 'b|')).toEqual(['b|1', 'b|3', 'b|5']);
    expect(await rowsAfter('b|5', 'b|')).toEqual([]);
    expect(await rowsAfter('c|1', 'b|')).toEqual([]);
    expect(await rowsAfter('b|3', '')).toEqual(['b|5', 'c|1']);
  });

  it('reads on over more rows than a page holds', async () => {
    const store = current();
    const rows = Array.from({ length: 2345 }, (_, i) => ({
      row: `r${String(i).padStart(5, '0')}`,
      value: i,
    }));
    await upsertAll(store, 'p', rows);

    expect(await rowsOf(store, 'p')).toHaveLength(2345);
    expect((await store.list('p', { limit: 5000 })).rows).toHaveLength(1000);
  });
}
