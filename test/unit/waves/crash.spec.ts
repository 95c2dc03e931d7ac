import { describe, expect, it } from 'vitest';
import { createLedger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import type { Store } from '../../../shared/ledger/store.ts';
import { prepareWave } from '../../../shared/waves/prepare.ts';
import type { StageHandler } from '../../../shared/waves/stage.ts';
import { runStage, type StageRunnerDependencies } from '../../../shared/waves/stage-runner.ts';
import { aPlan, aPlannedMachine, aPolicy, aWave } from '../../support/builders.ts';

const NOW = Date.parse('2026-11-21T08:00:00Z');
const INPUT = { waveId: 'wave-1', batchId: '0000-0000' };

/** A store that dies at its n-th write, as the process would between two of them. */
function mortal(store: Store, dieAt: number): Store {
  let writes = 0;
  return {
    ...store,
    async write(partition, operations) {
      writes += 1;
      if (writes === dieAt) throw new Error('killed');
      return store.write(partition, operations);
    },
  };
}

describe('a crash between two writes of the ledger', () => {
  const done: StageHandler = async (_, machines) =>
    machines.map(({ planned }) => ({
      machineId: planned.id,
      step: { machineId: planned.id, outcome: { status: 'done' } },
    }));

  async function world(handler: StageHandler) {
    const store = await openSqliteStore(':memory:');
    const ledger = createLedger(store);
    const machine = aPlannedMachine('web-01');
    const plan = aPlan({ policy: aPolicy() });
    const wave = aWave({ id: 'wave-1', planId: plan.id, cells: [] });
    await ledger.plans.put(plan, [[machine]], []);
    await ledger.waves.create(wave);
    await prepareWave({ ledger, concurrency: 1, now: () => NOW }, wave, plan);
    const handlers = Object.fromEntries(
      ['install', 'associate', 'verify', 'reverify', 'uninstall', 'confirm'].map((stage) => [stage, handler]),
    ) as StageRunnerDependencies['handlers'];
    const dependencies = (over: Store, nowMs = NOW): StageRunnerDependencies => ({
      ledger: createLedger(over),
      handlers,
      concurrency: 1,
      now: () => nowMs,
      plan: async () => plan,
    });
    return { store, ledger, dependencies };
  }

  it.each([1, 2, 3, 4])('never leaves the counts of a batch behind its records (write %i)', async (dieAt) => {
    const { store, ledger, dependencies } = await world(done);

    await runStage(dependencies(mortal(store, dieAt)), { ...INPUT, stage: 'install' }).catch(() => undefined);
    await runStage(dependencies(store), { ...INPUT, stage: 'install' });

    expect((await ledger.waves.summary('wave-1', '0000-0000'))?.counts).toEqual({ install: { done: 1 } });
  });

  it('after a change was sent leaves the state before in the record, and a later look does not replace it', async () => {
    const states = [
      null,
      { name: 'AMA', publisher: 'p', type: 't', version: null, settings: { ours: true } },
    ];
    const put: StageHandler = async (_, machines) =>
      machines.map(({ planned }) => ({
        machineId: planned.id,
        intent: 'put',
        change: { kind: 'putExtension', extension: 'AMA' },
        undo: { agent: { name: 'AMA', before: states.shift() ?? null } },
        act: async () => ({ machineId: planned.id, outcome: { status: 'done' } }),
      }));
    const { store, ledger, dependencies } = await world(put);
    const undo = async () => (await ledger.waves.batch('wave-1', '0000-0000'))[0]?.record.undo;

    // The trail, the record and the counts are written before the change; the outcome never is.
    await runStage(dependencies(mortal(store, 4)), { ...INPUT, stage: 'install' }).catch(() => undefined);
    expect(await undo()).toEqual({ agent: { name: 'AMA', before: null } });

    // Its claim keeps others away for as long as it might live.
    await runStage(dependencies(store), { ...INPUT, stage: 'install' });
    expect(states).toHaveLength(1);
    await runStage(dependencies(store, NOW + 600_000), { ...INPUT, stage: 'install' });
    expect(states).toEqual([]);
    expect(await undo()).toEqual({ agent: { name: 'AMA', before: null } });
  });

  it('before a proof is ended has no other wave rely on it, and of this wave alone', async () => {
    const end: StageHandler = async (_, machines) =>
      machines.map(({ planned }) => ({
        machineId: planned.id,
        intent: 'delete',
        unproves: true,
        async act() {
          expect(await ledger.migrated.get(planned.id)).toBeUndefined();
          return { machineId: planned.id, outcome: { status: 'done' } };
        },
      }));
    const { store, ledger, dependencies } = await world(end);
    const [machine] = await ledger.waves.batch('wave-1', '0000-0000');
    const machineId = machine?.record.machineId ?? '';
    await ledger.migrated.put([
      { machineId, waveId: 'wave-1', verifiedAt: 'then' },
      { machineId: 'other', waveId: 'wave-1', verifiedAt: 'then' },
    ]);

    await runStage(dependencies(store), { ...INPUT, stage: 'install' });

    expect([...(await ledger.migrated.ids())]).toEqual(['other']);
    await ledger.migrated.remove(['other'], 'wave-2');
    expect([...(await ledger.migrated.ids())]).toEqual(['other']);
  });

  it('after a change was sent leaves the operation in the record, so that an abort still waits for it', async () => {
    let sent = 0;
    const put: StageHandler = async (_, machines) =>
      machines.map(({ planned }) => ({
        machineId: planned.id,
        intent: 'put',
        change: { kind: 'putExtension', extension: 'AzureMonitorWindowsAgent' },
        async act() {
          sent += 1;
          throw Object.assign(new Error('the process dies here'), { fatal: true });
        },
      }));
    const { store, ledger, dependencies } = await world(put);
    // The trail, the record and the counts are written before the change; the outcome never is.
    const dying = dependencies(mortal(store, 4));

    await runStage(dying, { ...INPUT, stage: 'install' }).catch(() => undefined);

    expect(sent).toBe(1);
    const [machine] = await ledger.waves.batch('wave-1', '0000-0000');
    expect(machine?.record.operation).toMatchObject({ kind: 'putExtension', url: null });
    expect((await ledger.waves.summary('wave-1', '0000-0000'))?.inFlight).toBe(1);
  });
});
