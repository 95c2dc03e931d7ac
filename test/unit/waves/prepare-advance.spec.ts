import { beforeEach, describe, expect, it } from 'vitest';
import { createLedger, type Ledger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import { waiting } from '../../../shared/model/outcome.ts';
import type { Plan, PlannedMachine } from '../../../shared/model/plan.ts';
import { fail } from '../../../shared/model/trouble.ts';
import type { Wave } from '../../../shared/model/wave.ts';
import { advanceWave } from '../../../shared/waves/advance.ts';
import { finishWave, prepareWave } from '../../../shared/waves/prepare.ts';
import {
  aPlan,
  aPlannedMachine,
  aPlannedWave,
  aPolicy,
  arcResource,
  at,
  aWave,
  CELL,
  must,
  NOW,
  SUB,
  WORKSPACE_ID,
} from '../../support/builders.ts';
import { fakeLogs } from '../verification/fake-logs.ts';

const NORTH = `${SUB}.northeurope`;
const BASE: Partial<Plan> = {
  policy: aPolicy({ batchSize: 2, approvals: { removal: false } }),
  waves: [aPlannedWave(0)],
};
const PLAN = aPlan(BASE);
const MACHINES = [
  ...['a', 'b', 'c'].map((name) => aPlannedMachine(name)),
  aPlannedMachine('n', { cell: NORTH }),
  aPlannedMachine('arc', { resourceId: arcResource('arc'), kind: 'arcServer' }),
];

let ledger: Ledger;
beforeEach(async () => {
  ledger = createLedger(await openSqliteStore(':memory:'));
  return () => ledger.close();
});

const dependencies = (now = NOW, plan: Plan = PLAN) => ({
  ledger,
  concurrency: 2,
  now: () => now,
  plan: async () => plan,
  logs: fakeLogs({}).logs,
  http: { get: async () => fail('unexpected', 'no check asks by http here') },
});

async function arrange(
  wave: Partial<Wave> = {},
  machines: readonly PlannedMachine[] = MACHINES,
  plan: Plan = PLAN,
): Promise<Wave> {
  await ledger.plans.put(plan, [machines], []);
  const record = aWave({ step: 'prepare', cells: [], machineCount: machines.length, ...wave });
  await ledger.waves.create(record);
  return record;
}
const current = async () => must(await ledger.waves.get('wave-1')).wave;
const batches = async () => {
  const ids = (await ledger.waves.summaries('wave-1')).map(({ batchId }) => batchId);
  return new Map(
    await Promise.all(ids.map(async (id) => [id, await ledger.waves.batch('wave-1', id)] as const)),
  );
};

describe('prepareWave', () => {
  it('lays machines out in batches per cell and kind, each in exactly one', async () => {
    await prepareWave(dependencies(), await arrange(), PLAN);

    expect((await current()).cells).toEqual([
      { cell: NORTH, kind: 'azureVm', batches: 1, machines: 1, batchSize: 2 },
      { cell: CELL, kind: 'arcServer', batches: 1, machines: 1, batchSize: 2 },
      { cell: CELL, kind: 'azureVm', batches: 2, machines: 3, batchSize: 2 },
    ]);
    const found = await batches();
    expect([...found.keys()]).toEqual(['0000-0000', '0001-0000', '0002-0000', '0002-0001']);
    expect(
      [...found.values()]
        .flat()
        .map(({ planned }) => planned.id)
        .sort(),
    ).toEqual(MACHINES.map(({ id }) => id).sort());
    expect(await ledger.leases.holder(must(MACHINES[0]).id)).toBe('wave-1');
  });

  it('run twice it writes the same, and leaves batches that moved on as they are', async () => {
    const wave = await arrange();
    await prepareWave(dependencies(), wave, PLAN);
    const [moved] = await ledger.waves.batch('wave-1', '0000-0000');
    const done = {
      ...must(moved),
      record: { ...must(moved).record, outcomes: { install: { status: 'done' } as const } },
    };
    await ledger.waves.putBatch('wave-1', '0000-0000', [done]);
    const before = [await current(), await batches()];

    await prepareWave(dependencies(NOW + 60_000), wave, PLAN);

    expect([await current(), await batches()]).toEqual(before);
  });

  it('a machine another wave works on is blocked from the start', async () => {
    await ledger.leases.take(must(MACHINES[0]).id, 'wave-0', at(-60));

    await prepareWave(dependencies(), await arrange(), PLAN);

    const machines = [...(await batches()).values()].flat();
    const taken = machines.filter(({ record }) => record.outcomes.install !== undefined);
    expect(taken.map(({ planned }) => planned.id)).toEqual([must(MACHINES[0]).id]);
    expect(taken[0]?.record.outcomes.install).toMatchObject({
      status: 'blocked',
      reason: 'leaseTaken',
      detail: 'held by wave-0',
    });
    expect(await ledger.leases.holder(must(MACHINES[0]).id)).toBe('wave-0');
  });

  it('a dry run takes no lease and minds none', async () => {
    await ledger.leases.take(must(MACHINES[0]).id, 'wave-0', at(-60));

    await prepareWave(dependencies(), await arrange({ dryRun: true }), PLAN);

    expect(
      [...(await batches()).values()].flat().every(({ record }) => record.outcomes.install === undefined),
    ).toBe(true);
    expect(await ledger.leases.holder(must(MACHINES[1]).id)).toBeUndefined();
  });
});

describe('finishWave', () => {
  it('gives its own leases back, closes the record once, and can be repeated', async () => {
    await ledger.leases.take(must(MACHINES[0]).id, 'wave-0', at(-60));
    await prepareWave(dependencies(), await arrange(), PLAN);

    await finishWave(dependencies(), await current());
    await finishWave(dependencies(NOW + 60_000), await current());

    expect(await current()).toMatchObject({ step: 'finished', finishedAt: at(0) });
    const holders = await Promise.all(MACHINES.map(({ id }) => ledger.leases.holder(id)));
    expect(holders).toEqual(['wave-0', undefined, undefined, undefined, undefined]);
  });

  it('after an abort it closes what never started and keeps what ended', async () => {
    await prepareWave(
      dependencies(),
      await arrange({ abort: { at: at(0), by: 'olga', reason: 'stop' } }),
      PLAN,
    );
    const [machine] = await ledger.waves.batch('wave-1', '0000-0000');
    const outcomes = { install: { status: 'done' }, associate: waiting('throttled', at(60)) } as const;
    await ledger.waves.putBatch('wave-1', '0000-0000', [
      { ...must(machine), record: { ...must(machine).record, outcomes } },
    ]);

    await finishWave(dependencies(), await current());

    const [closed] = await ledger.waves.batch('wave-1', '0000-0000');
    const aborted = { status: 'skipped', reason: 'aborted' };
    expect(closed?.record.outcomes).toEqual({
      install: { status: 'done' },
      associate: aborted,
      verify: aborted,
      reverify: aborted,
      uninstall: aborted,
      confirm: aborted,
    });
    expect(await ledger.waves.summary('wave-1', '0000-0000')).toMatchObject({
      finished: ['deploy', 'remove'],
      failed: 0,
    });
  });
});

describe('advanceWave', () => {
  /** Marks every batch as through a segment. */
  async function complete(segment: 'deploy' | 'remove'): Promise<void> {
    for (const summary of await ledger.waves.summaries('wave-1')) {
      const finished = [...summary.finished, segment];
      await ledger.waves.putSummary('wave-1', { ...summary, finished, verified: summary.size });
    }
  }
  const advance = (now?: number, plan?: Plan) => advanceWave(dependencies(now, plan), 'wave-1');

  it('prepares and runs in one go, and says the same when asked again', async () => {
    await arrange();

    const first = await advance();
    const again = await advance();

    expect(first).toMatchObject({ kind: 'run', segment: 'deploy' });
    expect(first.kind === 'run' && first.cells.map(({ batches: n }) => n)).toEqual([1, 1, 2]);
    expect(again).toEqual(first);
  });

  it('goes through gate and connectors to the end', async () => {
    const plan = aPlan({ ...BASE, policy: aPolicy({ batchSize: 2 }) });
    await arrange({}, MACHINES, plan);
    await advance(NOW, plan);
    await complete('deploy');

    const waits = await advance(NOW, plan);
    await ledger.waves.update('wave-1', (wave) => ({
      ...wave,
      approvals: [{ gate: 'removal', by: 'anna', at: at(0) }],
    }));
    const connectors = await advance(NOW, plan);
    await ledger.waves.update('wave-1', (wave) => ({
      ...wave,
      connectors: [{ workspaceId: WORKSPACE_ID, outcome: { status: 'done' }, dependents: 0, at: at(0) }],
    }));
    const remove = await advance(NOW, plan);
    await complete('remove');
    const end = await advance(NOW, plan);

    expect(waits).toEqual({ kind: 'wait', for: 'approval', until: null });
    expect(connectors).toEqual({ kind: 'connectors', workspaceIds: [WORKSPACE_ID] });
    expect(remove).toMatchObject({ kind: 'run', segment: 'remove' });
    expect(end).toEqual({ kind: 'finished' });
    expect(await current()).toMatchObject({ step: 'finished', finishedAt: at(0) });
    const trail: string[] = [];
    for await (const { event } of ledger.audit.read('wave-1')) trail.push(event);
    expect(trail).toEqual(['gate']);
  });

  it('an aborted wave that never began is finished at once', async () => {
    await arrange({ abort: { at: at(0), by: 'olga', reason: 'stop' } });

    expect(await advance()).toEqual({ kind: 'finished' });
    expect((await current()).step).toBe('finished');
  });

  it('holds a wave that begins when its inventory has grown too old, until a person takes that on', async () => {
    const plan = aPlan({ ...BASE, policy: aPolicy({ inventoryMaxAgeSeconds: 3600 }) });
    await arrange({}, MACHINES, plan);
    const later = NOW + 7_200_000;

    expect(await advance(later, plan)).toEqual({ kind: 'wait', for: 'hold', until: null });
    expect((await current()).holds).toMatchObject([{ id: 'inventory-too-old', kind: 'system' }]);
    expect((await current()).cells).toEqual([]);

    await ledger.waves.update('wave-1', (wave) => ({ ...wave, holds: [], resumedAt: at(7200) }));
    expect(await advance(later, plan)).toMatchObject({ kind: 'run', segment: 'deploy' });
  });

  it('a wave without machines goes through', async () => {
    const plan = aPlan({ ...BASE, waves: [aPlannedWave(0, { machineCount: 0, legacyWorkspaces: [] })] });
    await arrange({}, [], plan);

    expect(await advance(NOW, plan)).toEqual({ kind: 'finished' });
  });

  it('an unknown wave is a bug', async () => {
    await expect(advance()).rejects.toThrow(/wave-1/);
  });

  // The gate may be passed within one advance, straight from deploy.
  it.each([
    ['without soak and approval', {}],
    ['in a dry run', { dryRun: true }],
  ])('switches connectors before it removes: %s', async (_, wave) => {
    await arrange(wave);
    await advance();
    await complete('deploy');

    expect(await advance()).toEqual({ kind: 'connectors', workspaceIds: [WORKSPACE_ID] });
  });

  it('switches the connectors of its own wave only', async () => {
    const waves = [
      aPlannedWave(0),
      aPlannedWave(1, { legacyWorkspaces: ['/law-b', '/law-c'] }),
      aPlannedWave(2, { legacyWorkspaces: ['/law-d'] }),
    ];
    const plan = aPlan({ ...BASE, waves });
    await ledger.plans.put(plan, [[], MACHINES, []], []);
    await ledger.waves.create(aWave({ step: 'prepare', cells: [], machineCount: MACHINES.length, index: 1 }));
    await advance(NOW, plan);
    await complete('deploy');

    expect(await advance(NOW, plan)).toEqual({ kind: 'connectors', workspaceIds: ['/law-b', '/law-c'] });
  });

  it('goes straight to removal when no machine reports to a workspace', async () => {
    const plan = aPlan({ ...BASE, waves: [aPlannedWave(0, { legacyWorkspaces: [] })] });
    await arrange({}, MACHINES, plan);
    await advance(NOW, plan);
    await complete('deploy');

    expect(await advance(NOW, plan)).toMatchObject({ kind: 'run', segment: 'remove' });
  });
});
