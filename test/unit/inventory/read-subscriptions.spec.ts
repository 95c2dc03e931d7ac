import { beforeEach, describe, expect, it } from 'vitest';
import type { MachineGateway } from '../../../shared/agents/gateway.ts';
import type { SubscriptionGateway } from '../../../shared/inventory/gateway.ts';
import { readSubscriptions } from '../../../shared/inventory/read-subscriptions.ts';
import { bucketOf, type RawKind } from '../../../shared/ledger/inventories.ts';
import { createLedger, type Ledger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import { fail, ok, type Result } from '../../../shared/model/trouble.ts';
import { anInventory, arcResource, SUB, vmResource } from '../../support/builders.ts';
import { aDiscovery, extensionRow } from '../../support/inventory-builders.ts';

const CURSOR = { phase: 'subscriptions', index: 0, attempt: 0 } as const;
const SCOPE = `/subscriptions/${SUB}`;
const ALL = ok([{ actions: ['*'], notActions: [] }]);
const NONE = ok([]);
const subscription = (subscriptionId = SUB) => ({ id: `/subscriptions/${subscriptionId}`, subscriptionId });

let ledger: Ledger;
beforeEach(async () => {
  ledger = createLedger(await openSqliteStore(':memory:'));
  return () => ledger.close();
});
const raw = (kind: RawKind, bucket?: number) =>
  ledger.inventories.readRaw<Record<string, unknown>>('i', kind, bucket);

interface Given extends Partial<SubscriptionGateway> {
  readonly locks?: MachineGateway['locks'];
  readonly rows?: readonly unknown[];
  readonly cursor?: Parameters<typeof readSubscriptions>[2];
}

async function look({
  rows = [subscription()],
  cursor = CURSOR,
  locks = async () => ok([]),
  ...given
}: Given = {}) {
  const calls: string[] = [];
  const note =
    <T>(name: string, answer: (scope: string) => Promise<Result<T>>) =>
    (scope: string) => {
      calls.push(`${name} ${scope}`);
      return answer(scope);
    };
  await ledger.inventories.putRaw('i', 'subscriptions', '000', rows);
  const dependencies = aDiscovery(ledger, {
    machines: { locks: note('locks', locks) },
    subscriptions: {
      permissions: note('permissions', given.permissions ?? (async () => ALL)),
      guestAgents: note('guestAgents', given.guestAgents ?? (async () => ok([]))),
      autoProvisioning: note('autoProvisioning', given.autoProvisioning ?? (async () => ok([]))),
    },
  });
  const result = await readSubscriptions(dependencies, anInventory({ id: 'i' }), cursor);
  return {
    ...result,
    calls,
    asked: calls.filter((call) => call.startsWith('permissions')).map((call) => call.slice(12)),
  };
}
const withAgents = (...owners: string[]) =>
  ledger.inventories.putRawByMachine(
    'i',
    'extensions',
    '000',
    owners.map((owner) => extensionRow(owner)),
    ({ id }) => id,
  );

describe('readSubscriptions', () => {
  it('keeps locks, guest agents and provisioning, one list of each a subscription', async () => {
    const { cursor, calls } = await look({
      rows: [subscription(), subscription(SUB.toUpperCase())],
      locks: async () => ok([{ scope: SCOPE, level: 'ReadOnly', name: 'l' }]),
      guestAgents: async () => ok([{ machineId: vmResource('a').toLowerCase(), state: 'notReady' }]),
      autoProvisioning: async () => ok([{ name: 'default', on: true }]),
    });
    expect(cursor).toEqual({ phase: 'join', bucket: 0 });
    expect(calls).toEqual([`locks ${SUB}`, `guestAgents ${SUB}`, `autoProvisioning ${SUB}`]);
    expect(await raw('locks')).toEqual([{ scope: SCOPE, level: 'ReadOnly', name: 'l' }]);
    expect(await raw('guestAgents', bucketOf(vmResource('a').toLowerCase()))).toHaveLength(1);
    expect(await raw('autoProvisioning')).toEqual([{ name: 'default', on: true, subscriptionId: SUB }]);
    expect(await raw('problems')).toEqual([]);
  });

  it('records what it cannot read, each by itself, and keeps the rest', async () => {
    await withAgents(vmResource('a'));
    const no = async () => fail('notAuthorized', 'no');
    const { cursor } = await look({
      locks: no,
      permissions: no,
      autoProvisioning: no,
      guestAgents: async () => ok([{ machineId: vmResource('a').toLowerCase(), state: 'ready' }]),
    });
    expect(cursor.phase).toBe('join');
    expect(await raw('problems')).toEqual(
      ['locks', 'autoProvisioning', 'permissions'].map((kind) => ({ kind, id: SUB, reason: 'no' })),
    );
    expect(await raw('guestAgents')).toHaveLength(1);
  });

  it.each([
    [0, { cursor: { ...CURSOR, attempt: 1 }, waitMs: 30_000 }, 0],
    [9, { cursor: { ...CURSOR, attempt: 10 }, waitMs: 30_000 }, 0],
    [10, { cursor: { phase: 'join', bucket: 0 }, waitMs: 0 }, 1],
  ])('asks a busy one again, at attempt %i', async (attempt, expected, problems) => {
    const busy = async () => fail('throttled', 'busy');
    expect(await look({ locks: busy, cursor: { ...CURSOR, attempt } })).toMatchObject(expected);
    expect(await raw('problems')).toHaveLength(problems);
  });

  it('asks 20 in a look, all in the end, each once', async () => {
    const rows = Array.from({ length: 45 }, (_, i) => subscription(`s${String(i).padStart(2, '0')}`));
    const asked: string[] = [];
    let cursor: NonNullable<Given['cursor']> = CURSOR;
    for (const expected of [20, 20, 5]) {
      const result = await look({ rows, cursor });
      const locks = result.calls.filter((call) => call.startsWith('locks'));
      expect(locks).toHaveLength(expected);
      asked.push(...locks);
      cursor = result.cursor as typeof cursor;
    }
    expect(cursor).toEqual({ phase: 'join', bucket: 0 });
    expect(new Set(asked).size).toBe(45);
  });

  it('goes on at once where there are none', async () => {
    expect(await look({ rows: [] })).toMatchObject({ cursor: { phase: 'join', bucket: 0 }, calls: [] });
  });
});

describe('permissions', () => {
  const group = (name: string) => `${SCOPE}/resourcegroups/${name}`;
  const vmWithout = (suffix: string) => ok([{ actions: ['*'], notActions: [`*/${suffix}`] }]);

  it('are not asked for where no agent is', async () => {
    await withAgents(vmResource('a').replace(SUB, 'another'));
    expect((await look({ permissions: async () => NONE })).asked).toEqual([]);
    expect(await raw('permissions')).toEqual([]);
  });

  it('are asked of the subscription alone where it has all', async () => {
    await withAgents(vmResource('a', 'RG-A'), vmResource('b', 'rg-b'));
    expect((await look()).asked).toEqual([SCOPE]);
    expect(await raw('permissions')).toEqual([]);
  });

  it('are asked of every group with agents, once, where the subscription lacks some', async () => {
    await withAgents(
      vmResource('a', 'RG-A'),
      vmResource('b', 'rg-a'),
      arcResource('c', 'rg-c'),
      vmResource('d', 'rg-d'),
    );
    const { asked } = await look({
      permissions: async (scope) =>
        scope === group('rg-a') ? ALL : scope === group('rg-c') ? vmWithout('delete') : NONE,
    });
    expect(asked).toEqual([SCOPE, group('rg-a'), group('rg-c'), group('rg-d')]);
    expect(await raw('permissions')).toEqual([
      { scope: group('rg-c'), missing: ['Microsoft.HybridCompute/machines/extensions/delete'] },
      {
        scope: group('rg-d'),
        missing: expect.arrayContaining(['Microsoft.Compute/virtualMachines/extensions/write']),
      },
    ]);
  });

  it('of groups that all lack the same are one gap of the subscription', async () => {
    await withAgents(vmResource('a', 'rg-a'), vmResource('b', 'rg-b'));
    await look({ permissions: async () => vmWithout('delete') });
    expect(await raw('permissions')).toEqual([
      { scope: SCOPE, missing: ['Microsoft.Compute/virtualMachines/extensions/delete'] },
    ]);
  });

  it('that a group has are not called missing because every group lacks another', async () => {
    await withAgents(vmResource('a', 'rg-a'));
    await look({ permissions: async (scope) => (scope === SCOPE ? NONE : vmWithout('delete')) });
    expect(await raw('permissions')).toEqual([
      { scope: group('rg-a'), missing: ['Microsoft.Compute/virtualMachines/extensions/delete'] },
    ]);
  });

  it.each([
    [200, 201, 0],
    [201, 1, 1],
  ])('of %i groups take %i questions', async (groups, questions, problems) => {
    await withAgents(...Array.from({ length: groups }, (_, i) => vmResource('a', `rg-${i}`)));
    const { asked } = await look({ permissions: async () => NONE });
    expect(asked).toHaveLength(questions);
    expect(await raw('problems')).toHaveLength(problems);
    if (problems > 0) {
      expect(await raw('problems')).toMatchObject([
        { kind: 'permissions', id: SUB, reason: expect.stringContaining('201 resource groups') },
      ]);
      expect(await raw('permissions')).toEqual([]);
    }
  });

  it('that a group does not tell are a problem, and no conclusion', async () => {
    await withAgents(vmResource('a', 'rg-a'), vmResource('b', 'rg-b'));
    await look({ permissions: async (scope) => (scope === group('rg-b') ? fail('notFound', 'gone') : NONE) });
    expect(await raw('problems')).toMatchObject([{ kind: 'permissions', reason: 'gone' }]);
    expect(await raw('permissions')).toEqual([]);
  });
});
