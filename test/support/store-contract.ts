import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../shared/ledger/store.ts';
import { storeLists } from './store-lists.ts';
import { storeModel } from './store-model.ts';
import { insert, upsert } from './store-operations.ts';
import { storeSizes } from './store-sizes.ts';
import { storeTransactions } from './store-transactions.ts';

/** What every implementation of the ledger's store must do; `open` gives an empty one. */
export function storeContract(name: string, open: () => Promise<Store>): void {
  describe(`store contract: ${name}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

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

    storeTransactions(() => store);
    storeLists(() => store);
    storeSizes(() => store);
    storeModel(() => store);
  });
}
