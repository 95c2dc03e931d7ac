import { beforeEach, describe, expect, it } from 'vitest';
import { createLedger, type Ledger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import type { WaveMachine } from '../../../shared/ledger/waves.ts';
import type { Rollback } from '../../../shared/model/rollback.ts';
import type { Wave } from '../../../shared/model/wave.ts';
import { summarizeBatch } from '../../../shared/waves/batch-summary.ts';
import { finishWave } from '../../../shared/waves/prepare.ts';
import { prepareRollback } from '../../../shared/waves/prepare-rollback.ts';
import { at, aWave, aWaveMachine, must, NOW } from '../../support/builders.ts';

const BATCH = '0000-0000';
const UNDO = { connectors: true, legacyAgent: false, associations: true, agentSettings: true, agent: false };
const ROLLBACK: Rollback = {
  ...{ machineIds: null, undo: UNDO, workspaceKeys: [], confirmation: null, reason: 'wrong rules' },
  ...{ at: at(0), by: 'rick', preparedAt: null, connectors: [], finishedAt: null },
};
const CHANGED = { undo: { associations: ['ama-1'] } };
const STAGES = ['returnLegacy', 'undoAssociate', 'undoInstall'] as const;

let ledger: Ledger;
beforeEach(async () => {
  ledger = createLedger(await openSqliteStore(':memory:'));
  return () => ledger.close();
});

const dependencies = () => ({ ledger, concurrency: 2, now: () => NOW });

async function arrange(machines: readonly WaveMachine[], changes: Partial<Wave> = {}): Promise<Wave> {
  const wave = aWave({ step: 'rollback', rollback: ROLLBACK, ...changes });
  await ledger.waves.create(wave);
  await ledger.waves.putBatch(wave.id, BATCH, machines);
  await ledger.waves.putSummary(wave.id, summarizeBatch(BATCH, machines, at(0)));
  return wave;
}

async function outcomesOf(name: string) {
  const machines = await ledger.waves.batch('wave-1', BATCH);
  const { record } = must(machines.find(({ planned }) => planned.id === aWaveMachine(name).planned.id));
  return STAGES.map((stage) => record.outcomes[stage]);
}

describe('prepareRollback', () => {
  it('takes leases again, settles what is not concerned, and says when it is done', async () => {
    const wave = await arrange([
      aWaveMachine('changed', {}, CHANGED),
      aWaveMachine('untouched'),
      aWaveMachine('taken', {}, CHANGED),
    ]);
    const id = (name: string) => aWaveMachine(name).planned.id;
    await ledger.leases.take(id('taken'), 'wave-2', at(0));

    await prepareRollback(dependencies(), wave);

    expect(await ledger.leases.holder(id('changed'))).toBe('wave-1');
    expect(await ledger.leases.holder(id('untouched'))).toBeUndefined();
    expect(await outcomesOf('changed')).toEqual([undefined, undefined, undefined]);
    for (const one of await outcomesOf('untouched')) expect(one).toMatchObject({ reason: 'nothingToUndo' });
    for (const one of await outcomesOf('taken'))
      expect(one).toMatchObject({ status: 'blocked', reason: 'leaseTaken', detail: 'held by wave-2' });
    expect((await ledger.waves.get('wave-1'))?.wave.rollback?.preparedAt).toBe(at(0));
    expect(await ledger.waves.summary('wave-1', BATCH)).toMatchObject({
      finished: [],
      notUndone: 1,
      failed: 0,
    });
  });

  it('tries anew what an earlier rollback came to, of the machines that are named alone', async () => {
    const earlier = {
      ...CHANGED,
      outcomes: { install: { status: 'done' }, undoAssociate: { status: 'done' } },
      stageStarted: { install: at(-99), undoAssociate: at(-9) },
      failures: { install: 1, undoInstall: 1 },
    } as const;
    const machines = [aWaveMachine('named', {}, earlier), aWaveMachine('other', {}, earlier)];
    const machineIds = [must(machines[0]).planned.id];
    const wave = await arrange(machines, { rollback: { ...ROLLBACK, machineIds } });

    await prepareRollback(dependencies(), wave);
    await prepareRollback(dependencies(), wave);

    expect(await outcomesOf('named')).toEqual([undefined, undefined, undefined]);
    expect(await outcomesOf('other')).toMatchObject([
      { reason: 'notSelected' },
      { status: 'done' },
      { reason: 'notSelected' },
    ]);
    const [{ record }] = (await ledger.waves.batch('wave-1', BATCH)) as [WaveMachine];
    expect(record.outcomes.install).toEqual({ status: 'done' });
    expect(record.failures).toMatchObject({ install: 1 });
  });

  it('closes what the wave was stopped in', async () => {
    const abort = { at: at(0), by: 'rick', reason: 'r' };
    const wave = await arrange([aWaveMachine('a', {}, CHANGED)], { abort });

    await prepareRollback(dependencies(), wave);

    const [{ record }] = (await ledger.waves.batch('wave-1', BATCH)) as [WaveMachine];
    expect(record.outcomes.verify).toMatchObject({ status: 'skipped', reason: 'aborted' });
  });
});

describe('finishWave', () => {
  it('does not end a wave whose rollback was asked for while it was ending', async () => {
    const wave = await arrange([aWaveMachine('a', {}, CHANGED)], { step: 'remove' });
    const { rollback: _, ...before } = wave;

    expect(await finishWave(dependencies(), before)).toBe(false);

    expect((await ledger.waves.get('wave-1'))?.wave).toMatchObject({ step: 'remove', finishedAt: null });
  });

  it('ends a rollback, and gives leases back', async () => {
    const wave = await arrange([aWaveMachine('a', {}, CHANGED)]);
    await prepareRollback(dependencies(), wave);

    expect(await finishWave(dependencies(), must((await ledger.waves.get('wave-1'))?.wave))).toBe(true);

    expect((await ledger.waves.get('wave-1'))?.wave).toMatchObject({
      step: 'finished',
      finishedAt: at(0),
      rollback: { finishedAt: at(0) },
    });
    expect(await ledger.leases.holder(aWaveMachine('a').planned.id)).toBeUndefined();
  });
});
