import { beforeEach, describe, expect, it } from 'vitest';
import type { Collection } from '../../../shared/connectors/gateway.ts';
import { type RestoreRequest, restore } from '../../../shared/connectors/restore.ts';
import { switchOff } from '../../../shared/connectors/switch-off.ts';
import { createLedger, type Ledger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import { fail, type Result } from '../../../shared/model/trouble.ts';
import { at, NOW, WORKSPACE_ID, workspaceResource } from '../../support/builders.ts';
import { DEFENDER, fakeCollections, SENTINEL, withTier } from './fake-collections.ts';

const WORKSPACE = { id: WORKSPACE_ID, resourceId: workspaceResource('law-main') };
const ASKED: RestoreRequest = {
  workspace: WORKSPACE,
  by: 'rita',
  reason: 'the hunt needs it',
  force: false,
  whatIf: false,
};

let ledger: Ledger;
beforeEach(async () => {
  ledger = createLedger(await openSqliteStore(':memory:'));
  return () => ledger.close();
});

type Fake = ReturnType<typeof fakeCollections>;

async function switchedOffBy(fake: Fake, active: readonly Collection[]): Promise<void> {
  const answer = await switchOff(
    { ledger, collections: fake.gateway, now: () => NOW },
    {
      workspace: WORKSPACE,
      ...{ active, impact: [], waveId: null, by: 'ann', reason: 'r', ingestionLagSeconds: 300 },
    },
  );
  expect(answer).toMatchObject({ ok: true, value: { status: 'done' } });
}

function run(fake: Fake, changes: Partial<RestoreRequest> = {}) {
  const dependencies = { ledger, collections: fake.gateway, now: () => NOW + 60_000 };
  return restore(dependencies, { ...ASKED, ...changes });
}

/** Both kinds off, then what happened since: by `set`, and in the service. */
async function off(set?: readonly Collection[], changes: Parameters<typeof fakeCollections>[1] = {}) {
  const before = fakeCollections([SENTINEL, DEFENDER]);
  await switchedOffBy(before, [SENTINEL, DEFENDER]);
  return fakeCollections(set ?? before.current(), changes);
}

const open = async () =>
  (await ledger.connectors.stored(WORKSPACE_ID)).filter(({ restored }) => restored === null).length;
const actions = (answer: Awaited<ReturnType<typeof run>>) =>
  answer.ok && 'steps' in answer.value ? answer.value.steps.map(({ action }) => action).sort() : answer;

describe('restore', () => {
  it('puts back tier and properties of both kinds, as they were, and marks them restored', async () => {
    const fake = await off();

    const answer = await run(fake);

    expect(answer).toMatchObject({ ok: true, value: { status: 'restored' } });
    expect(fake.current()).toEqual(expect.arrayContaining([SENTINEL, DEFENDER]));
    const stored = await ledger.connectors.stored(WORKSPACE_ID);
    expect(stored.map(({ restored }) => restored)).toEqual([
      { at: at(60), by: 'rita' },
      { at: at(60), by: 'rita' },
    ]);
    expect(await ledger.connectors.switchOf(WORKSPACE_ID)).toMatchObject({ restoredAt: at(60) });
  });

  it.each<[string, readonly Collection[], readonly string[]]>([
    ['off both', [withTier(SENTINEL, 'None'), withTier(DEFENDER, 'none')], ['restore', 'restore']],
    ['gone altogether', [], ['restore', 'restore']],
    ['there already', [SENTINEL, DEFENDER], ['alreadyThere', 'alreadyThere']],
    ['one set by somebody', [withTier(SENTINEL, 'All'), withTier(DEFENDER, 'None')], ['conflict', 'restore']],
  ])('what is %s', async (_, set, expected) => {
    const fake = await off(set);

    const preview = await run(fake, { whatIf: true });

    expect(actions(preview)).toEqual(expected);
    expect(fake.written).toEqual([]);
    expect(await open()).toBe(2);
  });

  it('writes nothing at all while one of them was set by somebody, unless forced', async () => {
    const fake = await off([withTier(SENTINEL, 'Minimal'), withTier(DEFENDER, 'None')]);

    const refused = await run(fake);
    const written = [...fake.written];
    const forced = await run(fake, { force: true });

    expect(refused).toMatchObject({ ok: true, value: { status: 'refused' } });
    expect(written).toEqual([]);
    expect(forced).toMatchObject({ ok: true, value: { status: 'restored' } });
    expect(fake.current()).toEqual(expect.arrayContaining([SENTINEL, DEFENDER]));
  });

  it('has nothing to do where nothing is stored, or all is restored', async () => {
    const fake = fakeCollections([SENTINEL]);

    const never = await run(fake);
    await switchedOffBy(fake, [SENTINEL]);
    await run(fake);
    const twice = await run(fake);

    expect([never, twice]).toMatchObject([
      { value: { status: 'nothingStored' } },
      { value: { status: 'nothingStored' } },
    ]);
  });

  it.each([
    ['before the first write', { at: 1 }],
    ['after the first write', { at: 1, after: true }],
    ['before the second write', { at: 2 }],
    ['between the last write and the note of it', { at: 2, after: true }],
  ])('killed %s it is finished by the next call, with no write twice', async (_, kill) => {
    const fake = await off(undefined, { kill });
    await expect(run(fake)).rejects.toThrow('killed');

    const again = await run(fake);

    expect(again).toMatchObject({ ok: true, value: { status: 'restored' } });
    expect(fake.written).toHaveLength(2);
    expect(await open()).toBe(0);
  });

  it.each<[string, Parameters<typeof fakeCollections>[1], object]>([
    ['cannot be read', { read: fail('throttled', '429') }, { ok: false, trouble: { code: 'throttled' } }],
    [
      'cannot be written',
      { write: fail('notAuthorized', 'no') },
      { ok: false, trouble: { code: 'notAuthorized' } },
    ],
    ['is not kept', { forgetful: true }, { ok: true, value: { status: 'notRestored' } }],
    ['changes at the same time', { meanwhile: [SENTINEL] }, { ok: true, value: { status: 'changed' } }],
  ])('is not marked when the setting %s', async (_, changes, expected) => {
    const fake = await off(undefined, changes);

    const answer: Result<unknown> = await run(fake);

    expect(answer).toMatchObject(expected);
    expect(await open()).toBe(2);
  });

  it('can be switched off again afterwards, and what was then on is what comes back', async () => {
    const fake = fakeCollections([SENTINEL]);
    await switchedOffBy(fake, [SENTINEL]);
    await run(fake);
    fake.set([withTier(SENTINEL, 'All')]);
    await switchedOffBy(fake, [withTier(SENTINEL, 'All')]);

    await run(fake);

    expect(fake.current()).toEqual([withTier(SENTINEL, 'All')]);
  });
});
