import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  allRows,
  MAX_OPERATIONS,
  type Store,
  upsertAll,
  type WriteOperation,
} from '../../shared/ledger/store.ts';

/** What every implementation of the ledger's store must do; `open` gives an empty one. */
export function storeContract(name: string, open: () => Promise<Store>): void {
  describe(`store contract: ${name}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    const insert = (row: string, value: unknown = row): WriteOperation => ({ kind: 'insert', row, value });
    const upsert = (row: string, value: unknown = row): WriteOperation => ({ kind: 'upsert', row, value });
    const rowsOf = async (partition: string, prefix?: string) => {
      const rows: string[] = [];
      for await (const { row } of allRows(store, partition, prefix)) rows.push(row);
      return rows;
    };

    it('gives back any JSON value under any keys', async () => {
      const key = fc.stringMatching(/^[A-Za-z0-9|:. -]{1,20}$/);
      await fc.assert(
        fc.asyncProperty(key, key, fc.jsonValue(), async (partition, row, value) => {
          await store.write(partition, [upsert(row, value)]);

          // JSON has no negative zero.
          expect((await store.get(partition, row))?.value).toEqual(JSON.parse(JSON.stringify(value)));
        }),
        { numRuns: 50 },
      );
    });

    it('knows nothing of a row in another partition', async () => {
      await store.write('a', [insert('row')]);

      expect(await store.get('b', 'row')).toBeUndefined();
      expect(await store.get('a', 'ROW')).toBeUndefined();
      expect((await store.list('b')).rows).toEqual([]);
    });

    it('refuses to insert a row that is there, and keeps it', async () => {
      await store.write('p', [insert('row', 'first')]);

      const second = await store.write('p', [insert('row', 'second')]);

      expect(second).toEqual({ ok: false, code: 'exists', row: 'row' });
      expect((await store.get('p', 'row'))?.value).toBe('first');
    });

    it('replaces with the current etag and refuses an old one', async () => {
      await store.write('p', [insert('row', 1)]);
      const etag = (await store.get('p', 'row'))?.etag ?? '';

      const fresh = await store.write('p', [{ kind: 'replace', row: 'row', value: 2, etag }]);
      const stale = await store.write('p', [{ kind: 'replace', row: 'row', value: 3, etag }]);

      expect(fresh.ok).toBe(true);
      expect(stale).toEqual({ ok: false, code: 'changed', row: 'row' });
      expect((await store.get('p', 'row'))?.value).toBe(2);
    });

    it('gives the etags of what it wrote, which the next write can use', async () => {
      await store.write('p', [upsert('old'), upsert('gone')]);
      const etag = (await store.get('p', 'old'))?.etag ?? '';

      const first = await store.write('p', [
        insert('new'),
        { kind: 'delete', row: 'gone' },
        { kind: 'replace', row: 'old', value: 2, etag },
        upsert('other'),
      ]);
      const etags = first.ok ? first.etags : [];
      const second = await store.write('p', [
        { kind: 'replace', row: 'new', value: 3, etag: etags[0] ?? '' },
        { kind: 'replace', row: 'old', value: 3, etag: etags[2] ?? '' },
        { kind: 'replace', row: 'other', value: 3, etag: etags[3] ?? '' },
      ]);

      expect(etags).toHaveLength(4);
      expect(etags[1]).toBe('');
      expect(new Set(etags).size).toBe(4);
      expect(second.ok).toBe(true);
      expect((await store.get('p', 'old'))?.etag).toBe(second.ok ? second.etags[1] : undefined);
    });

    it('an upsert makes the etag old', async () => {
      await store.write('p', [upsert('row', 1)]);
      const etag = (await store.get('p', 'row'))?.etag ?? '';
      await store.write('p', [upsert('row', 2)]);

      const stale = await store.write('p', [{ kind: 'replace', row: 'row', value: 3, etag }]);

      expect(stale).toMatchObject({ ok: false, code: 'changed' });
    });

    it('refuses to replace a row that is gone', async () => {
      expect(await store.write('p', [{ kind: 'replace', row: 'row', value: 1, etag: '1' }])).toEqual({
        ok: false,
        code: 'changed',
        row: 'row',
      });
    });

    it('deletes, and a row that is gone can be deleted again', async () => {
      await store.write('p', [insert('row')]);

      const results = [
        await store.write('p', [{ kind: 'delete', row: 'row' }]),
        await store.write('p', [{ kind: 'delete', row: 'row' }]),
      ];

      expect(results.map(({ ok }) => ok)).toEqual([true, true]);
      expect(await store.get('p', 'row')).toBeUndefined();
    });

    it('applies all operations or none, and goes on working after a refusal', async () => {
      await store.write('p', [insert('b', 'old')]);

      const refused = await store.write('p', [
        insert('a'),
        upsert('c'),
        { kind: 'delete', row: 'b' },
        insert('c'),
      ]);
      const accepted = await store.write('p', [insert('d')]);

      expect(refused).toEqual({ ok: false, code: 'exists', row: 'c' });
      expect(accepted.ok).toBe(true);
      expect(await rowsOf('p')).toEqual(['b', 'd']);
    });

    it('writes nothing of a transaction with a value it cannot store, and goes on working', async () => {
      await expect(store.write('p', [insert('before'), insert('bad', 1n)])).rejects.toThrow();

      expect((await store.write('p', [insert('next')])).ok).toBe(true);
      expect(await rowsOf('p')).toEqual(['next']);
    });

    // Table Storage never repeats an etag.
    it('an etag from before a row was deleted and inserted anew is old', async () => {
      await store.write('p', [insert('row', 'first')]);
      const etag = (await store.get('p', 'row'))?.etag ?? '';
      await store.write('p', [{ kind: 'delete', row: 'row' }]);
      await store.write('p', [insert('row', 'first')]);

      const stale = await store.write('p', [{ kind: 'replace', row: 'row', value: 'third', etag }]);

      expect(stale).toEqual({ ok: false, code: 'changed', row: 'row' });
    });

    it('gives a new etag with every write, also of the same value', async () => {
      const etags: string[] = [];
      for (let i = 0; i < 20; i += 1) {
        await store.write('p', [upsert('row', 'same')]);
        etags.push((await store.get('p', 'row'))?.etag ?? '');
      }

      expect(new Set(etags).size).toBe(20);
    });

    it(`takes ${MAX_OPERATIONS} operations and refuses more, writing none`, async () => {
      const many = Array.from({ length: MAX_OPERATIONS + 1 }, (_, i) => insert(`r${i}`));

      await expect(store.write('p', many)).rejects.toThrow(/100/);
      expect(await rowsOf('p')).toEqual([]);
      expect((await store.write('p', many.slice(1))).ok).toBe(true);
    });

    it('only one of two writers at once inserts a row', async () => {
      const results = await Promise.all(
        ['x', 'y', 'z'].map((value) => store.write('p', [insert('row', value)])),
      );

      expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    });

    it('lists in row order, page by page, each row once', async () => {
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
      await store.write('p', [insert('a'), insert('b')]);

      expect((await store.list('p', { limit: 2 })).next).toBeUndefined();
    });

    it('lists by prefix, taken literally, also across pages', async () => {
      await store.write(
        'p',
        ['a', 'b%', 'b', 'b_', 'b|1', 'b|2', 'b|3', 'bb', 'c'].map((row) => upsert(row)),
      );

      const first = await store.list('p', { prefix: 'b|', limit: 2 });
      const second = await store.list('p', { prefix: 'b|', limit: 2, after: first.next ?? '' });

      expect([...first.rows, ...second.rows].map(({ row }) => row)).toEqual(['b|1', 'b|2', 'b|3']);
      expect(second.next).toBeUndefined();
      expect(await rowsOf('p', 'b_')).toEqual(['b_']);
      expect(await rowsOf('p', 'B')).toEqual([]);
    });

    it('reads on over more rows than a page holds', async () => {
      const rows = Array.from({ length: 2345 }, (_, i) => ({
        row: `r${String(i).padStart(5, '0')}`,
        value: i,
      }));
      await upsertAll(store, 'p', rows);

      expect(await rowsOf('p')).toHaveLength(2345);
      expect((await store.list('p', { limit: 5000 })).rows).toHaveLength(1000);
    });
  });
}
