import { describe, expect, it } from 'vitest';
import { createLedger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import type { Promotion } from '../../../shared/model/calendar.ts';
import type { PlanRun, RunWave } from '../../../shared/model/plan-run.ts';
import { passHolds } from '../../../shared/waves/advance-run.ts';
import { abortRun, holdRun, promoteRun, resumeRun } from '../../../shared/waves/control-run.ts';
import { nextRunStep, type RunAction } from '../../../shared/waves/next-run-step.ts';
import { passedEntries, underRun } from '../../../shared/waves/run-holds.ts';
import { runStateOf } from '../../../shared/waves/run-state.ts';
import { aPolicy, at, aWave, NOW } from '../../support/builders.ts';

const aRun = (changes: Partial<PlanRun> = {}): PlanRun => ({
  id: 'plan-1-run-0001',
  planId: 'plan-1',
  requestedBy: 'olga',
  startKey: null,
  createdAt: at(-3600),
  startAt: null,
  fromWave: 0,
  wave: 0,
  promotions: [],
  holds: [],
  abort: null,
  finishedAt: null,
  ...changes,
});
const aRunWave = (changes: Partial<RunWave> = {}): RunWave => ({
  phase: 'completed',
  message: 'Finished.',
  finishedAt: at(-600),
  machines: 10,
  failed: 0,
  ...changes,
});
const manual: Promotion = { automatic: false, waitSeconds: 0 };
const automatic = (changes: Partial<Promotion> = {}): Promotion => ({
  automatic: true,
  waitSeconds: 600,
  ...changes,
});
const running = aRunWave({ phase: 'progressing', message: 'Soaking.', finishedAt: null });
const HOLD = { id: 'h', kind: 'operator', reason: 'incident', since: at(-5), by: 'olga' } as const;
const GATE = { id: 'wave-0', kind: 'gate', reason: 'too many', since: at(-5), by: 'promotion' } as const;
const ABORT = { at: at(-5), by: 'olga', reason: 'enough' };
const ofWave2 = { wave: 2, by: 'policy', at: at(-1), reason: null };

interface Given {
  readonly run?: Partial<PlanRun>;
  readonly wave?: RunWave;
  readonly promotion?: Promotion;
}

const step = ({ run, wave, promotion = manual }: Given) =>
  nextRunStep({ run: aRun(run), wave, promotion, waves: 3, nowMs: NOW });
const waits = (reason: string, until: string | null = null) => ({ kind: 'wait', for: reason, until });

describe('nextRunStep', () => {
  it.each<[string, Given, RunAction | object, Partial<PlanRun>]>([
    ['starts its first wave', {}, { kind: 'start' }, { wave: 0 }],
    ['waits for its time', { run: { startAt: at(60) } }, waits('start', at(60)), { wave: 0 }],
    ['starts when it has come', { run: { startAt: at(0) } }, { kind: 'start' }, { wave: 0 }],
    [
      'its time is that of the first wave only',
      { run: { startAt: at(60), wave: 1 } },
      { kind: 'start' },
      { wave: 1 },
    ],
    ['follows a wave', { wave: running }, waits('wave'), { wave: 0 }],
    ['waits for a person', { wave: aRunWave() }, waits('promotion'), { wave: 0, promotions: [] }],
    [
      'goes on when a person says so, without a wait',
      {
        run: { promotions: [{ wave: 1, by: 'anna', at: at(-1), reason: 'well' }] },
        wave: aRunWave({ finishedAt: at(0), failed: 9 }),
        promotion: automatic({ maxFailedShare: 0 }),
      },
      { kind: 'again' },
      { wave: 1 },
    ],
    [
      'a promotion is for one wave',
      { run: { wave: 2, promotions: [ofWave2], fromWave: 1 }, wave: running },
      waits('wave'),
      { wave: 2 },
    ],
    [
      'goes on by policy when its wait is over',
      { wave: aRunWave(), promotion: automatic() },
      { kind: 'again' },
      { wave: 1, promotions: [{ wave: 1, by: 'policy', at: at(0), reason: null }] },
    ],
    [
      'and not a second before',
      { wave: aRunWave({ finishedAt: at(-599) }), promotion: automatic() },
      waits('promotion', at(1)),
      { wave: 0, promotions: [] },
    ],
    [
      'tolerates the share of failed machines that the policy names',
      { wave: aRunWave({ failed: 1 }), promotion: automatic({ maxFailedShare: 0.1 }) },
      { kind: 'again' },
      { wave: 1 },
    ],
    [
      'finishes after the last wave',
      { run: { wave: 2 }, wave: aRunWave() },
      { kind: 'finish' },
      { finishedAt: at(0) },
    ],
    [
      'is finished',
      { run: { finishedAt: at(-9) }, wave: running },
      { kind: 'finish' },
      { finishedAt: at(-9) },
    ],
    [
      'held, it does nothing',
      { run: { holds: [HOLD] }, wave: aRunWave(), promotion: automatic() },
      waits('hold'),
      { wave: 0 },
    ],
    ['aborted before its first wave', { run: { abort: ABORT } }, { kind: 'finish' }, { finishedAt: at(0) }],
    [
      'aborted, it waits for its wave',
      { run: { abort: ABORT, holds: [HOLD] }, wave: running },
      waits('wave'),
      { finishedAt: null },
    ],
    [
      'aborted, its wave has ended',
      { run: { abort: ABORT }, wave: aRunWave({ phase: 'aborted' }) },
      { kind: 'finish' },
      { finishedAt: at(0) },
    ],
  ])('%s', (_, given, action, record) => {
    const next = step(given);

    expect(next.action).toEqual(action);
    expect(next.run).toMatchObject(record);
    expect(next.run.holds).toEqual(given.run?.holds ?? []);
  });

  it.each<[string, RunWave, Promotion]>([
    ['degraded', aRunWave({ phase: 'degraded', message: 'Finished, but 9 of 10 failed.' }), automatic()],
    ['aborted', aRunWave({ phase: 'aborted' }), automatic()],
    // A phase that this version does not know must not pass either.
    ['rolledBack', aRunWave({ phase: 'rolledBack' as never }), automatic()],
    ['degraded', aRunWave({ phase: 'degraded' }), manual],
  ])('a wave that ended %s is followed by a hold with the reason', (phase, wave, promotion) => {
    const { run, action } = step({ wave, promotion });

    expect(action).toEqual(waits('hold'));
    expect(run).toMatchObject({ wave: 0, promotions: [], holds: [{ kind: 'gate', since: at(0) }] });
    expect(run.holds[0]?.reason).toContain(`Wave 0 is ${phase}: ${wave.message}`);
  });

  it('a person promoted it before the wave turned bad: it is held all the same', () => {
    const promotions = [{ wave: 1, by: 'anna', at: at(-1), reason: 'well' }];

    expect(step({ run: { promotions }, wave: aRunWave({ phase: 'degraded' }) }).action).toEqual(
      waits('hold'),
    );
  });

  it('more failed machines than the policy lets pass hold it', () => {
    const { run, action } = step({
      wave: aRunWave({ failed: 2 }),
      promotion: automatic({ maxFailedShare: 0.19 }),
    });

    expect(action).toEqual(waits('hold'));
    expect(run.holds[0]?.reason).toContain('2 of 10 machines failed or are blocked');
  });
});

describe('control of a run', () => {
  const by = { by: 'olga', at: at(0) };
  const policy = aPolicy();

  it('promotes to the next wave once', () => {
    const result = promoteRun(aRun(), aRunWave(), policy, 'well', by);

    expect(result).toMatchObject({
      changed: true,
      run: { wave: 0, promotions: [{ wave: 1, by: 'olga', at: at(0), reason: 'well' }] },
    });
    const run = result.ok ? result.run : aRun();
    expect(promoteRun(run, aRunWave(), policy, 'well', by)).toMatchObject({ ok: true, changed: false });
  });

  it.each<[string, Partial<PlanRun>, RunWave | undefined, string]>([
    ['before its first wave', {}, undefined, 'waveNotCompleted'],
    ['while a wave is running', {}, running, 'waveNotCompleted'],
    ['after a degraded wave', { holds: [GATE] }, aRunWave({ phase: 'degraded' }), 'waveNotCompleted'],
    ['held by a person', { holds: [HOLD] }, aRunWave(), 'runHeld'],
    ['by its requester over a hold', { holds: [GATE] }, aRunWave({ failed: 5 }), 'requesterMayNotApprove'],
    ['finished', { finishedAt: at(-1) }, aRunWave(), 'runFinished'],
    ['aborted', { abort: ABORT }, aRunWave(), 'runAborted'],
  ])('does not promote %s', (_, changes, wave, code) => {
    expect(promoteRun(aRun(changes), wave, policy, 'go', by)).toMatchObject({ ok: false, code });
  });

  it('another person promotes over what holds it', () => {
    const result = promoteRun(aRun({ holds: [GATE] }), aRunWave({ failed: 5 }), policy, 'known', {
      by: 'anna',
      at: at(0),
    });

    expect(result).toMatchObject({ run: { holds: [], promotions: [{ wave: 1, by: 'anna' }] } });
  });

  it('holds once, resumes all, and aborts once', () => {
    const held = holdRun(aRun(), 'incident', by);
    expect(held).toMatchObject({ changed: true, run: { holds: [{ kind: 'operator', by: 'olga' }] } });
    const run = held.ok ? held.run : aRun();
    expect(holdRun(run, 'incident', { by: ' OLGA', at: at(5) })).toMatchObject({ changed: false });
    expect(resumeRun({ ...run, holds: [...run.holds, GATE] })).toMatchObject({ run: { holds: [] } });
    expect(resumeRun(aRun())).toMatchObject({ ok: false, code: 'notHeld' });
    expect(abortRun(run, 'enough', by)).toMatchObject({ run: { abort: { by: 'olga', at: at(0) } } });
    expect(abortRun(aRun({ abort: ABORT }), 'again', by)).toMatchObject({ changed: false });
    expect(abortRun(aRun({ finishedAt: at(-1) }), 'late', by)).toMatchObject({ code: 'runFinished' });
    expect(holdRun(aRun({ abort: ABORT }), 'late', by)).toMatchObject({ code: 'runAborted' });
  });
});

describe('a wave under its run', () => {
  const own = { ...HOLD, id: 'own', reason: 'of the wave' };
  const passed = { ...HOLD, id: 'plan-1-run-0001|h' };

  it('gets the holds of persons, not those of promotion', () => {
    const wave = underRun(aWave({ holds: [own] }), aRun({ holds: [HOLD, GATE] }), at(0));

    expect(wave?.holds).toEqual([own, passed]);
    expect(underRun(aWave({ holds: [own, passed] }), aRun({ holds: [HOLD, GATE] }), at(0))).toBeUndefined();
    expect(underRun(aWave({ holds: [own] }), aRun({ holds: [GATE] }), at(0))).toBeUndefined();
  });

  it('keeps its own when the run is resumed; deadlines count anew only once it moves', () => {
    const kept = underRun(aWave({ holds: [own, passed], resumedAt: null }), aRun(), at(0));
    expect(kept).toMatchObject({ holds: [own], resumedAt: null });
    expect(underRun(aWave({ holds: [passed], resumedAt: null }), aRun(), at(0))).toMatchObject({
      holds: [],
      resumedAt: at(0),
    });
  });

  it('is aborted with it, unless it was before', () => {
    const before = { at: at(-60), by: 'anna', reason: 'sooner' };

    expect(underRun(aWave(), aRun({ abort: ABORT }), at(0))?.abort).toEqual(ABORT);
    expect(underRun(aWave({ abort: before }), aRun({ abort: ABORT }), at(0))).toBeUndefined();
  });

  it('can be held while it is rolled back, and is not aborted then', () => {
    const rollback = {
      ...{ at: at(-60), by: 'rick', reason: 'wrong rules', machineIds: ['/a'], confirmation: null },
      undo: { connectors: false, legacyAgent: false, associations: true, agentSettings: true, agent: false },
      ...{ workspaceKeys: [], preparedAt: null, connectors: [], finishedAt: null },
    };
    const rolling = aWave({ step: 'rollback', rollback });

    expect(underRun(rolling, aRun({ abort: ABORT }), at(0))).toBeUndefined();
    expect(underRun(rolling, aRun({ abort: ABORT, holds: [HOLD] }), at(0))).toMatchObject({
      ...{ holds: [passed], abort: null },
    });
  });

  it('has in its own trail what the run passed to it', () => {
    const before = aWave({ holds: [own, { ...passed, id: 'plan-1-run-0001|older', reason: 'over' }] });
    const run = aRun({ abort: ABORT, holds: [HOLD] });
    const after = underRun(before, run, at(0)) ?? before;

    expect(passedEntries(before, after, run, at(0)).map(({ by, message }) => [by, message])).toEqual([
      [HOLD.by, `held: ${HOLD.reason} (run plan-1-run-0001 of the plan)`],
      ['app', 'no longer held: over (run plan-1-run-0001 of the plan)'],
      [ABORT.by, `aborted: ${ABORT.reason} (run plan-1-run-0001 of the plan)`],
    ]);
    expect(passedEntries(after, after, run, at(0))).toEqual([]);
  });

  it('is changed after its trail, once', async () => {
    const ledger = createLedger(await openSqliteStore(':memory:'));
    const wave = aWave({ id: 'plan-1-wave-0' });
    await ledger.waves.create(wave);
    const pass = (offset: number) =>
      passHolds({ ledger, now: () => NOW + offset }, { id: 'plan-1' }, aRun({ holds: [HOLD] }));

    expect((await pass(0))?.holds).toEqual([passed]);
    await pass(1000);

    const messages: string[] = [];
    for await (const { message } of ledger.audit.read(wave.id)) messages.push(message);
    expect(messages).toEqual([expect.stringContaining(HOLD.reason)]);
    await ledger.close();
  });

  it('is left alone once it or the run has ended', () => {
    expect(underRun(aWave({ step: 'finished' }), aRun({ abort: ABORT }), at(0))).toBeUndefined();
    expect(underRun(aWave(), aRun({ abort: ABORT, finishedAt: at(-1) }), at(0))).toBeUndefined();
  });
});

describe('runStateOf', () => {
  const plan = (promotion = manual) => ({ promotion, waves: 3 });

  it.each<[string, Partial<PlanRun>, RunWave | undefined, Promotion, string]>([
    ['planned', { startAt: at(60) }, undefined, manual, `Wave 0 starts at ${at(60)}.`],
    ['planned', { wave: 1, startAt: at(-60) }, undefined, manual, 'Wave 1 is about to start.'],
    ['progressing', {}, running, manual, 'Wave 0: Soaking.'],
    ['held', {}, { ...running, phase: 'held', message: 'Held: x.' }, manual, 'Wave 0: Held: x.'],
    ['awaitingApproval', {}, { ...running, phase: 'awaitingApproval' }, manual, 'Wave 0: Soaking.'],
    [
      'awaitingPromotion',
      {},
      aRunWave(),
      manual,
      'Wave 0 completed; the next one starts when a person promotes the run.',
    ],
    [
      'progressing',
      {},
      aRunWave(),
      automatic({ waitSeconds: 900 }),
      `Wave 0 completed; the next one starts at ${at(300)}.`,
    ],
    ['held', { holds: [GATE] }, aRunWave(), automatic(), 'Held: too many (promotion)'],
    [
      'aborted',
      { abort: ABORT },
      running,
      manual,
      'Aborted by olga: enough. Wave 0 finishes what is in flight.',
    ],
    ['aborted', { abort: ABORT, finishedAt: at(0) }, undefined, manual, 'Aborted by olga: enough.'],
    ['completed', { wave: 2, finishedAt: at(0) }, aRunWave(), manual, 'All 3 waves completed.'],
  ])('%s: %j', (state, changes, wave, promotion, message) => {
    expect(runStateOf(aRun(changes), wave, plan(promotion))).toEqual({ state, message });
  });
});
