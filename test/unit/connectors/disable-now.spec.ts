import { beforeEach, describe, expect, it } from 'vitest';
import { type DisableRequest, disableNow } from '../../../shared/connectors/disable-now.ts';
import { createLedger, type Ledger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import { fail } from '../../../shared/model/trouble.ts';
import { aMachine, anExtension, at, aWorkspace, NOW } from '../../support/builders.ts';
import { fakeLogs } from '../verification/fake-logs.ts';
import { DEFENDER, fakeCollections, SENTINEL, withTier } from './fake-collections.ts';

let ledger: Ledger;
beforeEach(async () => {
  ledger = createLedger(await openSqliteStore(':memory:'));
  await ledger.inventories.putMachines('inventory-1', [aMachine({ name: 'a', extensions: [anExtension()] })]);
  return () => ledger.close();
});

function run(collections: ReturnType<typeof fakeCollections>, changes: Partial<DisableRequest> = {}) {
  const { logs } = fakeLogs({ heartbeats: () => [] });
  const request = {
    ...{ workspace: aWorkspace(), inventoryId: 'inventory-1', by: 'ann', reason: 'r' },
    ...{ override: undefined, whatIf: false },
  };
  const dependencies = { ledger, logs, collections: collections.gateway, now: () => NOW };
  return disableNow(dependencies, { ...request, ...changes });
}

const RETIRED = { override: 'retired' };

describe('a switch by hand', () => {
  it('stays undone while a single machine depends on it, and is done under an override', async () => {
    const collections = fakeCollections([SENTINEL, DEFENDER]);

    const refused = await run(collections);
    const before = [...collections.written];
    const done = await run(collections, RETIRED);

    expect(refused).toMatchObject({ ok: true, value: { status: 'inUse', dependents: 1 } });
    expect(before).toEqual([]);
    expect(done).toMatchObject({ ok: true, value: { status: 'disabled', dependents: 1 } });
    expect(collections.written.map(({ tier }) => tier)).toEqual(['None', 'None']);
    expect(await ledger.connectors.stored(aWorkspace().id)).toMatchObject(
      Array(2).fill({ waveId: null, by: 'ann', reason: 'r; retired' }),
    );
  });

  it.each([
    [undefined, false],
    ['retired', true],
  ])('only looks when asked: override %s', async (override, allowed) => {
    const collections = fakeCollections([SENTINEL, withTier(DEFENDER, 'None')]);

    const answer = await run(collections, { override, whatIf: true });

    expect(answer).toMatchObject({ ok: true, value: { status: 'whatIf', allowed, dependents: 1 } });
    expect(collections.written).toEqual([]);
    expect((await ledger.audit.read(null).next()).done).toBe(true);
  });

  it('killed after its last write is confirmed by the next call, with what it stored', async () => {
    const collections = fakeCollections([SENTINEL], { kill: { at: 1, after: true } });
    await expect(run(collections, RETIRED)).rejects.toThrow('killed');

    const again = await run(collections, RETIRED);

    expect(again).toMatchObject({ ok: true, value: { status: 'alreadyDone' } });
    expect(await ledger.connectors.switchOf(aWorkspace().id)).toMatchObject({ confirmedAt: at(0) });
    expect(await ledger.connectors.stored(aWorkspace().id)).toMatchObject([{ tier: 'Recommended' }]);
  });

  it.each([
    ['cannot be read', { read: fail('notAuthorized', 'no') }, { ok: false }],
    ['changes at the same time', { meanwhile: [DEFENDER] }, { value: { status: 'changed' } }],
    ['is not kept', { forgetful: true }, { value: { status: 'stillOn' } }],
  ])('of a setting that %s is told', async (_, changes, expected) => {
    expect(await run(fakeCollections([SENTINEL], changes), RETIRED)).toMatchObject(expected);
  });
});
