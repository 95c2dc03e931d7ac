import { describe, expect, it } from 'vitest';
import { blocked, failed, type Outcome, skipped, waiting } from '../../../shared/model/outcome.ts';
import type { ReasonCode } from '../../../shared/model/reasons.ts';
import type { MachineStage } from '../../../shared/model/stages.ts';
import type { MachineRecord } from '../../../shared/model/wave.ts';
import { summarizeBatch } from '../../../shared/waves/batch-summary.ts';
import { applyDeadline } from '../../../shared/waves/deadlines.ts';
import { type DueState, dueState, endedBadly } from '../../../shared/waves/due.ts';
import { aPolicy, aRecord, at, aWaveMachine, CELL, NOW } from '../../support/builders.ts';

const OPERATION = { kind: 'putExtension', extension: 'x', url: null, startedAt: at(-60) } as const;
const DONE: Outcome = { status: 'done' };
const wait = (until: number) => waiting('operationInProgress', at(until));

describe('dueState', () => {
  it.each<[string, Partial<MachineRecord>, MachineStage, boolean, DueState]>([
    ['never looked at', {}, 'install', false, 'due'],
    ['waiting, time has come', { outcomes: { install: wait(0) } }, 'install', false, 'due'],
    ['waiting, not its time', { outcomes: { install: wait(1) } }, 'install', false, 'later'],
    ['done', { outcomes: { install: DONE } }, 'install', false, 'settled'],
    ['blocked', { outcomes: { install: blocked('locked') } }, 'install', false, 'settled'],
    ['after a good stage', { outcomes: { install: DONE } }, 'associate', false, 'due'],
    ['after a skipped stage', { outcomes: { install: skipped('scomAttached') } }, 'associate', false, 'due'],
    [
      'after a failed stage',
      { outcomes: { install: failed('operationFailed') } },
      'associate',
      false,
      'skip',
    ],
    [
      'after a blocked stage two before',
      { outcomes: { install: blocked('locked'), associate: skipped('earlierStage') } },
      'verify',
      false,
      'skip',
    ],
    [
      'after a blocked verify, at uninstall',
      { outcomes: { verify: blocked('dataMissing') } },
      'uninstall',
      false,
      'skip',
    ],
    [
      'a later stage does not count',
      { outcomes: { verify: blocked('dataMissing') } },
      'install',
      false,
      'due',
    ],
    ['halted, nothing in flight', {}, 'install', true, 'later'],
    [
      'halted, waiting without operation',
      { outcomes: { install: waiting('notRunning', at(0)) } },
      'install',
      true,
      'later',
    ],
    ['halted, in flight', { operation: OPERATION, outcomes: { install: wait(0) } }, 'install', true, 'due'],
    [
      'halted, in flight, not its time',
      { operation: OPERATION, outcomes: { install: wait(5) } },
      'install',
      true,
      'later',
    ],
    ['halted, settled', { outcomes: { install: DONE } }, 'install', true, 'settled'],
    [
      'halted, after a failed stage',
      { outcomes: { install: failed('operationFailed') } },
      'associate',
      true,
      'later',
    ],
  ])('%s', (_, record, stage, halted, expected) => {
    expect(dueState(aRecord('m', record), stage, { halted, nowMs: NOW })).toBe(expected);
  });
});

describe('endedBadly', () => {
  it.each<[string, MachineRecord['outcomes'], boolean]>([
    ['nothing yet', {}, false],
    ['all good', { install: DONE, associate: { status: 'alreadyDone' }, verify: DONE }, false],
    ['kept for SCOM', { uninstall: skipped('scomAttached'), confirm: skipped('scomAttached') }, false],
    ['blocked', { install: blocked('locked') }, true],
    ['failed at the end', { install: DONE, confirm: failed('deadline') }, true],
  ])('%s', (_, outcomes, expected) => {
    expect(endedBadly(aRecord('m', { outcomes }))).toBe(expected);
  });
});

describe('applyDeadline', () => {
  const POLICY = aPolicy({
    operationDeadlineSeconds: 500,
    waitDeadlineSeconds: 300,
    verifyDeadlineSeconds: 400,
  });

  it.each<[MachineStage, ReasonCode, number, object]>([
    ['install', 'operationInProgress', 500, { status: 'failed', code: 'deadline' }],
    ['install', 'notRunning', 300, { status: 'blocked', reason: 'notRunning', needs: 'machineOwner' }],
    [
      'install',
      'arcDisconnected',
      300,
      { status: 'blocked', reason: 'arcDisconnected', needs: 'machineOwner' },
    ],
    [
      'install',
      'extensionStuck',
      300,
      { status: 'blocked', reason: 'extensionStuck', needs: 'machineOwner' },
    ],
    ['install', 'heldTag', 300, { status: 'blocked', reason: 'heldTag', needs: 'machineOwner' }],
    ['install', 'throttled', 500, { status: 'failed', code: 'deadline' }],
    ['uninstall', 'noHeartbeat', 500, { status: 'blocked', reason: 'noHeartbeat', needs: 'networkTeam' }],
    ['verify', 'dataNotYet', 400, { status: 'blocked', reason: 'dataMissing', needs: 'securityTeam' }],
    ['verify', 'noHeartbeat', 400, { status: 'blocked', reason: 'noHeartbeat', needs: 'networkTeam' }],
    ['verify', 'queryFailed', 400, { status: 'blocked', reason: 'queryFailed', needs: 'platformTeam' }],
    [
      'reverify',
      'attributionUnclear',
      400,
      { status: 'blocked', reason: 'attributionUnclear', needs: 'securityTeam' },
    ],
    ['confirm', 'throttled', 400, { status: 'failed', code: 'deadline' }],
  ])('%s waiting for %s ends after %i s', (stage, reason, seconds, expected) => {
    const outcome = waiting(reason, at(60), 'said so');

    const before = applyDeadline(outcome, stage, { stage: at(1 - seconds), operation: null }, NOW, POLICY);
    const after = applyDeadline(outcome, stage, { stage: at(-seconds), operation: null }, NOW, POLICY);

    expect(before).toBe(outcome);
    expect(after).toMatchObject(expected);
    expect('detail' in after && after.detail).toContain('said so');
  });

  it.each<[Outcome]>([[DONE], [blocked('locked')], [skipped('dryRun')], [failed('unexpected')]])(
    'leaves %j alone',
    (outcome) => {
      const started = { stage: at(-99_999), operation: at(-99_999) };

      expect(applyDeadline(outcome, 'install', started, NOW, POLICY)).toBe(outcome);
    },
  );

  it('times an operation from its own start, however long the machine waited before', () => {
    const outcome = waiting('operationInProgress', at(60));
    const started = (operation: number) => ({ stage: at(-99_999), operation: at(operation) });

    expect(applyDeadline(outcome, 'install', started(-499), NOW, POLICY)).toBe(outcome);
    expect(applyDeadline(outcome, 'install', started(-500), NOW, POLICY)).toMatchObject({
      status: 'failed',
      code: 'deadline',
    });
  });

  it.each<[ReasonCode, MachineStage]>([
    ['outsideWindow', 'install'],
    ['held', 'install'],
    ['awaitsTurn', 'verify'],
    ['lastLook', 'confirm'],
  ])('never ends the wait of a machine that is not late: %s', (reason, stage) => {
    const outcome = waiting(reason, at(60));
    const started = { stage: at(-99_999), operation: null };

    expect(applyDeadline(outcome, stage, started, NOW, POLICY)).toBe(outcome);
  });

  it.each<[MachineStage, string]>([
    ['install', 'waiting'],
    ['associate', 'waiting'],
    ['uninstall', 'waiting'],
    // Data comes at any time.
    ['verify', 'blocked'],
  ])('%s counts the time of open windows where it changes machines', (stage, status) => {
    // Open for the last 299 seconds; the stage began days ago.
    const windows = [{ start: at(-299).slice(0, 19), timeZone: 'UTC', durationMinutes: 60 }];
    const started = { stage: at(-300_000), operation: null };
    const outcome = waiting('notRunning', at(60));

    expect(applyDeadline(outcome, stage, started, NOW, { ...POLICY, windows }).status).toBe(status);
    expect(applyDeadline(outcome, stage, started, NOW + 1000, { ...POLICY, windows }).status).toBe('blocked');
  });

  it('counts no time in a freeze', () => {
    const started = { stage: at(-600), operation: null };
    const freezes = [{ name: 'f', start: at(-500).slice(0, 19), end: at(-1).slice(0, 19), timeZone: 'UTC' }];
    const outcome = waiting('notRunning', at(60));

    expect(applyDeadline(outcome, 'install', started, NOW, { ...POLICY, freezes }).status).toBe('waiting');
    expect(applyDeadline(outcome, 'install', started, NOW, POLICY).status).toBe('blocked');
  });

  it('an operation is timed by the clock, whatever window there is', () => {
    const windows = [{ start: at(-1).slice(0, 19), timeZone: 'UTC', durationMinutes: 60 }];
    const started = { stage: at(-99_999), operation: at(-500) };

    expect(applyDeadline(wait(60), 'install', started, NOW, { ...POLICY, windows })).toMatchObject({
      status: 'failed',
    });
  });

  it('times any other wait from the start of the stage, whatever operation there is', () => {
    const started = { stage: at(-300), operation: at(-1) };

    expect(applyDeadline(waiting('notRunning', at(60)), 'install', started, NOW, POLICY)).toMatchObject({
      status: 'blocked',
      reason: 'notRunning',
    });
  });
});

describe('summarizeBatch', () => {
  it('counts outcomes, machines in flight, verified and failed', () => {
    const machines = [
      aWaveMachine('a', {}, { outcomes: { install: DONE, associate: DONE, verify: DONE } }),
      aWaveMachine('b', {}, { outcomes: { install: { status: 'alreadyDone' }, associate: wait(60) } }),
      aWaveMachine('c', {}, { outcomes: { install: wait(60) }, operation: OPERATION }),
      aWaveMachine(
        'd',
        {},
        {
          outcomes: {
            install: blocked('locked'),
            associate: skipped('earlierStage'),
            verify: skipped('earlierStage'),
          },
        },
      ),
    ];

    expect(summarizeBatch('0000-0001', machines, at(0))).toEqual({
      batchId: '0000-0001',
      cell: CELL,
      size: 4,
      counts: {
        install: { done: 1, alreadyDone: 1, waiting: 1, blocked: 1 },
        associate: { done: 1, waiting: 1, skipped: 1 },
        verify: { done: 1, skipped: 1 },
      },
      inFlight: 1,
      finished: [],
      verified: 1,
      failed: 1,
      verdicts: { pass: 1, fail: 0, inconclusive: 0, error: 0 },
      oldest: {},
      updatedAt: at(0),
    });
  });

  it.each<[string, MachineRecord['outcomes'], readonly string[]]>([
    ['deployed', { install: DONE, associate: DONE, verify: DONE }, ['deploy']],
    [
      'deployed badly',
      { install: blocked('locked'), associate: skipped('earlierStage'), verify: skipped('earlierStage') },
      ['deploy'],
    ],
    [
      'all done',
      { install: DONE, associate: DONE, verify: DONE, reverify: DONE, uninstall: DONE, confirm: DONE },
      ['deploy', 'remove'],
    ],
    ['still waiting for data', { install: DONE, associate: DONE, verify: waiting('dataNotYet', at(1)) }, []],
  ])('knows which segments are settled: %s', (_, outcomes, finished) => {
    const settled = aWaveMachine(
      'a',
      {},
      {
        outcomes: {
          install: DONE,
          associate: DONE,
          verify: DONE,
          reverify: DONE,
          uninstall: DONE,
          confirm: DONE,
        },
      },
    );

    expect(summarizeBatch('b', [settled, aWaveMachine('b', {}, { outcomes })], at(0)).finished).toEqual(
      finished,
    );
  });
});
