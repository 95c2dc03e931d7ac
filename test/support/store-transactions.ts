import { expect, it } from 'vitest';
import { MAX_OPERATIONS, type Store, updateRow } from '../../shared/ledger/store.ts';
import { etagOf, insert, remove, replace, rowsOf, upsert } from './store-operations.ts';

/** Writes of several rows, and writers at once. */
export function storeTransactions(current: () => Store): void {
  it('applies all operations or none, and goes on working after a refusal', async () => {
    const store = current();
    await store.write('p', [insert('b', 'old'), insert('x', 'old')]);

    const refused = await store.write('p', [insert('a'), upsert('c'), remove('b'), insert('x')]);
    const accepted = await store.write('p', [insert('d')]);

    expect(refused).toEqual({ ok: false, code: 'exists', row: 'x' });
    expect(accepted.ok).toBe(true);
    expect(await rowsOf(store, 'p')).toEqual(['b', 'd', 'x']);
  });

  it('applies none of a transaction with an old etag, or with one of a row that is gone', async () => {
    const store = current();
    await store.write('p', [upsert('a', 1), upsert('b', 1)]);
    const [a, b] = [await etagOf(store, 'a'), await etagOf(store, 'b')];
    await store.write('p', [upsert('b', 2), upsert('c', 1)]);
    const gone = await etagOf(store, 'c');
    await store.write('p', [remove('c')]);

    const stale = await store.write('p', [replace('a', 9, a), insert('d'), replace('b', 9, b)]);
    const missing = await store.write('p', [remove('b'), replace('c', 9, gone), replace('a', 9, a)]);

    expect(stale).toEqual({ ok: false, code: 'changed', row: 'b' });
    expect(missing).toEqual({ ok: false, code: 'changed', row: 'c' });
    expect((await store.get('p', 'a'))?.value).toBe(1);
    expect(await rowsOf(store, 'p')).toEqual(['a', 'b']);
  });

  it('takes an etag that was never given for an old one', async () => {
    const store = current();
    await store.write('p', [upsert('a', 1), upsert('b', 1)]);

    expect(await store.write('p', [replace('a', 2, '')])).toMatchObject({ code: 'changed', row: 'a' });
    expect(await store.write('p', [replace('a', 2, '*')])).toMatchObject({ code: 'changed', row: 'a' });
    expect(await store.write('p', [upsert('b', 2), replace('a', 2, '')])).toMatchObject({ row: 'a' });
    expect((await store.list('p')).rows.map(({ value }) => value)).toEqual([1, 1]);
  });

  it('refuses a row that is named twice, writing none', async () => {
    const store = current();
    await expect(store.write('p', [insert('a'), insert('c'), upsert('c')])).rejects.toThrow(/row c of p/);

    expect(await rowsOf(store, 'p')).toEqual([]);
  });

  it('takes a transaction of nothing', async () => {
    const store = current();
    expect(await store.write('p', [])).toEqual({ ok: true, etags: [] });
  });

  it('deletes rows that are there and rows that are not in one transaction with others', async () => {
    const store = current();
    await store.write('p', [upsert('a'), upsert('c')]);

    const first = await store.write('p', [remove('a'), remove('b'), upsert('d'), remove('e'), remove('c')]);
    const second = await store.write('p', [remove('a'), remove('b')]);

    expect(first).toMatchObject({ ok: true, etags: ['', '', expect.stringMatching(/./), '', ''] });
    expect(second).toEqual({ ok: true, etags: ['', ''] });
    expect(await rowsOf(store, 'p')).toEqual(['d']);
  });

  it('writes nothing of a transaction with a value it cannot store, and goes on working', async () => {
    const store = current();
    await expect(store.write('p', [insert('before'), insert('bad', 1n)])).rejects.toThrow();

    expect((await store.write('p', [insert('next')])).ok).toBe(true);
    expect(await rowsOf(store, 'p')).toEqual(['next']);
  });

  // Table Storage never repeats an etag.
  it(`takes ${MAX_OPERATIONS} operations and refuses more, writing none`, async () => {
    const store = current();
    const many = Array.from({ length: MAX_OPERATIONS + 1 }, (_, i) => insert(`r${i}`));

    await expect(store.write('p', many)).rejects.toThrow(/100/);
    expect(await rowsOf(store, 'p')).toEqual([]);
    expect((await store.write('p', many.slice(1))).ok).toBe(true);
  });

  it('only one of two writers at once inserts a row', async () => {
    const store = current();
    const results = await Promise.all(
      ['x', 'y', 'z'].map((value) => store.write('p', [insert('row', value)])),
    );

    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  });

  it('deletes a row as it was read, alone, and leaves one that another wrote since', async () => {
    const store = current();
    await store.write('p', [insert('row', 1), insert('gone', 1)]);
    const [etag, gone] = [await etagOf(store, 'row'), await etagOf(store, 'gone')];
    await store.write('p', [upsert('row', 2), remove('gone')]);
    const asRead = (row: string, read: string) => ({ kind: 'delete' as const, row, etag: read });

    expect(await store.write('p', [asRead('row', etag)])).toEqual({ ok: false, code: 'changed', row: 'row' });
    expect(await store.write('p', [asRead('row', '')])).toMatchObject({ code: 'changed' });
    expect(await store.write('p', [asRead('gone', gone)])).toMatchObject({ code: 'changed', row: 'gone' });
    const fresh = await etagOf(store, 'row');
    await expect(store.write('p', [asRead('row', fresh), insert('x')])).rejects.toThrow(/by etag/);
    expect(await store.write('p', [asRead('row', fresh)])).toEqual({ ok: true, etags: [''] });
    expect(await rowsOf(store, 'p')).toEqual([]);
  });

  it('only one of several writers at once replaces what all of them read', async () => {
    const store = current();
    await store.write('p', [upsert('row', 'old'), upsert('other', 'old')]);
    const [etag, other] = [await etagOf(store, 'row'), await etagOf(store, 'other')];

    const alone = await Promise.all(
      ['x', 'y', 'z'].map((value) => store.write('p', [replace('row', value, etag)])),
    );
    const together = await Promise.all(
      ['x', 'y', 'z'].map((value) => store.write('p', [replace('other', value, other), insert(value)])),
    );

    expect(alone.filter(({ ok }) => ok)).toHaveLength(1);
    expect(together.filter(({ ok }) => ok)).toHaveLength(1);
    const winner = (await store.get('p', 'other'))?.value;
    expect(await rowsOf(store, 'p')).toEqual(['other', 'row', winner]);
  });

  it('loses no change of writers that change one row at once', async () => {
    const store = current();
    await store.write('p', [insert('count', 0)]);
    const count = async () => {
      for (let i = 0; i < 5; i += 1) await updateRow<number>(store, 'p', 'count', (n) => n + 1);
    };

    await Promise.all([count(), count(), count()]);

    expect((await store.get('p', 'count'))?.value).toBe(15);
  });
}
