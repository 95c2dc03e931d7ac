import { beforeEach, describe, expect, it } from 'vitest';
import { createLedger, type Ledger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import type { Store } from '../../../shared/ledger/store.ts';
import { blocked, type Outcome, waiting } from '../../../shared/model/outcome.ts';
import { type MachineStage, SEGMENTS } from '../../../shared/model/stages.ts';
import type { Verdict } from '../../../shared/model/verdict.ts';
import type { MachineRecord } from '../../../shared/model/wave.ts';
import { readBatch, recordMachines, refreshSummary } from '../../../shared/waves/batch-records.ts';
import { summarizeBatch } from '../../../shared/waves/batch-summary.ts';
import { prepareWave } from '../../../shared/waves/prepare.ts';
import type { StageHandler, StageStep } from '../../../shared/waves/stage.ts';
import { runStage, type StageRun } from '../../../shared/waves/stage-runner.ts';
import { aPlan, aPlannedMachine, at, aWave, aWaveMachine, must, NOW } from '../../support/builders.ts';

const BATCH = '0000-0000';
const MINUTE = 60_000;

let store: Store;
let ledger: Ledger;
beforeEach(async () => {
  store = await openSqliteStore(':memory:');
  ledger = createLedger(store);
  await ledger.waves.create(aWave());
  return () => ledger.close();
});

function look(
  handler: StageHandler,
  now = NOW,
  over = ledger,
  stage: MachineStage = 'associate',
): Promise<StageRun> {
  const handlers = Object.fromEntries(
    Object.values(SEGMENTS).flatMap((stages) => stages.map((stage) => [stage, handler])),
  ) as Record<MachineStage, StageHandler>;
  return runStage(
    {
      ledger: over,
      handlers,
      concurrency: 2,
      now: () => now,
      plan: async () => aPlan(),
    },
    { waveId: 'wave-1', batchId: BATCH, stage },
  );
}

const acting =
  (act: (machineId: string) => Promise<StageStep>): StageHandler =>
  async (_, machines) =>
    machines.map(({ planned: { id } }) => ({ machineId: id, intent: 'put', act: () => act(id) }));

const slow: StageHandler = async (_, machines) =>
  machines.map(({ planned: { id: machineId } }) => ({
    machineId,
    step: { machineId, outcome: waiting('operationInProgress', at(0)) },
  }));

async function record(name: string): Promise<MachineRecord> {
  const machines = await ledger.waves.batch('wave-1', BATCH);
  return must(machines.find(({ record: { machineId } }) => machineId.endsWith(name))).record;
}

describe('two looks at one batch', () => {
  it('at the same time change a machine once; the slower one reports what the ledger says', async () => {
    await ledger.waves.putBatch('wave-1', BATCH, [aWaveMachine('a'), aWaveMachine('b')]);
    const acts: string[] = [];
    const handler = acting(async (machineId) => {
      acts.push(machineId);
      return { machineId, outcome: { status: 'done' } };
    });

    const runs = await Promise.all([look(handler), look(handler)]);

    expect(acts).toHaveLength(2);
    expect(new Set(acts).size).toBe(2);
    expect((await record('a')).outcomes.associate).toEqual({ status: 'done' });
    expect(runs.map(({ pending }) => pending)).toContain(0);
    const last = await look(handler, NOW + MINUTE);
    expect(last.pending).toBe(0);
    expect(acts).toHaveLength(2);
  });

  it('one that starts while the other acts leaves its machines alone until the claim has run out', async () => {
    await ledger.waves.putBatch('wave-1', BATCH, [aWaveMachine('a')]);
    const seen: string[] = [];
    let during: StageRun | undefined;
    const second: StageHandler = async (_, machines) =>
      machines.map(({ planned: { id } }) => {
        seen.push(id);
        return { machineId: id, step: { machineId: id, outcome: { status: 'alreadyDone' } } };
      });

    await look(
      acting(async () => {
        during = await look(second, NOW + MINUTE);
        // The process dies here: nothing is recorded.
        throw new Error('never heard');
      }),
      NOW,
      createLedger(deafAfter(store, 2)),
    ).catch(() => undefined);

    expect(during).toMatchObject({ pending: 1, nextAt: at(600) });
    expect(seen).toEqual([]);
    await look(second, NOW + 11 * MINUTE);
    expect(seen).toHaveLength(1);
    expect((await record('a')).claimedUntil).toBeUndefined();
  });

  describe('that judge data', () => {
    const pass: Verdict = { result: 'pass', evidence: [] };
    const proven = () => aWaveMachine('a', {}, { outcomes: { verify: { status: 'done' } }, verdict: pass });
    const judging =
      (outcome: Outcome, during?: () => Promise<unknown>): StageHandler =>
      async (_, machines) => {
        await during?.();
        return machines.map(({ planned: { id: machineId } }) => ({
          machineId,
          step: { machineId, outcome, patch: { verdict: pass } },
        }));
      };
    const reverify = (handler: StageHandler, over = ledger) => look(handler, NOW, over, 'reverify');
    const listed = async () => [...(await ledger.migrated.ids())];

    it('list a machine again whose earlier look took it off the list and died', async () => {
      await ledger.waves.putBatch('wave-1', BATCH, [proven()]);
      const id = proven().planned.id;
      await ledger.migrated.put([{ machineId: id, waveId: 'wave-1', verifiedAt: at(0) }]);
      const dying = createLedger(store);
      dying.waves.replaceMachines = async () => Promise.reject(new Error('killed'));

      await reverify(judging(blocked('noHeartbeat')), dying).catch(() => undefined);
      expect(await listed()).toEqual([]);
      await reverify(judging({ status: 'done' }));

      expect((await record('a')).outcomes.reverify).toEqual({ status: 'done' });
      expect(await listed()).toEqual([id]);
    });

    it.each<[string, Outcome, Outcome, boolean]>([
      ['the slower one found silence', { status: 'done' }, blocked('noHeartbeat'), true],
      ['the faster one found silence', blocked('noHeartbeat'), { status: 'done' }, false],
    ])('list what the record says: %s', async (_, faster, slower, isListed) => {
      await ledger.waves.putBatch('wave-1', BATCH, [proven()]);
      const id = proven().planned.id;
      await ledger.migrated.put([{ machineId: id, waveId: 'wave-1', verifiedAt: at(0) }]);

      await reverify(judging(slower, () => reverify(judging(faster))));

      expect((await record('a')).outcomes.reverify?.status).toBe(faster.status);
      expect(await listed()).toEqual(isListed ? [id] : []);
    });
  });

  it('what another wrote meanwhile stands; the rest is recorded', async () => {
    await ledger.waves.putBatch('wave-1', BATCH, [aWaveMachine('a'), aWaveMachine('b')]);
    const rows = await readBatch(ledger, 'wave-1', BATCH);
    const settled = rows.machines.map((machine) => ({
      ...machine,
      record: { ...machine.record, outcomes: { associate: { status: 'done' as const } } },
    }));
    const other = { ...must(rows.machines[0]) };
    const theirs = { ...other, record: { ...other.record, associatedAt: at(5) } };
    await ledger.waves.putBatch('wave-1', BATCH, [theirs]);

    await refreshSummary(ledger, await recordMachines(ledger, rows, settled), at(9));

    const found = await ledger.waves.batch('wave-1', BATCH);
    expect(found.find(({ record: { machineId } }) => machineId === theirs.record.machineId)).toEqual(theirs);
    expect(found.filter(({ record: { outcomes } }) => outcomes.associate?.status === 'done')).toHaveLength(1);
    expect(await ledger.waves.summary('wave-1', BATCH)).toEqual(summarizeBatch(BATCH, found, at(9)));
  });

  it('one whose result did not count reports what stands, so that its batch does not go on too early', async () => {
    await ledger.waves.putBatch('wave-1', BATCH, [aWaveMachine('a')]);
    const settling: StageHandler = async (_, machines) => {
      await look(slow);
      return machines.map(({ planned: { id: machineId } }) => ({
        machineId,
        step: { machineId, outcome: { status: 'done' } },
      }));
    };

    const run = await look(settling);

    expect((await record('a')).outcomes.associate?.status).toBe('waiting');
    expect(run.pending).toBe(1);
  });

  it('counts are those of the last records, whoever writes them', async () => {
    await ledger.waves.putBatch('wave-1', BATCH, [aWaveMachine('a'), aWaveMachine('b')]);
    await refreshSummary(ledger, await readBatch(ledger, 'wave-1', BATCH), at(0));
    // Reads its records, and is then overtaken by a whole look of another.
    let overtake: (() => Promise<unknown>) | undefined = () =>
      look(acting(async (machineId) => ({ machineId, outcome: { status: 'done' } })));
    const slow: Store = {
      ...store,
      async list(partition, options) {
        const page = await store.list(partition, options);
        const now = overtake;
        overtake = undefined;
        await now?.();
        return page;
      },
    };

    const stale = createLedger(slow);
    await refreshSummary(stale, await readBatch(stale, 'wave-1', BATCH), at(1));

    expect((await ledger.waves.summary('wave-1', BATCH))?.counts).toEqual({ associate: { done: 2 } });
  });

  it('alone reads its machines once and its counts once, whatever it writes', async () => {
    await ledger.waves.putBatch('wave-1', BATCH, [aWaveMachine('a'), aWaveMachine('b')]);
    const read: string[] = [];
    const counting: Store = {
      ...store,
      list: (partition, options) => {
        read.push(partition);
        return store.list(partition, options);
      },
      get: (partition, row) => {
        read.push(partition);
        return store.get(partition, row);
      },
    };

    await look(
      acting(async (machineId) => ({ machineId, outcome: { status: 'done' } })),
      NOW,
      createLedger(counting),
    );

    expect(read.filter((partition) => partition === `wave|wave-1|${BATCH}`)).toHaveLength(1);
    expect(read.filter((partition) => partition === 'batches|wave-1')).toHaveLength(1);
    expect((await ledger.waves.summary('wave-1', BATCH))?.counts).toEqual({ associate: { done: 2 } });
  });

  it('two preparations at once lay a batch out once: one that is slow does not set it back', async () => {
    const machine = aPlannedMachine('web-01');
    const plan = aPlan();
    const wave = aWave({ id: 'wave-2', cells: [] });
    await ledger.plans.put(plan, [[machine]], []);
    await ledger.waves.create(wave);
    const prepare = (over: Store) =>
      prepareWave({ ledger: createLedger(over), concurrency: 1, now: () => NOW }, wave, plan);
    let meanwhile: (() => Promise<void>) | undefined = async () => {
      await prepare(store);
      const [laidOut] = await ledger.waves.batch('wave-2', BATCH);
      const moved = { ...must(laidOut).record, outcomes: { install: { status: 'done' as const } } };
      await ledger.waves.putBatch('wave-2', BATCH, [{ ...must(laidOut), record: moved }]);
    };
    const slow: Store = {
      ...store,
      async write(partition, operations) {
        const now = meanwhile;
        meanwhile = undefined;
        await now?.();
        return store.write(partition, operations);
      },
    };

    await prepare(slow);

    const [found] = await ledger.waves.batch('wave-2', BATCH);
    expect(found?.record.outcomes).toEqual({ install: { status: 'done' } });
    expect((await ledger.waves.summary('wave-2', BATCH))?.counts).toEqual({ install: { done: 1 } });
  });
});

describe('storage that fails', () => {
  it('costs a machine a wait, not a failure, whether it decides or acts', async () => {
    await ledger.waves.putBatch('wave-1', BATCH, [aWaveMachine('a')]);
    const broken = createLedger({ ...store, get: () => Promise.reject(new Error('no answer')) });
    const ask = () => broken.leases.holder('x');

    await look(async () => {
      await ask();
      return [];
    });
    expect((await record('a')).outcomes.associate).toMatchObject({
      status: 'waiting',
      reason: 'serviceUnavailable',
      detail: 'Error: no answer',
    });

    await look(
      acting(async (machineId) => {
        await ask();
        return { machineId, outcome: { status: 'done' } };
      }),
      NOW + 5 * MINUTE,
    );
    expect((await record('a')).outcomes.associate).toMatchObject({ reason: 'serviceUnavailable' });
  });
});

describe('trouble that has just come', () => {
  const outage: StageHandler = async (context, machines) =>
    machines.map(({ planned: { id: machineId } }) => ({
      machineId,
      step: { machineId, outcome: waiting('serviceUnavailable', new Date(context.now()).toISOString()) },
    }));
  const HOUR = 60 * MINUTE;

  it.each([
    ['nothing was wrong', slow],
    ['there was trouble too', outage],
  ])('does not end a machine that nobody looked at for long, where before %s', async (_, before) => {
    await ledger.waves.putBatch('wave-1', BATCH, [aWaveMachine('a')]);
    await look(before);

    // The app was down for nine hours, longer than any deadline.
    await look(outage, NOW + 9 * HOUR);

    expect((await record('a')).outcomes.associate?.status).toBe('waiting');
  });

  it('ends a machine when it stays, look after look', async () => {
    await ledger.waves.putBatch('wave-1', BATCH, [aWaveMachine('a')]);
    let looks = 0;
    for (; (await record('a')).outcomes.associate?.status !== 'failed' && looks < 100; looks += 1)
      await look(outage, NOW + looks * 5 * MINUTE);

    expect((await record('a')).outcomes.associate).toMatchObject({ status: 'failed', code: 'deadline' });
    expect(looks).toBe(4 * 12 + 1);
  });

  it('is forgotten with the first look that has none', async () => {
    await ledger.waves.putBatch('wave-1', BATCH, [aWaveMachine('a')]);
    await look(outage);
    expect((await record('a')).troubledSince).toBe(at(0));

    await look(slow, NOW + MINUTE);

    expect((await record('a')).troubledSince).toBeUndefined();
  });
});

/** A store that throws at every write after so many. */
function deafAfter(inner: Store, writes: number): Store {
  let left = writes;
  return {
    ...inner,
    async write(partition, operations) {
      left -= 1;
      if (left < 0 && !partition.startsWith('batches')) throw new Error('killed');
      return inner.write(partition, operations);
    },
  };
}
