import { beforeEach, describe, expect, it } from 'vitest';
import { createLedger, type Ledger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import type { RequestCounts } from '../../../shared/model/limits.ts';
import { type Outcome, waiting } from '../../../shared/model/outcome.ts';
import { ALL_STAGES, type MachineStage, nextFreeStage, STAGE_COST } from '../../../shared/model/stages.ts';
import { runStages } from '../../../shared/waves/run-stages.ts';
import type { StageContext, StageHandler } from '../../../shared/waves/stage.ts';
import { aPlan, at, aWave, aWaveMachine, NOW } from '../../support/builders.ts';

const BATCH = '0000-0000';
const DONE: Outcome = { status: 'done' };
const LATER = waiting('dataNotYet', at(600));

let ledger: Ledger;
beforeEach(async () => {
  ledger = createLedger(await openSqliteStore(':memory:'));
  return () => ledger.close();
});

/** Looks at a batch of two; machines end a stage as `outcomes` says, `done` without it. */
async function look(
  stage: MachineStage,
  outcomes: Partial<Record<MachineStage, readonly [Outcome, Outcome]>>,
  booked?: RequestCounts,
) {
  const asked: MachineStage[] = [];
  const allowed: boolean[] = [];
  const handler: StageHandler = async (context: StageContext, machines) => {
    asked.push(context.stage);
    allowed.push(context.mayCall({ queries: 1 }));
    return machines.map(({ planned: { id } }, i) => ({
      machineId: id,
      step: { machineId: id, outcome: outcomes[context.stage]?.[i] ?? DONE },
    }));
  };
  const all = Object.fromEntries(ALL_STAGES.map((name) => [name, handler])) as Record<
    MachineStage,
    StageHandler
  >;
  const run = () =>
    runStages(
      { ledger, handlers: all, concurrency: 2, now: () => NOW, plan: async () => aPlan() },
      { waveId: 'wave-1', batchId: BATCH, stage, ...(booked === undefined ? {} : { booked }) },
    );
  await ledger.waves.create(aWave());
  await ledger.waves.putBatch('wave-1', BATCH, [aWaveMachine('a'), aWaveMachine('b')]);
  return { run, asked, allowed };
}

describe('nextFreeStage', () => {
  it.each([
    ['install', undefined],
    ['associate', 'verify'],
    ['verify', undefined],
    ['reverify', undefined],
    ['uninstall', 'confirm'],
    ['confirm', undefined],
    ['returnLegacy', undefined],
    ['undoAssociate', undefined],
    ['undoInstall', undefined],
  ] as const)('after %s is %s', (stage, next) => {
    expect(nextFreeStage(stage)).toBe(next);
    if (next !== undefined) expect(STAGE_COST[next].first).toEqual({});
  });
});

describe('a look', () => {
  it('that settles all machines takes the first one at a stage that costs nothing as well', async () => {
    const { run, asked } = await look('associate', { verify: [LATER, LATER] });

    expect(await run()).toMatchObject({ stage: 'verify', pending: 2, nextAt: at(600) });
    expect(asked).toEqual(['associate', 'verify']);
  });

  it('that leaves a machine open stays at its stage', async () => {
    const { run, asked } = await look('associate', { associate: [DONE, LATER] });

    expect(await run()).toMatchObject({ stage: 'associate', pending: 1 });
    expect(asked).toEqual(['associate']);
  });

  it('stays at its stage where the next one has to be booked for', async () => {
    const { run, asked } = await look('install', {});

    expect(await run()).toMatchObject({ stage: 'install', pending: 0 });
    expect(asked).toEqual(['install']);
  });

  it('gives the next stage nothing of what was booked for its own', async () => {
    const { run, allowed } = await look('uninstall', { confirm: [LATER, LATER] }, { queries: 1 });

    expect(await run()).toMatchObject({ stage: 'confirm', wanted: { queries: 1 } });
    expect(allowed).toEqual([true, false]);
  });

  it('that is delivered again goes on where it was', async () => {
    const { run, asked } = await look('associate', { verify: [LATER, LATER] });

    await run();

    expect(await run()).toMatchObject({ stage: 'verify', pending: 2, nextAt: at(600) });
    expect(asked.filter((stage) => stage === 'associate')).toHaveLength(1);
  });
});
