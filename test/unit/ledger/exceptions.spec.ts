import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLedger, type Ledger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import { at, NOW } from '../../support/builders.ts';

const EXCEPTION = {
  ...{ machineIds: null, waveId: 'wave-1', workspaceId: null, tables: ['Event'] },
  ...{ by: 'ann', reason: 'the job moved', createdAt: at(0), expiresAt: at(3600) },
};

describe('an exception', () => {
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = createLedger(await openSqliteStore(':memory:'));
  });
  afterEach(() => ledger.close());

  it('that is asked for twice is one, with the time of the first', async () => {
    const first = await ledger.exceptions.add(EXCEPTION);

    expect(await ledger.exceptions.add({ ...EXCEPTION, createdAt: at(60) })).toEqual(first);
    expect(await ledger.exceptions.all()).toEqual([first]);
  });

  it('that was revoked stays so; asked for again it is another, each time', async () => {
    const ids = new Set<string>();
    for (const by of ['bob', 'eve']) {
      const { id, revoked } = await ledger.exceptions.add(EXCEPTION);
      expect(revoked).toBeNull();
      await ledger.exceptions.revoke(id, by, NOW);
      ids.add(id);
    }
    const last = await ledger.exceptions.add(EXCEPTION);

    expect(ids.add(last.id).size).toBe(3);
    const revokedBy = (await ledger.exceptions.all()).map(({ revoked }) => revoked?.by);
    expect(revokedBy.toSorted()).toEqual(['bob', 'eve', undefined]);
  });
});
