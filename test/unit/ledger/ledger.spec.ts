import { beforeEach, describe, expect, it } from 'vitest';
import { BUCKETS, bucketOf, machineKey } from '../../../shared/ledger/inventories.ts';
import { createLeases } from '../../../shared/ledger/leases.ts';
import { createLedger, type Ledger } from '../../../shared/ledger/ledger.ts';
import { PLAN_PLACE } from '../../../shared/ledger/plans.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import type { Store } from '../../../shared/ledger/store.ts';
import type { Policy } from '../../../shared/model/policy.ts';
import type { AuditEntry } from '../../../shared/model/wave.ts';
import {
  aMachine,
  anInventory,
  aPlan,
  aPlannedMachine,
  aRule,
  aSummary,
  at,
  aWave,
  aWaveMachine,
  aWorkspace,
} from '../../support/builders.ts';

let ledger: Ledger;
beforeEach(async () => {
  ledger = createLedger(await openSqliteStore(':memory:'));
  return () => ledger.close();
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('inventories', () => {
  it('the latest is the completed one that was completed last', async () => {
    await ledger.inventories.put(anInventory({ id: 'z-old', completedAt: at(-500) }));
    await ledger.inventories.put(anInventory({ id: 'a-new', completedAt: at(-100) }));
    await ledger.inventories.put(anInventory({ id: 'm-failed', status: 'failed', completedAt: at(0) }));
    await ledger.inventories.put(anInventory({ id: 'm-running', status: 'running', completedAt: null }));

    expect((await ledger.inventories.latest())?.id).toBe('a-new');
  });

  it('there is no latest before the first is completed', async () => {
    await ledger.inventories.put(anInventory({ status: 'running', completedAt: null }));

    expect(await ledger.inventories.latest()).toBeUndefined();
    expect(await ledger.inventories.get('unknown')).toBeUndefined();
  });

  it('keeps raw rows per kind in page order, and drops them all', async () => {
    const many = Array.from({ length: 250 }, (_, i) => i);
    await ledger.inventories.putRaw('i', 'machines', '000001', ['last']);
    await ledger.inventories.putRaw('i', 'machines', '000000', many);
    await ledger.inventories.putRaw('i', 'rules', '000000', ['rule']);

    expect(await ledger.inventories.readRaw('i', 'machines')).toEqual([...many, 'last']);
    await ledger.inventories.dropRaw('i');
    expect(await ledger.inventories.readRaw('i', 'machines')).toEqual([]);
    expect(await ledger.inventories.readRaw('i', 'rules')).toEqual([]);
  });

  it('gives machines by id, all, and in pages', async () => {
    const machines = ['a', 'b', 'c'].map((name) => aMachine({ name }));
    await ledger.inventories.putMachines('i', machines);
    await ledger.inventories.putMachines('i', machines);

    const first = await ledger.inventories.machinePage('i', 2);
    const second = await ledger.inventories.machinePage('i', 2, first.next);

    expect((await all(ledger.inventories.machines('i'))).length).toBe(3);
    expect([...first.machines, ...second.machines].map(({ machine }) => machine.name).sort()).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(second.next).toBeUndefined();
    expect((await ledger.inventories.machine('i', machines[1]?.id ?? ''))?.name).toBe('b');
    expect(await ledger.inventories.machine('i', 'unknown')).toBeUndefined();
  });

  it('replaces a part, section by section', async () => {
    await ledger.inventories.putPart('i', 'totals', [1], '000');
    await ledger.inventories.putPart('i', 'totals', [2], '001');
    await ledger.inventories.putPart('i', 'totals', [3], '000');
    await ledger.inventories.putPart(
      'i',
      'findings',
      Array.from({ length: 120 }, (_, i) => i),
    );

    expect(await ledger.inventories.readPart('i', 'totals')).toEqual([3, 2]);
    expect(await ledger.inventories.readPart('i', 'findings')).toEqual(
      Array.from({ length: 120 }, (_, i) => i),
    );
    expect(await ledger.inventories.readPart('j', 'findings')).toEqual([]);
  });

  it('gives the estate of an inventory, apart from others', async () => {
    await ledger.inventories.putPart('i', 'rules', [aRule()]);
    await ledger.inventories.putPart('i', 'workspaces', [aWorkspace()]);
    await ledger.inventories.putPart('i', 'unreadWorkspaces', [{ id: 'x', reason: 'no' }]);
    await ledger.inventories.putPart('j', 'rules', [aRule({ name: 'other' })]);

    expect(await ledger.inventories.estate('i')).toEqual({
      rules: [aRule()],
      endpoints: [],
      workspaces: [aWorkspace()],
      unreadWorkspaces: [{ id: 'x', reason: 'no' }],
    });
  });

  it('keeps raw rows of machines in their buckets, all of them, and leaves rows of no machine out', async () => {
    const owners = Array.from({ length: 400 }, (_, i) => `machine-${i}`);
    const put = () =>
      ledger.inventories.putRawByMachine(
        'i',
        'extensions',
        '000',
        [...owners, ''],
        (owner) => owner || undefined,
      );
    await put();
    await put();

    const buckets = await Promise.all(
      Array.from({ length: BUCKETS }, (_, bucket) =>
        ledger.inventories.readRaw<string>('i', 'extensions', bucket),
      ),
    );
    for (const [bucket, found] of buckets.entries())
      expect(found).toEqual(owners.filter((owner) => bucketOf(owner) === bucket));
    expect(buckets.flat().sort()).toEqual([...owners].sort());
    expect(buckets.every((found) => found.length > 0)).toBe(true);
    expect((await ledger.inventories.readRaw<string>('i', 'extensions')).sort()).toEqual([...owners].sort());
  });

  it('drops the raw rows of one kind, and no machines', async () => {
    await ledger.inventories.putRaw('i', 'rules', '000', ['a']);
    await ledger.inventories.putRaw('i', 'machines', '000', ['b']);
    await ledger.inventories.putRaw('j', 'rules', '000', ['c']);
    await ledger.inventories.putMachines('i', [aMachine()]);
    await ledger.inventories.dropRaw('i', 'rules');

    expect(await ledger.inventories.readRaw('i', 'rules')).toEqual([]);
    expect(await ledger.inventories.readRaw('i', 'machines')).toEqual(['b']);
    expect(await ledger.inventories.readRaw('j', 'rules')).toEqual(['c']);
    expect(await all(ledger.inventories.machines('i'))).toHaveLength(1);
  });

  it('keys a machine by its id alone, in characters that any store takes', () => {
    expect(machineKey(aMachine().id)).toMatch(/^[0-9a-f]{24}$/);
    expect(bucketOf(aMachine().id)).toBe(Number.parseInt(machineKey(aMachine().id).slice(0, 1), 16));
  });
});

describe('plans', () => {
  it('keeps waves apart and in order', async () => {
    const waves = [0, 1, 10].map((n) => [aPlannedMachine(`a${n}`), aPlannedMachine(`b${n}`)]);
    const blocked = [{ machineId: 'x', reasons: [] }];
    await ledger.plans.put(aPlan(), waves, blocked);

    expect(await ledger.plans.get('plan-1')).toEqual(aPlan());
    expect(await ledger.plans.machines('plan-1', 1)).toEqual(waves[1]);
    expect(await ledger.plans.machines('plan-1', 7)).toEqual([]);
    expect((await ledger.plans.blockedPage('plan-1', 10)).items).toEqual(blocked);
  });
});

describe('the list of plans', () => {
  it('is newest first, has no waves, and names each plan once however often it is enlisted', async () => {
    const older = { ...aPlan(), id: 'plan-0', createdAt: '2020-01-01T00:00:00.000Z' };
    for (const plan of [older, aPlan()]) await ledger.plans.put(plan, [], []);
    await ledger.plans.enlist(older);

    const { id, name, inventoryId, createdAt, counts, waves } = aPlan();
    const listed = await ledger.plans.list();
    expect(listed.map((plan) => plan.id)).toEqual(['plan-1', 'plan-0']);
    expect(listed[0]).toEqual({ id, name, inventoryId, createdAt, counts, waves: waves.length });
  });
});

describe('pages of a plan', () => {
  it('turn through waves and blocked machines and read no more than they show', async () => {
    const waves = [0, 1].map((n) => ['a', 'b', 'c'].map((name) => aPlannedMachine(`${name}${n}`)));
    const blocked = ['x', 'y', 'z'].map((machineId) => ({ machineId, reasons: [] }));
    await ledger.plans.put(aPlan(), waves, blocked);

    const first = await ledger.plans.machinePage('plan-1', 1, 2);
    const second = await ledger.plans.machinePage('plan-1', 1, 2, first.next);
    expect([first.items, second.items]).toEqual([waves[1]?.slice(0, 2), waves[1]?.slice(2)]);
    expect(first.next).toMatch(PLAN_PLACE);
    expect(second.next).toBeUndefined();

    const one = await ledger.plans.blockedPage('plan-1', 1);
    const rest = await ledger.plans.blockedPage('plan-1', 5, one.next);
    expect([...one.items, ...rest.items]).toEqual(blocked);
    expect(await ledger.plans.blockedPage('other', 5)).toEqual({ items: [], next: undefined });
  });

  it('a plan of an earlier version has no windows', async () => {
    const { windows: _, ...policy } = aPlan().policy;
    await ledger.plans.put({ ...aPlan(), policy: policy as Policy }, [], []);

    expect((await ledger.plans.get('plan-1'))?.policy.windows).toEqual([]);
  });
});

describe('waves', () => {
  it('is created once', async () => {
    expect(await ledger.waves.create(aWave())).toBe(true);
    expect(await ledger.waves.create(aWave({ requestedBy: 'other' }))).toBe(false);
    expect((await ledger.waves.get('wave-1'))?.wave.requestedBy).toBe('rita@contoso.example');
  });

  it('loses no update when many write at once', async () => {
    await ledger.waves.create(aWave({ machineCount: 0 }));

    await Promise.all(
      Array.from({ length: 10 }, () =>
        ledger.waves.update('wave-1', (wave) => ({ ...wave, machineCount: wave.machineCount + 1 })),
      ),
    );

    expect((await ledger.waves.get('wave-1'))?.wave.machineCount).toBe(10);
  });

  it('leaves the record alone when the change says so, and knows no unknown wave', async () => {
    await ledger.waves.create(aWave());
    const before = await ledger.waves.get('wave-1');

    const unchanged = await ledger.waves.update('wave-1', () => undefined);

    expect(unchanged).toEqual(aWave());
    expect(await ledger.waves.get('wave-1')).toEqual(before);
    expect(await ledger.waves.update('unknown', (wave) => wave)).toBeUndefined();
  });

  it('keeps batches and their summaries apart', async () => {
    await ledger.waves.putBatch('wave-1', '0000-0000', [aWaveMachine('a'), aWaveMachine('b')]);
    await ledger.waves.putBatch('wave-1', '0000-0001', [aWaveMachine('c')]);
    await ledger.waves.putSummary('wave-1', aSummary({ batchId: '0000-0001' }));
    await ledger.waves.putSummary('wave-1', aSummary({ batchId: '0000-0000', size: 2 }));

    expect(await ledger.waves.batch('wave-1', '0000-0000')).toHaveLength(2);
    expect(await ledger.waves.batch('wave-1', '0000-0001')).toEqual([aWaveMachine('c')]);
    expect((await ledger.waves.summaries('wave-1')).map(({ size }) => size)).toEqual([2, 1]);
    expect(await ledger.waves.summary('wave-1', '0000-0002')).toBeUndefined();
  });
});

describe('audit', () => {
  const entry = (changes: Partial<AuditEntry>): AuditEntry => ({
    at: at(0),
    waveId: 'wave-1',
    machineId: null,
    stage: null,
    event: 'control',
    message: 'm',
    by: 'app',
    ...changes,
  });

  it('reads a wave in time order, apart from others', async () => {
    await ledger.audit.append('k', [
      entry({ at: at(5), message: 'second' }),
      entry({ waveId: 'wave-2', message: 'other' }),
    ]);
    await ledger.audit.append('k', [
      entry({ at: at(1), message: 'first' }),
      entry({ waveId: null, message: 'general' }),
    ]);

    expect((await all(ledger.audit.read('wave-1'))).map(({ message }) => message)).toEqual([
      'first',
      'second',
    ]);
    expect((await all(ledger.audit.read(null))).map(({ message }) => message)).toEqual(['general']);
  });

  it('the same step written twice leaves one trail', async () => {
    const entries = Array.from({ length: 150 }, (_, i) => entry({ message: `m${i}` }));
    await ledger.audit.append('k', entries);
    await ledger.audit.append('k', entries);

    expect(await all(ledger.audit.read('wave-1'))).toHaveLength(150);
  });

  it('different entries of one writer at one instant all stay', async () => {
    await ledger.audit.append('k', [entry({ message: 'first' })]);
    await ledger.audit.append('k', [entry({ message: 'second' })]);
    await ledger.audit.append('k', [entry({ message: 'second', data: { n: 1 } })]);

    expect((await all(ledger.audit.read('wave-1'))).map(({ message }) => message).sort()).toEqual([
      'first',
      'second',
      'second',
    ]);
  });

  it('entries of one call keep their order', async () => {
    const messages = Array.from({ length: 12 }, (_, i) => `m${i}`);
    await ledger.audit.append(
      'k',
      messages.map((message) => entry({ message })),
    );

    expect((await all(ledger.audit.read('wave-1'))).map(({ message }) => message)).toEqual(messages);
  });
});

describe('leases', () => {
  it('belong to the first wave until it gives them back', async () => {
    expect(await ledger.leases.take('m', 'wave-1', at(0))).toBe('wave-1');
    expect(await ledger.leases.take('m', 'wave-1', at(1))).toBe('wave-1');
    expect(await ledger.leases.take('m', 'wave-2', at(2))).toBe('wave-1');

    await ledger.leases.release('m', 'wave-2');
    expect(await ledger.leases.holder('m')).toBe('wave-1');

    await ledger.leases.release('m', 'wave-1');
    expect(await ledger.leases.holder('m')).toBeUndefined();
    expect(await ledger.leases.take('m', 'wave-2', at(3))).toBe('wave-2');
  });

  it('go to exactly one of many waves at once', async () => {
    const holders = await Promise.all(
      Array.from({ length: 8 }, (_, i) => ledger.leases.take('m', `wave-${i}`, at(0))),
    );

    expect(new Set(holders).size).toBe(1);
  });

  it('are taken by the one who asks when the holder gives back in between', async () => {
    const store = await openSqliteStore(':memory:');
    let refusals = 0;
    // The insert meets another wave's lease, which is gone when its holder is read.
    const racing: Store = {
      ...store,
      write: async (partition, operations) => {
        if (operations[0]?.kind === 'insert' && refusals < 2) {
          refusals += 1;
          return { ok: false, code: 'exists', row: operations[0].row };
        }
        return store.write(partition, operations);
      },
    };
    const leases = createLeases(racing);

    expect(await leases.take('m', 'wave-1', at(0))).toBe('wave-1');
    expect(await leases.holder('m')).toBe('wave-1');
    expect(refusals).toBe(2);
    await store.close();
  });

  it('are never given back for another wave that took one in between', async () => {
    const store = await openSqliteStore(':memory:');
    let taken = false;
    // Between reading the lease and deleting it, it is given back and taken by the next wave.
    const racing: Store = {
      ...store,
      write: async (partition, operations) => {
        if (operations[0]?.kind === 'delete' && !taken) {
          taken = true;
          await createLeases(store).release('m', 'wave-1');
          await createLeases(store).take('m', 'wave-2', at(1));
        }
        return store.write(partition, operations);
      },
    };
    await createLeases(store).take('m', 'wave-1', at(0));

    await createLeases(racing).release('m', 'wave-1');

    expect(taken).toBe(true);
    expect(await createLeases(store).holder('m')).toBe('wave-2');
    await store.close();
  });

  it('of waves that are over are given back together', async () => {
    for (let i = 0; i < 20; i += 1) await ledger.leases.take(`m${i}`, i < 15 ? 'over' : 'running', at(0));

    expect(await ledger.leases.releaseAll((wave) => wave === 'over')).toBe(15);
    expect(await ledger.leases.holder('m0')).toBeUndefined();
    expect(await ledger.leases.holder('m19')).toBe('running');
  });
});

describe('migrated, connectors, idempotency', () => {
  it('migrated machines are known by id, once', async () => {
    const machines = Array.from({ length: 40 }, (_, i) => ({
      machineId: `m${i}`,
      waveId: 'wave-1',
      verifiedAt: at(0),
    }));
    await ledger.migrated.put(machines);
    await ledger.migrated.put(machines);

    expect([...(await ledger.migrated.ids())].sort()).toEqual(
      machines.map(({ machineId }) => machineId).sort(),
    );
  });

  it('a collection keeps the value last in force, per workspace and kind', async () => {
    const value = (changes: object) => ({
      workspaceId: 'ws',
      kind: 'k',
      name: 'n',
      tier: 'All',
      properties: { tier: 'All' },
      storedAt: at(0),
      waveId: 'wave-1',
      by: 'app',
      reason: null,
      restored: null,
      ...changes,
    });
    await ledger.connectors.remember(value({}));
    await ledger.connectors.remember(value({ tier: 'Common', waveId: 'wave-2' }));
    await ledger.connectors.remember(value({ kind: 'k2', tier: 'Minimal' }));

    expect((await ledger.connectors.stored('ws')).map(({ tier, waveId }) => [tier, waveId]).sort()).toEqual([
      ['Common', 'wave-2'],
      ['Minimal', 'wave-1'],
    ]);
    expect(await ledger.connectors.stored('ws2')).toEqual([]);
  });

  describe('an Idempotency-Key', () => {
    const ANSWER = { status: 202, headers: { Location: '/x' }, body: { id: 1 } };

    it('belongs to the request that claimed it first', async () => {
      expect(await ledger.idempotency.claim('key', 'h1')).toEqual({ requestHash: 'h1', answer: null });
      expect(await ledger.idempotency.claim('key', 'h2')).toEqual({ requestHash: 'h1', answer: null });
      expect(await ledger.idempotency.claim('Key', 'h2')).toEqual({ requestHash: 'h2', answer: null });
    });

    it('is claimed by exactly one of many requests at once', async () => {
      const uses = await Promise.all(
        Array.from({ length: 8 }, (_, i) => ledger.idempotency.claim('key', `h${i}`)),
      );

      expect(new Set(uses.map(({ requestHash }) => requestHash)).size).toBe(1);
    });

    it('keeps the first answer and gives it to whoever comes later', async () => {
      await ledger.idempotency.claim('key', 'h1');

      expect(await ledger.idempotency.answer('key', ANSWER)).toEqual(ANSWER);
      expect(await ledger.idempotency.answer('key', { ...ANSWER, status: 500 })).toEqual(ANSWER);
      expect(await ledger.idempotency.claim('key', 'h1')).toEqual({ requestHash: 'h1', answer: ANSWER });
    });

    it('gives all that answer at once the same answer', async () => {
      await ledger.idempotency.claim('key', 'h1');

      const answers = await Promise.all(
        [1, 2, 3, 4].map((id) => ledger.idempotency.answer('key', { ...ANSWER, body: { id } })),
      );

      const [kept] = answers;
      expect(answers).toEqual([kept, kept, kept, kept]);
      expect((await ledger.idempotency.claim('key', 'h1')).answer).toEqual(kept);
    });

    it('gives a claim back that came to nothing, and keeps an answered one', async () => {
      await ledger.idempotency.claim('key', 'h1');
      await ledger.idempotency.release('key');
      expect((await ledger.idempotency.claim('key', 'h2')).requestHash).toBe('h2');

      await ledger.idempotency.answer('key', ANSWER);
      await ledger.idempotency.release('key');

      expect((await ledger.idempotency.claim('key', 'h3')).answer).toEqual(ANSWER);
    });

    it('nobody claimed keeps nothing', async () => {
      expect(await ledger.idempotency.answer('key', ANSWER)).toEqual(ANSWER);
      expect(await ledger.idempotency.claim('key', 'h2')).toEqual({ requestHash: 'h2', answer: null });
    });
  });

  it('answers a ping', async () => {
    await expect(ledger.ping()).resolves.toBeUndefined();
  });
});
