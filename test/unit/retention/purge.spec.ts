import { beforeEach, describe, expect, it } from 'vitest';
import { createLedger, type Ledger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import type { Store } from '../../../shared/ledger/store.ts';
import type { DriftRun } from '../../../shared/model/drift.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import type { PlanRun } from '../../../shared/model/plan-run.ts';
import type { Wave } from '../../../shared/model/wave.ts';
import { purgeOld } from '../../../shared/retention/purge.ts';
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
  NOW,
} from '../../support/builders.ts';

const DAY = 86_400;
const RETENTION = { inventoryDays: 30, waveDays: 90 };
const ALL = 1_000_000;

let store: Store;
let ledger: Ledger;
beforeEach(async () => {
  store = await openSqliteStore(':memory:');
  ledger = createLedger(store);
  return () => ledger.close();
});

const purge = (limit = ALL, days = 0) =>
  purgeOld({ ledger, now: () => NOW + days * DAY * 1000 }, RETENTION, limit);

async function takeInventory(id: string, days: number, changes: Partial<Inventory> = {}, machines = 3) {
  const times = { startedAt: at(-days * DAY), completedAt: at(-days * DAY + 60) };
  await ledger.inventories.put(anInventory({ id, ...times, ...changes }));
  const found = Array.from({ length: machines }, (_, i) => aMachine({ name: `web-${i}` }));
  await ledger.inventories.putMachines(id, found);
  await ledger.inventories.putPart(id, 'rules', [aRule()]);
  await ledger.inventories.putRaw(id, 'locks', 'page', [{}]);
}

async function rowsOf(partitions: readonly string[]): Promise<number> {
  const pages = await Promise.all(partitions.map((partition) => store.list(partition)));
  return pages.reduce((sum, { rows }) => sum + rows.length, 0);
}
const rowsLeft = (id: string) => rowsOf(ledger.inventories.partitionsOf(id));
const inventories = async () => (await ledger.inventories.list()).map(({ id }) => id);

async function trail(): Promise<string[]> {
  const messages: string[] = [];
  for await (const { event, message } of ledger.audit.read(null)) messages.push(`${event}: ${message}`);
  return messages;
}

const CELLS = [{ cell: 'c', kind: 'azureVm' as const, batches: 2, machines: 2, batchSize: 1 }];
const BATCHES = ['0000-0000', '0000-0001'];
async function runWave(id: string, days: number, changes: Partial<Wave> = {}): Promise<void> {
  const ended = { step: 'finished' as const, finishedAt: at(-days * DAY) };
  await ledger.waves.create(aWave({ id, cells: CELLS, ...ended, ...changes }));
  for (const batchId of BATCHES) {
    await ledger.waves.putBatch(id, batchId, [aWaveMachine(`web-${batchId}`, {}, { waveId: id, batchId })]);
    await ledger.waves.putSummary(id, aSummary({ batchId }));
  }
  const round = { waveId: id, stage: 'verify' as const, group: '0', until: at(0) };
  await ledger.verdicts.finish(round, BATCHES[0] ?? '', new Map(), NOW);
}
const detailsOf = async (id: string) => {
  const batches = await Promise.all(BATCHES.map((batch) => ledger.waves.batch(id, batch)));
  const evidence = await rowsOf([ledger.verdicts.partitionOf({ waveId: id, stage: 'verify', group: '0' })]);
  return batches.flat().length + evidence;
};

describe('old inventories', () => {
  it('are deleted with all that belongs to them, and the trail says so before and after', async () => {
    await takeInventory('old', 31);
    await takeInventory('young', 29);
    await takeInventory('newest', 1);

    expect(await purge()).toEqual({ begun: 1, ended: 1, goesOn: false });

    expect(await inventories()).toEqual(['newest', 'young']);
    expect(await rowsLeft('old')).toBe(0);
    expect(await rowsLeft('young')).toBe(5);
    expect(await trail()).toEqual(
      [
        expect.stringMatching(/^effect: deleted 5 rows of inventory old$/),
        expect.stringMatching(/^intent: deleting inventory old, begun .*older than 30 days/),
      ].sort(),
    );
    expect(await ledger.purges.all()).toEqual([]);
  });

  it('stay where they are the newest completed one, however old', async () => {
    await takeInventory('older', 400);
    await takeInventory('newest', 300);
    await takeInventory('failed since', 200, { status: 'failed' });

    await purge();

    expect(await inventories()).toEqual(['newest']);
    expect(await rowsLeft('newest')).toBe(5);
  });

  it('stay while they run', async () => {
    await takeInventory('running', 400, { status: 'running', completedAt: null });
    await takeInventory('newest', 1);

    await purge();

    expect(await inventories()).toEqual(['newest', 'running']);
  });

  it('stay where a plan was made from them', async () => {
    await takeInventory('planned', 400);
    await takeInventory('newest', 1);
    await ledger.plans.put(aPlan({ inventoryId: 'planned' }), [[aPlannedMachine()]], []);

    expect(await purge()).toEqual({ begun: 0, ended: 0, goesOn: false });
    expect(await rowsLeft('planned')).toBe(5);
  });

  it('stay where an unfinished wave or run goes by a plan of them, also one that nothing notes', async () => {
    for (const id of ['of a wave', 'of a run', 'of a wave that ended']) {
      await takeInventory(id, 400);
      // As plans were kept before inventories noted them.
      const value = aPlan({ id: `plan ${id}`, inventoryId: id });
      await store.write(`plan|plan ${id}`, [{ kind: 'upsert', row: 'plan', value }]);
    }
    await takeInventory('newest', 1);
    await ledger.waves.create(aWave({ id: 'w', planId: 'plan of a wave' }));
    await ledger.waves.create(aWave({ id: 'x', planId: 'plan of a wave that ended', step: 'finished' }));
    await ledger.planRuns.create({ id: 'r', planId: 'plan of a run', finishedAt: null } as PlanRun);

    await purge();

    expect((await inventories()).sort()).toEqual(['newest', 'of a run', 'of a wave']);
  });

  it('go in pieces, out of sight from the first on, and each is said once to be deleted', async () => {
    await takeInventory('large', 40, {}, 900);
    await takeInventory('newest', 1);

    const first = await purge(300);
    const left = await rowsLeft('large');
    let pieces = 1;
    while ((await purge(300)).goesOn && pieces < 50) pieces += 1;

    expect(first).toEqual({ begun: 1, ended: 0, goesOn: true });
    expect(await ledger.inventories.get('large')).toBeUndefined();
    expect(left).toBeGreaterThan(500);
    expect(pieces).toBeGreaterThan(2);
    expect(await rowsLeft('large')).toBe(0);
    const said = await trail();
    expect(said).toHaveLength(2);
    expect(said).toContain('effect: deleted 902 rows of inventory large');
  });

  it('go on where a process died in between', async () => {
    await takeInventory('old', 31);
    await takeInventory('newest', 1);
    await ledger.purges.begin({ kind: 'inventory', id: 'old', startedAt: at(-60) });

    await purge();

    expect(await inventories()).toEqual(['newest']);
    expect(await rowsLeft('old')).toBe(0);
    expect(await ledger.purges.all()).toEqual([]);
  });
});

describe('waves that ended long ago', () => {
  it('lose their machines and evidence, and keep record, counts and trail', async () => {
    await runWave('old', 91);
    await runWave('young', 89);

    await purge();

    expect(await detailsOf('old')).toBe(0);
    expect(await detailsOf('young')).toBe(3);
    expect((await ledger.waves.get('old'))?.wave.detailsPurgedAt).toBe(at(0));
    expect((await ledger.waves.get('young'))?.wave.detailsPurgedAt).toBeUndefined();
    expect(await ledger.waves.summaries('old')).toHaveLength(2);
    expect((await trail()).sort()).toEqual([
      expect.stringMatching(/^effect: deleted 3 rows of the machines of wave old/),
      expect.stringMatching(/^intent: deleting the machines of wave old: it ended more than 90 days ago/),
    ]);
  });

  it('do so once', async () => {
    await runWave('old', 91);

    await purge();

    expect(await purge(ALL, 1)).toEqual({ begun: 0, ended: 0, goesOn: false });
    expect((await ledger.waves.get('old'))?.wave.detailsPurgedAt).toBe(at(0));
  });

  it('stay while they are rolled back, and for as long after that', async () => {
    const rollback = { at: at(-DAY), finishedAt: null } as unknown as NonNullable<Wave['rollback']>;
    await runWave('rolling', 400, { rollback });
    await runWave('rolled', 400, { rollback: { ...rollback, finishedAt: at(-DAY) } });
    await runWave('open', 400, { step: 'remove', finishedAt: null });

    expect(await purge()).toEqual({ begun: 0, ended: 0, goesOn: false });
    expect((await purge(ALL, 90)).begun).toBe(1);
    expect(await detailsOf('rolled')).toBe(0);
    expect(await detailsOf('rolling')).toBe(3);
  });
});

describe('drift checks', () => {
  const run = (id: string, days: number, changes: object = {}) =>
    ({
      ...{ id, startedAt: at(-days * DAY), completedAt: at(-days * DAY), status: 'completed' },
      ...{ inventoryId: `inv-drift-${id}`, previousInventoryId: null, counts: {}, remedies: [] },
      ...changes,
    }) as unknown as DriftRun;

  it('go with their findings and inventories, and the newest stays', async () => {
    for (const one of [run('old', 9), run('newest', 8)]) {
      await ledger.drift.create(one);
      await ledger.drift.addFindings(one.id, [
        { code: 'amaMissing', subject: { kind: 'machine', id: '/m' }, remedy: 'repair', since: at(0) },
      ]);
    }
    await takeInventory('inv-drift-old', 9);
    await takeInventory('by-hand', 9);
    await takeInventory('latest', 1);

    await purgeOld({ ledger, now: () => NOW }, { ...RETENTION, driftDays: 7 }, ALL);

    expect((await ledger.drift.list()).map(({ id }) => id)).toEqual(['newest']);
    expect(await rowsOf(ledger.drift.partitionsOf('old'))).toBe(0);
    expect(await rowsOf(ledger.drift.partitionsOf('newest'))).toBe(1);
    expect((await inventories()).sort()).toEqual(['by-hand', 'latest']);
    expect(await trail()).toContain(
      'intent: deleting the findings of drift check old: it ended more than 7 days ago',
    );
  });

  it('that have not ended keep what they compare with', async () => {
    await ledger.drift.create(
      run('running', 0, { status: 'running', completedAt: null, previousInventoryId: 'inv-drift-before' }),
    );
    await takeInventory('inv-drift-before', 9);
    await takeInventory('latest', 1);

    await purgeOld({ ledger, now: () => NOW }, { ...RETENTION, driftDays: 7 }, ALL);

    expect((await inventories()).sort()).toEqual(['inv-drift-before', 'latest']);
  });
});
