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
});
