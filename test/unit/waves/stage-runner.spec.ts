import { beforeEach, describe, expect, it } from 'vitest';
import { createLedger, type Ledger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import type { WaveMachine } from '../../../shared/ledger/waves.ts';
import type { RequestCounts } from '../../../shared/model/limits.ts';
import { blocked, type Outcome, waiting } from '../../../shared/model/outcome.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { ALL_STAGES, type MachineStage } from '../../../shared/model/stages.ts';
import type { AuditEntry, MachineRecord, Wave } from '../../../shared/model/wave.ts';
import type { Decision, StageContext, StageHandler, StageStep } from '../../../shared/waves/stage.ts';
import { runStage } from '../../../shared/waves/stage-runner.ts';
import {
  aPlan,
  aPlannedWave,
  aPolicy,
  at,
  aWave,
  aWaveMachine,
  must,
  NOW,
  vmResource,
} from '../../support/builders.ts';

const BATCH = '0000-0000';
const OPERATION = { kind: 'putExtension', extension: 'x', url: 'u', startedAt: at(-60) } as const;
const HOLD = { id: 'h', kind: 'operator', reason: 'freeze', since: at(0), by: 'olga' } as const;
const idOf = (name: string) => vmResource(name).toLowerCase();

let ledger: Ledger;
beforeEach(async () => {
  ledger = createLedger(await openSqliteStore(':memory:'));
  return () => ledger.close();
});

interface Given {
  readonly booked?: RequestCounts;
  readonly handler: StageHandler;
  readonly stage?: MachineStage;
  readonly wave?: Partial<Wave>;
  readonly plan?: Partial<Plan>;
  readonly now?: number;
}

async function arrange(machines: readonly WaveMachine[], wave: Partial<Wave> = {}): Promise<void> {
  await ledger.waves.create(aWave(wave));
  await ledger.waves.putBatch('wave-1', BATCH, machines);
}

function run({ handler, stage = 'install', plan, now = NOW, booked }: Given) {
  const unexpected: StageHandler = async () => Promise.reject(new Error('wrong handler'));
  const handlers = {
    install: unexpected,
    associate: unexpected,
    verify: unexpected,
    reverify: unexpected,
    uninstall: unexpected,
    confirm: unexpected,
    returnLegacy: unexpected,
    undoAssociate: unexpected,
    undoInstall: unexpected,
  };
  return runStage(
    {
      ledger,
      handlers: { ...handlers, [stage]: handler },
      concurrency: 2,
      now: () => now,
      plan: async () => aPlan(plan),
    },
    { waveId: 'wave-1', batchId: BATCH, stage, ...(booked === undefined ? {} : { booked }) },
  );
}

async function records(): Promise<Map<string, MachineRecord>> {
  const machines = await ledger.waves.batch('wave-1', BATCH);
  return new Map(machines.map(({ record }) => [must(record.machineId.split('/').at(-1)), record]));
}

async function trail(): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for await (const entry of ledger.audit.read('wave-1')) entries.push(entry);
  return entries;
}

/** Settles every machine it is given with what `outcome` says. */
const settling =
  (outcome: (id: string) => Outcome | StageStep, seen: string[] = []): StageHandler =>
  async (_, machines) =>
    machines.map(({ planned }): Decision => {
      seen.push(must(planned.id.split('/').at(-1)));
      const given = outcome(planned.id);
      return {
        machineId: planned.id,
        step: 'status' in given ? { machineId: planned.id, outcome: given } : given,
      };
    });

const acting =
  (act: (id: string) => Promise<StageStep>): StageHandler =>
  async (_, machines) =>
    machines.map(({ planned }) => ({
      machineId: planned.id,
      intent: `change ${planned.id}`,
      before: { state: 'old' },
      act: () => act(planned.id),
    }));

const DONE: Outcome = { status: 'done' };

describe('runStage', () => {
  it('judges deadlines by the time at which the look began, however long its answers take', async () => {
    const { operationDeadlineSeconds } = aPolicy();
    const operation = { ...OPERATION, startedAt: at(-operationDeadlineSeconds + 5) };
    await arrange([aWaveMachine('a', {}, { operation, stageStarted: { install: at(-60) } })]);
    let clock = NOW;
    const unexpected: StageHandler = async () => Promise.reject(new Error('wrong handler'));
    const slow: StageHandler = async (_, machines) => {
      clock += 20_000;
      return machines.map(({ planned: { id: machineId } }) => ({
        machineId,
        step: { machineId, outcome: waiting('operationInProgress', at(60)) },
      }));
    };
    const look = () =>
      runStage(
        {
          ...{ ledger, concurrency: 2, now: () => clock, plan: async () => aPlan() },
          handlers: Object.fromEntries(
            ALL_STAGES.map((stage) => [stage, stage === 'install' ? slow : unexpected]),
          ) as Record<MachineStage, StageHandler>,
        },
        { waveId: 'wave-1', batchId: BATCH, stage: 'install' },
      );

    await look();
    expect((await records()).get('a')?.outcomes.install).toMatchObject({ status: 'waiting' });
    clock = NOW + 61_000;
    await look();
    expect((await records()).get('a')?.outcomes.install).toMatchObject({
      status: 'failed',
      code: 'deadline',
    });
  });

  it('records what a handler found, with the patch, the start of the stage, the trail and the summary', async () => {
    await arrange([aWaveMachine('a')]);

    const result = await run({
      handler: settling((machineId) => ({
        machineId,
        outcome: waiting('operationInProgress', at(90)),
        patch: { operation: OPERATION },
      })),
    });

    expect(result).toEqual({ pending: 1, inFlight: 1, halted: false, nextAt: at(90), wanted: {} });
    expect((await records()).get('a')).toMatchObject({
      operation: OPERATION,
      stageStarted: { install: at(0) },
      outcomes: { install: { status: 'waiting' } },
    });
    expect(await ledger.waves.summary('wave-1', BATCH)).toMatchObject({
      size: 1,
      inFlight: 1,
      counts: { install: { waiting: 1 } },
    });
    expect(await trail()).toEqual([]);
  });

  it('the intent is in the trail before the act, with the state before', async () => {
    await arrange([aWaveMachine('a')]);
    const atAct: AuditEntry[][] = [];

    await run({
      handler: acting(async (machineId) => {
        atAct.push(await trail());
        return { machineId, outcome: DONE };
      }),
    });

    expect(atAct).toHaveLength(1);
    expect(atAct[0]).toMatchObject([
      {
        event: 'intent',
        machineId: idOf('a'),
        stage: 'install',
        message: `change ${idOf('a')}`,
        data: { state: 'old' },
      },
    ]);
    expect((await trail()).map(({ event }) => event).sort()).toEqual(['intent', 'outcome']);
  });

  it('a dry run never acts, says what it would do, and writes no intent', async () => {
    await arrange([aWaveMachine('a')], { dryRun: true });
    const acts: string[] = [];

    const result = await run({
      handler: acting(async (machineId) => {
        acts.push(machineId);
        return { machineId, outcome: DONE };
      }),
    });

    expect(acts).toEqual([]);
    expect(result.pending).toBe(0);
    expect((await records()).get('a')?.outcomes.install).toEqual({
      status: 'skipped',
      reason: 'dryRun',
      detail: `change ${idOf('a')}`,
    });
    expect((await trail()).map(({ event }) => event)).toEqual(['outcome']);
  });

  it.each<[string, Outcome, Outcome]>([
    [
      'what a real run would wait for a person to cure',
      waiting('notRunning', at(60), 'deallocated'),
      blocked('notRunning', 'deallocated'),
    ],
    ['a tag', waiting('heldTag', at(60)), blocked('heldTag')],
    ['what stops it anyway', blocked('locked'), blocked('locked')],
    ['nothing to do', { status: 'alreadyDone' }, { status: 'alreadyDone' }],
    ['throttling, by asking again', waiting('throttled', at(60)), waiting('throttled', at(60))],
    [
      'an outage, by asking again',
      waiting('serviceUnavailable', at(60)),
      waiting('serviceUnavailable', at(60)),
    ],
  ])('a dry run reports at once: %s', async (_, outcome, expected) => {
    await arrange([aWaveMachine('a')], { dryRun: true });

    await run({ handler: settling(() => outcome) });

    expect((await records()).get('a')?.outcomes.install).toEqual(expected);
  });

  // Nothing stands in the machine's way here: asked again, the workspace would have answered.
  it('a dry run asks again when the query API throttled it', async () => {
    await arrange([aWaveMachine('a')], { dryRun: true });

    await run({ stage: 'uninstall', handler: settling(() => waiting('queryFailed', at(60), '429')) });

    expect((await records()).get('a')?.outcomes.uninstall?.status).toBe('waiting');
  });

  it.each<MachineStage>(['verify', 'reverify', 'confirm'])('a dry run asks no data at %s', async (stage) => {
    await arrange([aWaveMachine('a')], { dryRun: true });

    await run({ stage, handler: async () => Promise.reject(new Error('asked')) });

    expect((await records()).get('a')?.outcomes[stage]).toEqual({ status: 'skipped', reason: 'dryRun' });
  });

  it('a handler that throws for one machine fails that machine only', async () => {
    await arrange(['a', 'b', 'c'].map((name) => aWaveMachine(name)));

    const result = await run({
      handler: async (context, machines) => {
        if (machines.some(({ planned }) => planned.id === idOf('b'))) throw new TypeError('boom');
        return settling(() => DONE)(context, machines);
      },
    });

    const found = await records();
    expect(result.pending).toBe(0);
    expect(found.get('a')?.outcomes.install).toEqual(DONE);
    expect(found.get('b')?.outcomes.install).toEqual({
      status: 'failed',
      code: 'unexpected',
      detail: 'TypeError: boom',
    });
    expect(found.get('c')?.outcomes.install).toEqual(DONE);
  });

  it('an act that throws fails its machine only', async () => {
    await arrange(['a', 'b'].map((name) => aWaveMachine(name)));

    await run({
      handler: acting(async (machineId) => {
        if (machineId === idOf('a')) throw new Error('boom');
        return { machineId, outcome: DONE };
      }),
    });

    const found = await records();
    expect(found.get('a')?.outcomes.install).toMatchObject({ status: 'failed', code: 'unexpected' });
    expect(found.get('b')?.outcomes.install).toEqual(DONE);
  });

  it.each<[string, Partial<Wave>]>([
    ['held', { holds: [HOLD] }],
    ['aborted', { abort: { at: at(0), by: 'olga', reason: 'stop' } }],
  ])('%s: only what is in flight is looked at', async (_, wave) => {
    const started = { outcomes: { install: waiting('operationInProgress', at(0)) }, operation: OPERATION };
    await arrange(
      [
        aWaveMachine('new'),
        aWaveMachine('flying', {}, started),
        aWaveMachine('waiting', {}, { outcomes: { install: waiting('notRunning', at(0)) } }),
      ],
      wave,
    );
    const seen: string[] = [];

    const result = await run({ handler: settling(() => DONE, seen) });

    expect(seen).toEqual(['flying']);
    expect(result).toEqual({ pending: 2, inFlight: 0, halted: true, nextAt: null, wanted: {} });
    expect((await records()).get('new')?.outcomes).toEqual({});
  });

  it.each<[string, Partial<Wave>]>([
    ['held', { holds: [HOLD] }],
    ['aborted', { abort: { at: at(0), by: 'olga', reason: 'stop' } }],
  ])(
    '%s: what is in flight is followed, and nothing new is begun, not even on the same machine',
    async (_, wave) => {
      const flying = { outcomes: { install: waiting('operationInProgress', at(0)) }, operation: OPERATION };
      await arrange([aWaveMachine('next', {}, flying), aWaveMachine('running', {}, flying)], wave);
      const acts: string[] = [];
      const contexts: boolean[] = [];

      const result = await run({
        handler: async (context, machines) => {
          contexts.push(context.halted);
          return machines.map(
            ({ planned: { id } }): Decision =>
              id === idOf('next')
                ? {
                    machineId: id,
                    intent: 'delete the second extension',
                    act: async () => {
                      acts.push(id);
                      return { machineId: id, outcome: DONE };
                    },
                  }
                : { machineId: id, step: { machineId: id, outcome: waiting('operationInProgress', at(60)) } },
          );
        },
      });

      expect(acts).toEqual([]);
      expect(contexts).toEqual([true]);
      expect(result).toEqual({ pending: 2, inFlight: 1, halted: true, nextAt: at(60), wanted: {} });
      const found = await records();
      expect(found.get('next')).toMatchObject({
        outcomes: { install: { status: 'waiting', reason: 'held' } },
        operation: null,
      });
      expect(found.get('running')?.operation).toEqual(OPERATION);
      expect(await trail()).toEqual([]);
    },
  );

  it('after the hold a machine that waited for it goes on', async () => {
    const flying = { outcomes: { install: waiting('operationInProgress', at(0)) }, operation: OPERATION };
    await arrange([aWaveMachine('a', {}, flying)], { holds: [HOLD] });
    const handler = acting(async (machineId) => ({ machineId, outcome: DONE }));
    await run({ handler });
    await ledger.waves.update('wave-1', (wave) => ({ ...wave, holds: [], resumedAt: at(90) }));

    const result = await run({ handler, now: NOW + 90_000 });

    expect(result.pending).toBe(0);
    expect((await records()).get('a')?.outcomes.install).toEqual(DONE);
  });

  // A hold is not the machine's fault, however long it lasts and however late in the stage it comes.
  it('a machine that waits for the hold alone is not ended by a deadline', async () => {
    const flying = {
      stageStarted: { install: at(-600) },
      outcomes: { install: waiting('operationInProgress', at(0)) },
      operation: OPERATION,
    };
    await arrange([aWaveMachine('a', {}, flying)], { holds: [HOLD] });

    await run({
      handler: acting(async (machineId) => ({ machineId, outcome: DONE })),
      plan: { policy: aPolicy({ waitDeadlineSeconds: 300, operationDeadlineSeconds: 300 }) },
    });

    expect((await records()).get('a')?.outcomes.install).toMatchObject({ status: 'waiting', reason: 'held' });
  });

  it('halted with machines still in flight says when to look again', async () => {
    const flying = { outcomes: { install: waiting('operationInProgress', at(30)) }, operation: OPERATION };
    await arrange(
      [
        aWaveMachine('a', {}, flying),
        aWaveMachine('b', {}, { outcomes: { install: waiting('notRunning', at(5)) } }),
      ],
      { holds: [HOLD] },
    );

    const result = await run({ handler: settling(() => DONE) });

    expect(result).toEqual({ pending: 2, inFlight: 1, halted: true, nextAt: at(30), wanted: {} });
  });

  it('skips machines whose earlier stage ended badly, without asking the handler', async () => {
    await arrange([
      aWaveMachine('a', {}, { outcomes: { install: { status: 'failed', code: 'operationFailed' } } }),
    ]);
    const seen: string[] = [];

    await run({ stage: 'associate', handler: settling(() => DONE, seen) });

    expect(seen).toEqual([]);
    expect((await records()).get('a')?.outcomes.associate).toEqual({
      status: 'skipped',
      reason: 'earlierStage',
    });
  });

  it('looks neither at settled machines nor at those whose time has not come', async () => {
    await arrange([
      aWaveMachine('settled', {}, { outcomes: { install: DONE } }),
      aWaveMachine('later', {}, { outcomes: { install: waiting('notRunning', at(60)) } }),
      aWaveMachine('due', {}, { outcomes: { install: waiting('notRunning', at(0)) } }),
    ]);
    const seen: string[] = [];

    const result = await run({ handler: settling(() => DONE, seen) });

    expect(seen).toEqual(['due']);
    expect(result).toMatchObject({ pending: 1, nextAt: at(60) });
  });

  it('looks together at machines that are due within ten seconds, never before the last of them', async () => {
    const until: Record<string, number> = { a: 60, b: 69, c: 200 };
    await arrange(Object.keys(until).map((name) => aWaveMachine(name)));

    const result = await run({
      handler: settling((id) => waiting('notRunning', at(until[must(id.split('/').at(-1))] ?? 0))),
    });

    expect(result.nextAt).toBe(at(69));
  });

  it('spreads machines that a limit refused, so that the next looks ask for less at once', async () => {
    await arrange(['a', 'b', 'c', 'd'].map((name) => aWaveMachine(name)));

    const result = await run({
      handler: settling((id) =>
        id.endsWith('/d') ? waiting('notRunning', at(60)) : waiting('throttled', at(60)),
      ),
      plan: { policy: aPolicy({ pollSeconds: 60 }) },
    });

    const found = await records();
    const until = (name: string) => {
      const outcome = found.get(name)?.outcomes.install;
      return outcome?.status === 'waiting' ? outcome.until : '';
    };
    expect(['a', 'b', 'c'].map(until).toSorted()).toEqual([at(60), at(80), at(100)]);
    expect(until('d')).toBe(at(60));
    expect(result.nextAt).toBe(at(60));
  });

  it('leaves a single machine that a limit refused to its own wait', async () => {
    await arrange([aWaveMachine('a'), aWaveMachine('b')]);

    const result = await run({
      handler: settling((id) => (id.endsWith('/a') ? waiting('throttled', at(90)) : DONE)),
    });

    expect(result.nextAt).toBe(at(90));
  });

  describe('with requests that not every look needs', () => {
    /** Needs queries first, and reads once it has them. */
    const needy: StageHandler = async (context, machines) => {
      const may = context.mayCall({ queries: 7 }) && context.mayCall({ reads: machines.length });
      return machines.map(({ planned: { id: machineId } }) => ({
        machineId,
        step: { machineId, outcome: may ? DONE : waiting('awaitsTurn', at(0)) },
      }));
    };

    it('says what the next look needs, keeps what was booked for this one, and is due at once', async () => {
      await arrange([aWaveMachine('a'), aWaveMachine('b')]);

      const first = await run({ stage: 'verify', handler: needy });
      const second = await run({ stage: 'verify', handler: needy, booked: first.wanted });
      const third = await run({ stage: 'verify', handler: needy, booked: second.wanted });

      expect(first).toMatchObject({ pending: 2, nextAt: at(0), wanted: { queries: 7 } });
      expect(second).toMatchObject({ pending: 2, nextAt: at(0), wanted: { queries: 7, reads: 2 } });
      expect(third).toMatchObject({ pending: 0, nextAt: null, wanted: {} });
    });
  });

  it('ends a wait at its deadline, counted from the first look', async () => {
    const record = {
      stageStarted: { install: at(-600) },
      outcomes: { install: waiting('notRunning', at(0)) },
    };
    await arrange([aWaveMachine('a', {}, record)]);

    await run({
      handler: settling(() => waiting('notRunning', at(60))),
      plan: { policy: aPolicy({ waitDeadlineSeconds: 600 }) },
    });

    expect((await records()).get('a')).toMatchObject({
      outcomes: { install: { status: 'blocked', reason: 'notRunning' } },
      stageStarted: { install: at(-600) },
    });
  });

  it.each([
    ['not yet', -599, 'waiting'],
    ['at the deadline', -600, 'blocked'],
  ])('counts a deadline from the last resume: %s', async (_, resumed, status) => {
    const record = {
      stageStarted: { install: at(-99_999) },
      outcomes: { install: waiting('notRunning', at(0)) },
    };
    await arrange([aWaveMachine('a', {}, record)], { resumedAt: at(resumed) });

    await run({
      handler: settling(() => waiting('notRunning', at(60))),
      plan: { policy: aPolicy({ waitDeadlineSeconds: 600 }) },
    });

    expect((await records()).get('a')).toMatchObject({
      outcomes: { install: { status } },
      stageStarted: { install: at(-99_999) },
    });
  });

  it('a resume before the stage began moves no deadline', async () => {
    const record = { stageStarted: { install: at(-600) } };
    await arrange([aWaveMachine('a', {}, record)], { resumedAt: at(-601) });

    await run({
      handler: settling(() => waiting('notRunning', at(60))),
      plan: { policy: aPolicy({ waitDeadlineSeconds: 600 }) },
    });

    expect((await records()).get('a')?.outcomes.install?.status).toBe('blocked');
  });

  it.each([
    ['begun late in the stage goes on', -599, 'waiting'],
    ['of its own age ends', -600, 'failed'],
  ])('an operation %s', async (_, startedAt, status) => {
    const operation = { ...OPERATION, startedAt: at(startedAt) };
    const record = {
      stageStarted: { install: at(-99_999) },
      outcomes: { install: waiting('operationInProgress', at(0)) },
      operation,
    };
    await arrange([aWaveMachine('a', {}, record)]);

    await run({
      handler: settling(() => waiting('operationInProgress', at(60))),
      plan: { policy: aPolicy({ operationDeadlineSeconds: 600 }) },
    });

    expect((await records()).get('a')?.outcomes.install?.status).toBe(status);
  });

  it('an operation begun at this look is timed from it', async () => {
    await arrange([aWaveMachine('a', {}, { stageStarted: { install: at(-99_999) } })]);

    await run({
      handler: acting(async (machineId) => ({
        machineId,
        outcome: waiting('operationInProgress', at(60)),
        patch: { operation: { ...OPERATION, startedAt: at(0) } },
      })),
    });

    expect((await records()).get('a')?.outcomes.install?.status).toBe('waiting');
  });

  it('a settled machine has no operation any more', async () => {
    await arrange([aWaveMachine('a', {}, { operation: OPERATION })]);

    await run({ handler: settling(() => ({ status: 'failed', code: 'operationFailed' })) });

    expect((await records()).get('a')?.operation).toBeNull();
  });

  it.each<[string, Outcome, 'pass' | 'inconclusive', boolean, boolean]>([
    ['a passing verdict', DONE, 'pass', false, true],
    ['an inconclusive verdict', waiting('dataNotYet', at(60)), 'inconclusive', false, false],
    ['an outcome without a passing verdict', DONE, 'inconclusive', false, false],
    [
      'a blocked machine',
      { status: 'blocked', reason: 'dataMissing', needs: 'securityTeam' },
      'inconclusive',
      false,
      false,
    ],
    ['a dry run', DONE, 'pass', true, false],
  ])('notes a machine as migrated after verify: %s', async (_, outcome, result, dryRun, expected) => {
    await arrange([aWaveMachine('a')], { dryRun });

    await run({
      stage: 'verify',
      handler: settling((machineId) => ({
        machineId,
        outcome,
        patch: { verdict: { result, evidence: [] } },
      })),
    });

    expect((await ledger.migrated.ids()).has(idOf('a'))).toBe(expected);
  });

  it.each<[string, MachineStage, Outcome, boolean, boolean]>([
    ['whose data failed later', 'reverify', blocked('rowsLost'), false, false],
    ['whose data failed in another wave', 'verify', blocked('rowsLost'), false, false],
    ['that is still judged', 'reverify', waiting('notSettled', at(60)), false, true],
    ['whose agent is gone', 'confirm', blocked('legacyReturned'), false, true],
    ['that a dry run looked at', 'reverify', blocked('rowsLost'), true, true],
  ])('of machines migrated before, one %s', async (_, stage, outcome, dryRun, expected) => {
    await ledger.migrated.put([{ machineId: idOf('a'), waveId: 'wave-0', verifiedAt: at(-60) }]);
    await arrange([aWaveMachine('a')], { dryRun });

    await run({ stage, handler: settling(() => outcome) });

    expect((await ledger.migrated.ids()).has(idOf('a'))).toBe(expected);
  });

  it.each<[MachineStage, number]>([
    ['reverify', 1],
    ['confirm', 0],
  ])('%s lists %i machines as migrated: a second proof counts as the first', async (stage, listed) => {
    await arrange([aWaveMachine('a')]);

    await run({
      stage,
      handler: settling((machineId) => ({
        machineId,
        outcome: DONE,
        patch: { verdict: { result: 'pass', evidence: [] } },
      })),
    });

    expect((await ledger.migrated.ids()).size).toBe(listed);
  });

  it.each<[string, Partial<Wave>, boolean, boolean]>([
    ['asked and not given', {}, true, false],
    ['given', { approvals: [{ gate: 'removal', by: 'anna', at: at(0) }] }, true, true],
    ['only the start given', { approvals: [{ gate: 'start', by: 'anna', at: at(0) }] }, true, false],
    ['not asked', {}, false, true],
  ])('tells the stage whether removal is approved: %s', async (_, wave, removal, expected) => {
    await arrange([aWaveMachine('a')], wave);
    const contexts: StageContext[] = [];

    await run({
      stage: 'uninstall',
      plan: { policy: aPolicy({ approvals: { removal } }) },
      handler: (context, machines) => {
        contexts.push(context);
        return settling(() => DONE)(context, machines);
      },
    });

    expect(contexts.map(({ removalApproved }) => removalApproved)).toEqual([expected]);
  });

  it('run again it changes nothing', async () => {
    await arrange([aWaveMachine('a')]);
    await run({ handler: settling(() => DONE) });
    const before = await trail();
    const seen: string[] = [];

    const again = await run({ handler: settling(() => DONE, seen), now: NOW + 5000 });

    expect(again).toEqual({ pending: 0, inFlight: 0, halted: false, nextAt: null, wanted: {} });
    expect(seen).toEqual([]);
    expect(await trail()).toEqual(before);
  });

  it('an unknown wave is a bug', async () => {
    await expect(run({ handler: settling(() => DONE) })).rejects.toThrow(/wave-1/);
  });
});

describe('outside its window', () => {
  const windowAt = (seconds: number) => ({
    policy: aPolicy({
      windows: [{ start: at(seconds).slice(0, 19), timeZone: 'UTC', durationMinutes: 10 }],
    }),
  });
  const never = acting(async () => Promise.reject(new Error('acted outside the window')));

  it('starts no change, tells until when, and ends the batch as a hold would', async () => {
    await arrange([aWaveMachine('a')]);

    const result = await run({ handler: never, plan: windowAt(3600) });

    expect(result).toEqual({ pending: 1, inFlight: 0, halted: true, nextAt: null, wanted: {} });
    const record = must((await records()).get('a'));
    expect(record.outcomes.install).toEqual(waiting('outsideWindow', at(3600)));
    expect(record.operation).toBeNull();
    expect(await trail()).toEqual([]);
  });

  it('makes the change when the window opens, however long that took', async () => {
    await arrange([aWaveMachine('a')]);
    await run({ handler: never, plan: windowAt(500_000) });

    const done = acting(async (machineId) => ({ machineId, outcome: waiting('throttled', at(500_060)) }));
    const opened = NOW + 500_000_000;
    await run({ handler: done, plan: windowAt(500_000), now: opened });

    // Not failed: the days of the closed window are not counted.
    expect((await records()).get('a')?.outcomes.install).toMatchObject({
      status: 'waiting',
      reason: 'throttled',
    });
  });

  it('looks, and follows what is in flight', async () => {
    await arrange([
      aWaveMachine(
        'flying',
        {},
        { operation: OPERATION, outcomes: { install: waiting('operationInProgress', at(0)) } },
      ),
      aWaveMachine('present'),
    ]);
    const seen: string[] = [];
    const looking = settling(
      (machineId) =>
        machineId === idOf('present')
          ? { status: 'alreadyDone' }
          : { machineId, outcome: waiting('operationInProgress', at(60)), patch: { operation: OPERATION } },
      seen,
    );

    const result = await run({ handler: looking, plan: windowAt(3600) });

    expect(seen.sort()).toEqual(['flying', 'present']);
    expect(result).toEqual({ pending: 1, inFlight: 1, halted: true, nextAt: at(60), wanted: {} });
  });

  it.each<[MachineStage]>([['verify'], ['reverify'], ['confirm']])('%s goes on', async (stage) => {
    await arrange([aWaveMachine('a')]);

    const result = await run({
      stage,
      handler: settling(() => waiting('dataNotYet', at(60))),
      plan: windowAt(3600),
    });

    expect(result).toEqual({ pending: 1, inFlight: 0, halted: false, nextAt: at(60), wanted: {} });
  });

  it('blocks when no window opens any more', async () => {
    await arrange([aWaveMachine('a')]);

    const result = await run({ handler: never, plan: windowAt(-3600) });

    expect(result).toMatchObject({ pending: 0, halted: false });
    expect((await records()).get('a')?.outcomes.install).toEqual(blocked('windowsOver'));
  });

  it('starts nothing in a freeze, and says whose', async () => {
    await arrange([aWaveMachine('a')]);
    const freezes = [
      { name: 'year end', start: at(-60).slice(0, 19), end: at(7200).slice(0, 19), timeZone: 'UTC' },
    ];

    const result = await run({ handler: never, plan: { policy: aPolicy({ freezes }) } });

    expect(result).toMatchObject({ halted: true, nextAt: null });
    expect((await records()).get('a')?.outcomes.install).toEqual(
      waiting('outsideWindow', at(7200), `Frozen until ${at(7200)} by year end`),
    );
  });

  describe('with too little time left', () => {
    /** Ten minutes of every hour, the first of them from now on. */
    const hourly = (changes: Parameters<typeof aPolicy>[0] = {}) => ({
      policy: aPolicy({
        windows: [
          { start: at(0).slice(0, 19), timeZone: 'UTC', recurrence: 'FREQ=HOURLY', durationMinutes: 10 },
        ],
        ...changes,
      }),
    });
    const started = acting(async (machineId) => ({ machineId, outcome: DONE }));

    it('starts no change that would likely end outside, and says why', async () => {
      await arrange([aWaveMachine('a')]);

      const result = await run({ handler: never, plan: hourly(), now: NOW + 181_000 });

      expect(result).toEqual({ pending: 1, inFlight: 0, halted: true, nextAt: null, wanted: {} });
      const record = must((await records()).get('a'));
      const detail = `It likely takes 420 s, and the window closes at ${at(600)}`;
      expect(record.outcomes.install).toEqual(waiting('outsideWindow', at(3600), detail));
      expect(record.operation).toBeNull();
      expect(await trail()).toEqual([]);
    });

    it('starts it while it fits to the second', async () => {
      await arrange([aWaveMachine('a')]);

      await run({ handler: started, plan: hourly(), now: NOW + 180_000 });

      expect((await records()).get('a')?.outcomes.install).toEqual(DONE);
    });

    it('starts a stage that takes less', async () => {
      await arrange([aWaveMachine('a', {}, { outcomes: { install: DONE } })]);

      const result = await run({ stage: 'associate', handler: started, plan: hourly(), now: NOW + 540_000 });

      expect(result).toMatchObject({ pending: 0 });
      expect((await records()).get('a')?.outcomes.associate).toEqual(DONE);
    });

    it('a scale set takes longer', async () => {
      await arrange([aWaveMachine('a', { kind: 'scaleSet' })]);

      await run({ handler: never, plan: hourly({ expectedSeconds: { scaleSet: 599 } }), now: NOW + 2000 });

      expect((await records()).get('a')?.outcomes.install).toMatchObject({ reason: 'outsideWindow' });
    });

    it('follows what is in flight, and looks at what needs no change', async () => {
      await arrange([
        aWaveMachine(
          'flying',
          {},
          { operation: OPERATION, outcomes: { install: waiting('operationInProgress', at(0)) } },
        ),
        aWaveMachine('present'),
      ]);
      const looking = settling((machineId) =>
        machineId === idOf('present')
          ? { status: 'alreadyDone' }
          : { machineId, outcome: waiting('operationInProgress', at(660)), patch: { operation: OPERATION } },
      );

      const result = await run({ handler: looking, plan: hourly(), now: NOW + 590_000 });

      expect(result).toEqual({ pending: 1, inFlight: 1, halted: true, nextAt: at(660), wanted: {} });
    });
  });

  it('a dry run minds no window', async () => {
    await arrange([aWaveMachine('a')], { dryRun: true });

    await run({ handler: never, plan: windowAt(3600) });

    expect((await records()).get('a')?.outcomes.install).toMatchObject({
      status: 'skipped',
      reason: 'dryRun',
    });
  });

  it('a wave has windows of its own', async () => {
    await arrange([aWaveMachine('a')]);
    const { policy } = windowAt(3600);
    const plan = { waves: [{ ...aPlannedWave(0), settings: { windows: policy.windows } as never }] };

    await run({ handler: never, plan });

    expect((await records()).get('a')?.outcomes.install).toMatchObject({ reason: 'outsideWindow' });
  });
});
