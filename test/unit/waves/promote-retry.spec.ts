import { beforeEach, describe, expect, it } from 'vitest';
import { createLedger, type Ledger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import { blocked, failed, type Outcome, skipped, waiting } from '../../../shared/model/outcome.ts';
import type { Rollback } from '../../../shared/model/rollback.ts';
import { STAGES, type Stage } from '../../../shared/model/stages.ts';
import type { Approval, Retry, Wave } from '../../../shared/model/wave.ts';
import { approve, promote } from '../../../shared/waves/control.ts';
import { changeMembers } from '../../../shared/waves/membership.ts';
import { nextWaveStep } from '../../../shared/waves/next-step.ts';
import { prepareRetry, requestRetry, retryStage } from '../../../shared/waves/retry.ts';
import { aPolicy, aSummary, at, aWave, aWaveMachine, CELL, must, NOW } from '../../support/builders.ts';

const anna = { by: 'anna', at: at(0) };
const PASS = { gate: 'removal', result: 'pass', at: at(-60), message: 'ok' } as const;

const ROLLED_BACK: Rollback = {
  ...{ at: at(-90), by: 'anna', reason: 'wrong rules', machineIds: null, confirmation: null },
  undo: { connectors: true, legacyAgent: false, associations: true, agentSettings: true, agent: false },
  ...{ workspaceKeys: [], preparedAt: at(-80), connectors: [], finishedAt: at(-9) },
};

describe('a gate with a quorum', () => {
  const policy = aPolicy({ approvals: { quorum: 2, validSeconds: 3600 } });
  const wave = (...approvals: Approval[]) => aWave({ step: 'gate', gates: [PASS], approvals });
  const by = (who: string, seconds = -60): Approval => ({ gate: 'removal', by: who, at: at(seconds) });
  const step = (one: Wave) =>
    nextWaveStep({ wave: one, policy, summaries: [aSummary()], workspaceIds: [], nowMs: NOW }).wave.step;

  it('opens for two persons, each counted once in whatever spelling', () => {
    expect(step(wave(by('anna')))).toBe('gate');
    expect(step(wave(by('anna'), by(' ANNA ')))).toBe('gate');
    expect(step(wave(by('anna'), by('bert')))).not.toBe('gate');
    expect(approve(wave(by('Anna')), policy, 'removal', anna)).toMatchObject({ ok: true, changed: false });
    expect(approve(wave(by('bert')), policy, 'removal', anna)).toMatchObject({ ok: true, changed: true });
  });

  it('does not count an approval that has expired, which the same person can give again', () => {
    const old = wave(by('anna', -3700), by('bert'));

    expect(step(old)).toBe('gate');
    const again = approve(old, policy, 'removal', anna);
    expect(again.ok && step(again.wave)).not.toBe('gate');
  });
});

describe('promote', () => {
  const soaking = (changes: Partial<Wave> = {}) => aWave({ step: 'gate', soakUntil: at(3600), ...changes });

  it('skips the rest of a soak and says who, why and how much', () => {
    const result = promote(soaking(), aPolicy(), 'the fix is urgent', anna);

    expect(result).toMatchObject({
      ...{ ok: true, changed: true },
      wave: {
        soakUntil: null,
        promotions: [{ by: 'anna', at: at(0), reason: 'the fix is urgent', soakUntil: at(3600) }],
      },
    });
    expect(result.ok && promote(result.wave, aPolicy(), 'the fix is urgent', anna)).toMatchObject({
      changed: false,
    });
  });

  it.each<[string, Partial<Wave>, object, string]>([
    ['a wave that works', { step: 'deploy', soakUntil: null }, anna, 'notSoaking'],
    ['a soak that is over', { soakUntil: at(-1) }, anna, 'notSoaking'],
    ['one who asked for the wave', {}, { by: aWave().requestedBy, at: at(0) }, 'requesterMayNotApprove'],
    ['a wave that has ended', { step: 'finished' }, anna, 'waveFinished'],
  ])('is refused for %s', (_, changes, who, code) => {
    expect(promote(soaking(changes), aPolicy(), 'now', who as typeof anna)).toMatchObject({
      ok: false,
      code,
    });
  });
});

describe('requestRetry', () => {
  const request = { machineIds: null, reason: 'mended' };
  const pending: Retry = {
    ...{ by: 'anna', at: at(-9), reason: 'mended', machineIds: null, from: 'deploy' as const },
    ...{ preparedAt: null, machines: null },
  };

  it('opens a wave that has ended, and waits for the batches of one that works', () => {
    expect(requestRetry(aWave({ step: 'finished', finishedAt: at(-9) }), 3, request, anna)).toMatchObject({
      wave: { step: 'deploy', finishedAt: null, retry: { from: 'finished', preparedAt: null } },
    });
    const working = requestRetry(aWave({ step: 'remove' }), 3, request, anna);
    expect(working).toMatchObject({ wave: { step: 'remove', retry: { from: 'remove' } } });
  });

  it('asked twice changes nothing', () => {
    expect(requestRetry(aWave({ retry: pending }), 3, request, anna)).toMatchObject({ changed: false });
  });

  it.each<[string, Partial<Wave>, number, string]>([
    ['a completed wave without any', { step: 'finished' }, 0, 'nothingToRetry'],
    ['an aborted one', { abort: { at: at(-9), by: 'olga', reason: 'x' } }, 3, 'waveAborted'],
    ['a dry run', { dryRun: true }, 3, 'dryRunWave'],
    [
      'one that is rolled back',
      { rollback: { ...ROLLED_BACK, finishedAt: null }, step: 'rollback' },
      3,
      'rollbackRunning',
    ],
    ['one that was rolled back', { rollback: ROLLED_BACK, step: 'finished' }, 3, 'waveAborted'],
  ])('is refused for %s', (_, changes, open, code) => {
    expect(requestRetry(aWave(changes), open, request, anna)).toMatchObject({ ok: false, code });
  });

  it('is refused for machines of another wave, each with its place, beside others that could be tried', () => {
    const strangers = { machineIds: ['/a', '/b', '/c'], reason: 'mended', unknown: [0, 2] };

    expect(requestRetry(aWave(), 1, strangers, anna)).toEqual({
      ok: false,
      code: 'machineNotInWave',
      message: '2 of 3 machines are not in this wave; nothing was changed.',
      faults: [
        { path: 'machineIds[0]', message: 'is not in this wave' },
        { path: 'machineIds[2]', message: 'is not in this wave' },
      ],
    });
  });
});

describe('prepareRetry', () => {
  let ledger: Ledger;
  beforeEach(async () => {
    ledger = createLedger(await openSqliteStore(':memory:'));
    return () => ledger.close();
  });
  const dependencies = () => ({ ledger, concurrency: 2, now: () => NOW });
  /** A machine on which all went well up to a stage, which ended so. */
  const machine = (name: string, stage: Stage, outcome: Outcome) => {
    const before = STAGES.slice(0, STAGES.indexOf(stage as (typeof STAGES)[number]));
    const after = STAGES.slice(before.length + 1);
    return aWaveMachine(
      name,
      {},
      {
        batchId: '0000-0000',
        outcomes: {
          ...Object.fromEntries(before.map((one) => [one, { status: 'done' }])),
          [stage]: outcome,
          ...Object.fromEntries(after.map((one) => [one, skipped('earlierStage')])),
        },
        stageStarted: { install: at(-900), [stage]: at(-600) },
        failures: { [stage]: 2 },
        associatedAt: at(-800),
      },
    );
  };
  async function retried(machines: readonly ReturnType<typeof machine>[], changes: Partial<Wave> = {}) {
    const cells = [
      { cell: CELL, kind: 'azureVm' as const, batches: 1, machines: machines.length, batchSize: 25 },
    ];
    const wave = aWave({
      ...{ step: 'finished', cells, gates: [PASS], approvals: [{ gate: 'removal', ...anna }] },
      ...changes,
    });
    await ledger.waves.create(wave);
    await ledger.waves.putBatch(wave.id, '0000-0000', machines);
    const asked = requestRetry(wave, 1, { machineIds: null, reason: 'mended' }, anna);
    const opened = must(await ledger.waves.update(wave.id, () => (asked.ok ? asked.wave : undefined)));
    await prepareRetry(dependencies(), opened);
    const batch = await ledger.waves.batch(wave.id, '0000-0000');
    return {
      wave: must(await ledger.waves.get(wave.id)).wave,
      record: (name: string) => must(batch.find(({ planned }) => planned.id.endsWith(name))).record,
    };
  }

  it('sends machines back to the stage they did not pass, and has the gate judged and approved anew', async () => {
    const { wave, record } = await retried([
      machine('bad', 'install', failed('operationFailed')),
      machine('good', 'confirm', { status: 'done' }),
    ]);

    expect(wave).toMatchObject({ step: 'deploy', gates: [], approvals: [], retry: { machines: 1 } });
    expect(record('bad')).toMatchObject({ outcomes: {}, stageStarted: {}, failures: {}, verdict: null });
    expect(record('good').outcomes.confirm).toEqual({ status: 'done' });
    expect(await ledger.leases.holder(record('bad').machineId)).toBe(wave.id);
  });

  it('goes on with removals under the approval there is', async () => {
    const { wave, record } = await retried([machine('locked', 'uninstall', blocked('locked'))]);

    expect(wave).toMatchObject({ step: 'remove', gates: [PASS], approvals: [{ by: 'anna' }] });
    expect(record('locked').outcomes).toMatchObject({
      verify: { status: 'done' },
      reverify: { status: 'done' },
    });
    expect(record('locked').outcomes.uninstall).toBeUndefined();
    expect(record('locked').stageStarted).toEqual({ install: at(-900) });
  });

  it('never skips the gate where nothing is left to try again', async () => {
    const { wave } = await retried([machine('fine', 'verify', { status: 'done' })], { step: 'deploy' });

    expect(wave).toMatchObject({ step: 'deploy', gates: [PASS], retry: { machines: 0 } });
  });

  it('leaves a machine that another wave works on', async () => {
    const locked = machine('taken', 'uninstall', blocked('locked'));
    await ledger.leases.take(locked.planned.id, 'wave-2', at(-60));

    const { record } = await retried([locked]);

    expect(record('taken').outcomes.uninstall).toMatchObject({ status: 'blocked', reason: 'leaseTaken' });
  });

  it.each<[Outcome, boolean]>([
    [failed('operationFailed'), true],
    [blocked('locked'), true],
    [waiting('notRunning', at(60)), true],
    [skipped('scomAttached'), false],
    [{ status: 'done' }, false],
  ])('tries %j again: %s', (outcome, again) => {
    expect(retryStage(machine('a', 'uninstall', outcome).record) !== undefined).toBe(again);
  });
});

describe('machines of a wave that has not begun', () => {
  const ids = { known: new Set(['/a', '/b']), later: new Set(['/c']) };
  const change = (wave: Wave, add: string[], remove: string[]) => changeMembers(wave, { add, remove }, ids);
  const fresh = aWave({ step: 'prepare', cells: [], machineCount: 2 });

  it('are left out, and taken from later waves', () => {
    const result = change(fresh, ['/c'], ['/a']);

    expect(result).toMatchObject({ wave: { excluded: ['/a'], added: ['/c'], machineCount: 2 } });
    expect(result.ok && change(result.wave, ['/a'], ['/c'])).toMatchObject({
      wave: { excluded: [], added: [], machineCount: 2 },
    });
    expect(result.ok && change(result.wave, ['/c'], ['/a'])).toMatchObject({ changed: false });
  });

  it('names the place of each that belongs to no wave it could be taken from', () => {
    const result = changeMembers(fresh, { add: ['/c', '/z'], remove: ['/y'] }, ids);

    expect(result).toMatchObject({
      code: 'machinesNotInPlan',
      faults: [{ path: 'add[1]' }, { path: 'remove[0]' }],
    });
  });

  it.each<[string, Wave, string[], string]>([
    ['one that has begun', aWave({ step: 'deploy' }), ['/c'], 'waveReachedMachines'],
    ['machines of no wave', fresh, ['/z'], 'machinesNotInPlan'],
    ['an aborted wave', aWave({ step: 'prepare', abort: { ...anna, reason: 'x' } }), ['/c'], 'waveAborted'],
  ])('are refused for %s', (_, wave, add, code) => {
    expect(change(wave, add, [])).toMatchObject({ ok: false, code });
  });
});
