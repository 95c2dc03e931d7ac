import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import { storeContract } from '../../support/store-contract.ts';

storeContract('SQLite in memory', () => openSqliteStore(':memory:'));

describe('openSqliteStore', () => {
  it('makes the folder and finds its rows again after a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
    const path = join(folder, 'deep', 'ledger.sqlite');
    try {
      const first = await openSqliteStore(path);
      await first.write('p', [{ kind: 'insert', row: 'r', value: { n: 1 } }]);
      await first.close();

      const second = await openSqliteStore(path);
      const found = await second.get('p', 'r');
      await second.close();

      expect(found?.value).toEqual({ n: 1 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  // BUG shared/ledger/sqlite-store.ts write: a value that JSON cannot hold throws between BEGIN and ROLLBACK; every
  // later write of the process fails with "cannot start a transaction within a transaction".
  it.fails('goes on working after a value it cannot store', async () => {
    const store = await openSqliteStore(':memory:');
    await store.write('p', [{ kind: 'insert', row: 'r', value: 1n }]).catch(() => undefined);

    const next = await store
      .write('p', [{ kind: 'insert', row: 's', value: 1 }])
      .finally(() => store.close());

    expect(next).toEqual({ ok: true });
  });

  // BUG shared/ledger/sqlite-store.ts: etags count from 1 for each life of a row; Table Storage's never repeat.
  it.fails('takes an etag from before a row was deleted and inserted anew for an old one', async () => {
    const store = await openSqliteStore(':memory:');
    await store.write('p', [{ kind: 'insert', row: 'r', value: 'first' }]);
    const etag = (await store.get('p', 'r'))?.etag ?? '';
    await store.write('p', [{ kind: 'delete', row: 'r' }]);
    await store.write('p', [{ kind: 'insert', row: 'r', value: 'second' }]);

    const stale = await store.write('p', [{ kind: 'replace', row: 'r', value: 'third', etag }]);
    await store.close();

    expect(stale).toEqual({ ok: false, code: 'changed', row: 'r' });
  });
});
