import { describe, expect, it } from 'vitest';
import { phaseOf, totalsOf } from '../../../shared/model/phase.ts';
import type { Rollback } from '../../../shared/model/rollback.ts';
import type { Wave } from '../../../shared/model/wave.ts';
import { isStageHalted } from '../../../shared/model/wave.ts';
import { confirmationOf } from '../../../shared/rollback/preview.ts';
import { type RollbackRequest, requestRollback } from '../../../shared/rollback/request.ts';
import { abort, approve, hold, resume } from '../../../shared/waves/control.ts';
import { nextWaveStep } from '../../../shared/waves/next-step.ts';
import { aPolicy, aSummary, at, aWave, NOW } from '../../support/builders.ts';

const SEEN = { machines: 3, connectors: [], withoutLegacyAgent: 3 };
const UNDO = { connectors: true, legacyAgent: false, associations: true, agentSettings: true, agent: false };
const REQUEST: RollbackRequest = {
  ...{ machineIds: null, undo: UNDO, workspaceKeys: [], confirmation: null, reason: 'wrong rules' },
};
const rick = { by: 'rick', at: at(0) };
const HOLD = { id: 'h', kind: 'operator', reason: 'freeze', since: at(-60), by: 'olga' } as const;
const ABORT = { at: at(-60), by: 'olga', reason: 'first' };
const ROLLBACK: Rollback = {
  ...{ machineIds: null, undo: UNDO, workspaceKeys: [], confirmation: null, reason: 'wrong rules' },
  ...{ at: at(0), by: 'rick', preparedAt: null, connectors: [], finishedAt: null },
};
const ENDED = { ...ROLLBACK, preparedAt: at(1), finishedAt: at(9) };
const rolling = (changes: Partial<Wave> = {}) => aWave({ step: 'rollback', rollback: ROLLBACK, ...changes });

describe('requestRollback', () => {
  it('stops a wave that runs, as an abort would, and lifts its holds', () => {
    const result = requestRollback(aWave({ holds: [HOLD] }), SEEN, REQUEST, rick);
    expect(result).toMatchObject({
      ok: true,
      changed: true,
      wave: { step: 'deploy', holds: [], abort: { by: 'rick' }, rollback: { by: 'rick', preparedAt: null } },
    });
  });

  it('keeps the abort of a wave that was aborted before', () => {
    expect(requestRollback(aWave({ abort: ABORT }), SEEN, REQUEST, rick)).toMatchObject({
      wave: { abort: ABORT },
    });
  });

  it('opens a wave that has ended, completed or rolled back before, without an abort', () => {
    const ended = aWave({ step: 'finished', finishedAt: at(-9), rollback: ENDED });
    expect(requestRollback(ended, SEEN, REQUEST, rick)).toMatchObject({
      wave: {
        step: 'rollback',
        finishedAt: null,
        abort: null,
        rollback: { finishedAt: null, connectors: [] },
      },
    });
  });

  it('the same again changes nothing, whoever asks; anything else waits for its end', () => {
    expect(requestRollback(rolling(), SEEN, { ...REQUEST, reason: 'again' }, { by: 'x', at: at(5) })).toEqual(
      {
        ok: true,
        changed: false,
        wave: rolling(),
      },
    );
    const other = { ...REQUEST, undo: { ...UNDO, agent: true } };
    expect(requestRollback(rolling(), SEEN, other, rick)).toMatchObject({ code: 'rollbackRunning' });
  });

  it.each<[string, Partial<Wave>, Partial<typeof SEEN>, Partial<RollbackRequest>, string]>([
    ['a dry run', { dryRun: true }, {}, {}, 'dryRunWave'],
    ['a wave that changed nothing', {}, { machines: 0 }, {}, 'nothingToRollBack'],
    ['a wave whose machines were deleted', { detailsPurgedAt: at(-9) }, {}, {}, 'detailsPurged'],
    ['another confirmation', {}, {}, { confirmation: 'yes' }, 'confirmationDiffers'],
  ])('refuses: %s', (_, wave, seen, request, code) => {
    const answer = requestRollback(aWave(wave), { ...SEEN, ...seen }, { ...REQUEST, ...request }, rick);
    expect(answer).toMatchObject({ ok: false, code });
  });

  it('takes the confirmation of exactly this rollback', () => {
    const wave = aWave();
    const confirmation = confirmationOf(wave, SEEN, REQUEST);
    const ask = (seen: typeof SEEN, request: Partial<RollbackRequest> = {}) =>
      requestRollback(wave, seen, { ...REQUEST, confirmation, ...request }, rick).ok;
    expect(ask(SEEN)).toBe(true);
    expect(ask({ ...SEEN, machines: 4 })).toBe(false);
    expect(ask({ ...SEEN, withoutLegacyAgent: 2 })).toBe(false);
    expect(ask(SEEN, { machineIds: ['m'] })).toBe(false);
    expect(ask(SEEN, { undo: { ...UNDO, agent: true } })).toBe(false);
  });
});

describe('verbs on a wave that is rolled back', () => {
  const policy = aPolicy();

  it('can be held and resumed, and neither aborted nor approved, until it has ended', () => {
    const wave = rolling({ abort: ABORT });
    expect(hold(wave, 'wait', rick)).toMatchObject({ ok: true, changed: true });
    expect(resume({ ...wave, holds: [HOLD] }, policy, undefined, rick)).toMatchObject({
      wave: { holds: [] },
    });
    expect(abort(wave, 'stop', rick)).toMatchObject({ ok: false, code: 'rollbackRunning' });
    expect(approve(wave, policy, undefined, rick)).toMatchObject({ ok: false, code: 'rollbackRunning' });
    const ended = aWave({ step: 'finished', rollback: ENDED });
    expect(hold(ended, 'wait', rick)).toMatchObject({ ok: false, code: 'waveFinished' });
  });
});

describe('nextWaveStep in a rollback', () => {
  const step = (
    wave: Wave,
    inFlight = 0,
    finished: ('deploy' | 'undo')[] = [],
    workspaceIds: string[] = [],
  ) =>
    nextWaveStep({
      ...{ wave, workspaceIds, nowMs: NOW },
      policy: aPolicy({ windows: [] }),
      summaries: [aSummary({ inFlight, finished })],
    });
  const asked = aWave({ abort: ABORT, rollback: ROLLBACK });
  const prepared = { ...ROLLBACK, preparedAt: at(0) };
  const restored = { workspaceId: 'w', outcome: { status: 'done' }, at: at(0) } as const;

  it.each<[string, ReturnType<typeof step>, Wave['step'], object]>([
    ['first follows what is in flight', step(asked, 1), 'deploy', { kind: 'run', segment: 'deploy' }],
    ['then turns round', step(asked), 'rollback', { kind: 'prepareRollback' }],
    ['from a gate at once', step({ ...asked, step: 'gate' }), 'rollback', { kind: 'prepareRollback' }],
    [
      'restores workspaces first',
      step(rolling({ rollback: prepared }), 0, [], ['w']),
      'rollback',
      { kind: 'restore', workspaceIds: ['w'] },
    ],
    [
      'not where nobody asked',
      step(rolling({ rollback: { ...prepared, undo: { ...UNDO, connectors: false } } }), 0, [], ['w']),
      'rollback',
      { kind: 'run', segment: 'undo' },
    ],
    [
      'then undoes machines',
      step(rolling({ rollback: { ...prepared, connectors: [restored] } }), 0, [], ['w']),
      'rollback',
      { kind: 'run', segment: 'undo' },
    ],
    ['ends', step(rolling({ rollback: prepared }), 0, ['undo']), 'rollback', { kind: 'finish' }],
    ['rests under a hold', step(rolling({ holds: [HOLD] })), 'rollback', { kind: 'wait', for: 'hold' }],
    [
      'follows under a hold',
      step(rolling({ holds: [HOLD] }), 1),
      'rollback',
      { kind: 'run', segment: 'undo' },
    ],
  ])('%s', (_, next, at_, action) => {
    expect(next.wave.step).toBe(at_);
    expect(next.action).toMatchObject(action);
  });
});

describe('isStageHalted', () => {
  it.each<[string, Wave, boolean, boolean]>([
    ['a wave that runs', aWave(), false, true],
    ['one that is aborted', aWave({ abort: ABORT }), true, true],
    ['one that is to be rolled back', aWave({ rollback: ROLLBACK }), true, true],
    ['one that is rolled back', rolling({ abort: ABORT }), true, false],
    ['one that is rolled back and held', rolling({ holds: [HOLD] }), true, true],
    ['one that was rolled back', aWave({ step: 'finished', rollback: ENDED }), true, true],
  ])('%s', (_, wave, forward, undo) => {
    expect(isStageHalted(wave, 'install')).toBe(forward);
    expect(isStageHalted(wave, 'undoAssociate')).toBe(undo);
  });
});

describe('the phase of a rollback', () => {
  const phase = (wave: Wave, notUndone = 0) =>
    phaseOf(
      wave,
      totalsOf([aSummary({ size: 3, inFlight: 1, ...(notUndone === 0 ? {} : { notUndone }) })]),
      { start: false, removal: true },
      aPolicy().gate,
      NOW,
    );

  it.each<[string, Wave, number, string, string]>([
    [
      'before it',
      aWave({ abort: ABORT, rollback: ROLLBACK }),
      0,
      'progressing',
      '1 machines finish their stage first',
    ],
    ['under way', rolling({ abort: ABORT }), 0, 'progressing', 'Rolling back for rick; 1 machines in flight'],
    ['held', rolling({ abort: ABORT, holds: [HOLD] }), 0, 'held', 'freeze'],
    [
      'ended',
      aWave({ step: 'finished', rollback: ENDED }),
      0,
      'aborted',
      'Rolled back by rick: wrong rules.',
    ],
    ['ended with a rest', aWave({ step: 'finished', rollback: ENDED }), 2, 'aborted', 'On 2 machines'],
    [
      'of one machine',
      aWave({ step: 'finished', rollback: { ...ENDED, machineIds: ['m'] } }),
      0,
      'completed',
      '1 of 3 machines were rolled back by rick',
    ],
    [
      'of one machine of an aborted wave',
      aWave({ step: 'finished', abort: ABORT, rollback: { ...ENDED, machineIds: ['m'] } }),
      0,
      'aborted',
      '1 of 3 machines',
    ],
  ])('%s', (_, wave, notUndone, expected, message) => {
    expect(phase(wave, notUndone)).toMatchObject({
      phase: expected,
      message: expect.stringContaining(message),
    });
  });
});
