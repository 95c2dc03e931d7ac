import { describe, expect, it } from 'vitest';
import type { BatchSummary, ConnectorResult, Wave } from '../../../shared/model/wave.ts';
import { judgeRemovalGate, nextWaveStep, type StepInput } from '../../../shared/waves/next-step.ts';
import { aPolicy, aSummary, at, aWave, CELL, must, NOW } from '../../support/builders.ts';

const ABORT = { at: at(0), by: 'olga', reason: 'stop' };
const HOLD = { id: 'h', kind: 'operator', reason: 'freeze', since: at(0), by: 'olga' } as const;
const PASS = { gate: 'removal', result: 'pass', at: at(0), message: 'ok' } as const;
const REMOVAL = { gate: 'removal', by: 'anna', at: at(0) } as const;
const START = { gate: 'start', by: 'anna', at: at(0) } as const;
const DEPLOYED = aSummary({ finished: ['deploy'] });
const ALL_DONE = aSummary({ finished: ['deploy', 'remove'] });

interface Given {
  readonly wave: Partial<Wave>;
  readonly policy?: Parameters<typeof aPolicy>[0];
  readonly summaries?: readonly BatchSummary[];
  readonly workspaceIds?: readonly string[];
}

const step = ({ wave, policy, summaries = [aSummary()], workspaceIds = [] }: Given): StepInput => ({
  wave: aWave(wave),
  policy: aPolicy(policy),
  summaries,
  workspaceIds,
  nowMs: NOW,
});
const connector = (workspaceId: string, outcome: ConnectorResult['outcome']): ConnectorResult => ({
  workspaceId,
  outcome,
  dependents: 0,
  at: at(0),
});
const APPROVAL = { kind: 'wait', for: 'approval', until: null } as const;
const HELD = { kind: 'wait', for: 'hold', until: null } as const;
const DEPLOY = { kind: 'run', segment: 'deploy' } as const;
const REMOVE = { kind: 'run', segment: 'remove' } as const;
const FINISH = { kind: 'finish' } as const;
const waitsAt = (until: string, reason: 'soak' | 'connector') =>
  ({ kind: 'wait', for: reason, until }) as const;
const asksStart = { approvals: { start: true } };
const free = { approvals: { removal: false } };
const soaking = { soakSeconds: 3600 };

describe('nextWaveStep', () => {
  it.each<[string, Given, Wave['step'], object]>([
    ['lays the wave out first', { wave: { step: 'prepare', cells: [] } }, 'prepare', { kind: 'prepare' }],
    ['waits for the start', { wave: { step: 'prepare', cells: [] }, policy: asksStart }, 'prepare', APPROVAL],
    [
      'starts once approved',
      { wave: { step: 'prepare', cells: [], approvals: [START] }, policy: asksStart },
      'prepare',
      { kind: 'prepare' },
    ],
    [
      'rests until its time',
      { wave: { step: 'prepare', cells: [], startAt: at(60) } },
      'prepare',
      { kind: 'wait', for: 'start', until: at(60) },
    ],
    [
      'starts when its time has come',
      { wave: { step: 'prepare', cells: [], startAt: at(0) } },
      'prepare',
      { kind: 'prepare' },
    ],
    [
      'waits for the start to be approved, before and after its time',
      { wave: { step: 'prepare', cells: [], startAt: at(60) }, policy: asksStart },
      'prepare',
      APPROVAL,
    ],
    [
      'a dry run starts unasked',
      { wave: { step: 'prepare', cells: [], dryRun: true }, policy: asksStart },
      'prepare',
      { kind: 'prepare' },
    ],
    ['deploys what is laid out', { wave: { step: 'prepare' } }, 'deploy', DEPLOY],
    ['goes on deploying', { wave: {} }, 'deploy', DEPLOY],
    [
      'waits for the last batch',
      {
        wave: { cells: [{ cell: CELL, kind: 'azureVm', batches: 2, machines: 2, batchSize: 25 }] },
        summaries: [DEPLOYED, aSummary({ batchId: '0000-0001' })],
      },
      'deploy',
      DEPLOY,
    ],
    [
      'does not take a missing summary for a finished batch',
      {
        wave: { cells: [{ cell: CELL, kind: 'azureVm', batches: 2, machines: 2, batchSize: 25 }] },
        summaries: [DEPLOYED],
      },
      'deploy',
      DEPLOY,
    ],
    [
      'soaks before the gate',
      { wave: {}, policy: soaking, summaries: [DEPLOYED] },
      'gate',
      waitsAt(at(3600), 'soak'),
    ],
    [
      'a dry run does not soak',
      { wave: { dryRun: true }, policy: soaking, summaries: [DEPLOYED] },
      'remove',
      REMOVE,
    ],
    [
      'goes on soaking',
      { wave: { step: 'gate', soakUntil: at(1) }, summaries: [DEPLOYED] },
      'gate',
      waitsAt(at(1), 'soak'),
    ],
    [
      'judges when the soak is over, to the second',
      { wave: { step: 'gate', soakUntil: at(0) }, summaries: [DEPLOYED] },
      'gate',
      APPROVAL,
    ],
    [
      'waits for the removal after a passed gate',
      { wave: { step: 'gate', gates: [PASS] }, summaries: [DEPLOYED] },
      'gate',
      APPROVAL,
    ],
    [
      'removes once approved',
      { wave: { step: 'gate', gates: [PASS], approvals: [REMOVAL] }, summaries: [DEPLOYED] },
      'remove',
      REMOVE,
    ],
    [
      'removes without approval where the plan asks none',
      { wave: { step: 'gate' }, policy: free, summaries: [DEPLOYED] },
      'remove',
      REMOVE,
    ],
    [
      'switches connectors first',
      { wave: { step: 'gate' }, policy: free, summaries: [DEPLOYED], workspaceIds: ['w1', 'w2'] },
      'disableConnector',
      { kind: 'connectors', workspaceIds: ['w1', 'w2'] },
    ],
    [
      'asks again for the connector that is due',
      {
        wave: {
          step: 'disableConnector',
          connectors: [
            connector('w1', { status: 'done' }),
            connector('w2', { status: 'waiting', reason: 'throttled', until: at(0) }),
          ],
        },
        workspaceIds: ['w1', 'w2'],
      },
      'disableConnector',
      { kind: 'connectors', workspaceIds: ['w2'] },
    ],
    [
      'waits for the earliest connector',
      {
        wave: {
          step: 'disableConnector',
          connectors: [
            connector('w1', { status: 'waiting', reason: 'throttled', until: at(90) }),
            connector('w2', { status: 'waiting', reason: 'throttled', until: at(60) }),
          ],
        },
        workspaceIds: ['w1', 'w2'],
      },
      'disableConnector',
      waitsAt(at(60), 'connector'),
    ],
    [
      'a connector that stays on stops nobody',
      {
        wave: {
          step: 'disableConnector',
          connectors: [
            connector('w1', { status: 'skipped', reason: 'workspaceInUse' }),
            connector('w2', { status: 'blocked', reason: 'connectorFailed', needs: 'platformTeam' }),
          ],
        },
        workspaceIds: ['w1', 'w2'],
        summaries: [DEPLOYED],
      },
      'remove',
      REMOVE,
    ],
    ['goes on removing', { wave: { step: 'remove' }, summaries: [DEPLOYED] }, 'remove', REMOVE],
    ['finishes when all are settled', { wave: { step: 'remove' }, summaries: [ALL_DONE] }, 'remove', FINISH],
    ['stays finished', { wave: { step: 'finished', holds: [HOLD] } }, 'finished', FINISH],
    [
      'an empty wave goes through',
      { wave: { step: 'prepare', cells: [], machineCount: 0 }, policy: free, summaries: [] },
      'remove',
      FINISH,
    ],
    ['held before the start', { wave: { step: 'prepare', cells: [], holds: [HOLD] } }, 'prepare', HELD],
    [
      'held with machines in flight',
      { wave: { holds: [HOLD] }, summaries: [aSummary({ inFlight: 1 })] },
      'deploy',
      DEPLOY,
    ],
    ['held with none in flight', { wave: { holds: [HOLD] } }, 'deploy', HELD],
    [
      'held while removing, with machines in flight',
      { wave: { step: 'remove', holds: [HOLD] }, summaries: [aSummary({ inFlight: 2 })] },
      'remove',
      REMOVE,
    ],
    [
      'held at the gate, whatever the approvals',
      { wave: { step: 'gate', gates: [PASS], approvals: [REMOVAL], holds: [HOLD] } },
      'gate',
      HELD,
    ],
    [
      'held at the connectors',
      { wave: { step: 'disableConnector', holds: [HOLD] }, workspaceIds: ['w1'] },
      'disableConnector',
      HELD,
    ],
    ['aborted before the start', { wave: { step: 'prepare', cells: [], abort: ABORT } }, 'prepare', FINISH],
    [
      'aborted with machines in flight',
      { wave: { abort: ABORT }, summaries: [aSummary({ inFlight: 1 })] },
      'deploy',
      DEPLOY,
    ],
    ['aborted with none in flight', { wave: { abort: ABORT } }, 'deploy', FINISH],
    ['aborted at the gate', { wave: { step: 'gate', abort: ABORT } }, 'gate', FINISH],
    ['aborted beats held', { wave: { abort: ABORT, holds: [HOLD] } }, 'deploy', FINISH],
  ])('%s', (_, given, next, action) => {
    const result = nextWaveStep(step(given));

    expect(result.action).toEqual(action);
    expect(result.wave.step).toBe(next);
  });

  it('asked again with the record it returned, it says the same and changes nothing', () => {
    const first = nextWaveStep(step({ wave: {}, policy: soaking, summaries: [DEPLOYED] }));
    const second = nextWaveStep({
      ...step({ wave: {}, policy: soaking, summaries: [DEPLOYED] }),
      wave: first.wave,
    });

    expect(second).toEqual(first);
  });

  it('a failed gate holds the wave, once, and a resume goes over it without another judgement', () => {
    const input = step({
      wave: {},
      policy: free,
      summaries: [aSummary({ finished: ['deploy'], verified: 0 })],
    });

    const failed = nextWaveStep(input);
    const again = nextWaveStep({ ...input, wave: failed.wave });
    const resumed = nextWaveStep({
      ...input,
      wave: { ...failed.wave, holds: [], gates: [...failed.wave.gates, PASS] },
    });

    expect(failed.action).toEqual(HELD);
    expect(failed.wave.gates.map(({ result }) => result)).toEqual(['fail']);
    expect(failed.wave.holds).toMatchObject([{ kind: 'gate', by: 'removal gate', since: at(0) }]);
    expect(again).toEqual(failed);
    expect(resumed.action).toEqual(REMOVE);
    expect(resumed.wave.gates).toHaveLength(2);
  });

  it('a hold taken away without the gate being accepted is judged anew', () => {
    const input = step({
      wave: {},
      policy: free,
      summaries: [aSummary({ finished: ['deploy'], verified: 0 })],
    });
    const failed = nextWaveStep(input);

    const better = nextWaveStep({ ...input, wave: { ...failed.wave, holds: [] }, summaries: [DEPLOYED] });

    expect(better.action).toEqual(REMOVE);
    expect(better.wave.gates.map(({ result }) => result)).toEqual(['fail', 'pass']);
  });
});

describe('judgeRemovalGate', () => {
  const judge = (summary: Partial<BatchSummary>, wave: Partial<Wave> = {}) =>
    judgeRemovalGate(
      step({
        wave,
        policy: { gate: { maxNotVerifiedShare: 0.2, maxFailed: 2 } },
        summaries: [aSummary(summary)],
      }),
    );

  it.each([
    ['all verified', { size: 10, verified: 10 }, 'pass', /10 of 10/],
    ['just enough verified', { size: 10, verified: 8, failed: 2 }, 'pass', /8 of 10/],
    ['too few verified', { size: 10, verified: 7, failed: 0 }, 'fail', /30 % .*tolerates 20 %/],
    ['too many failed', { size: 100, verified: 97, failed: 3 }, 'fail', /3 machines .*tolerates 2/],
    ['none verified', { size: 1, verified: 0 }, 'fail', /100 %/],
    ['no machines', { size: 0, verified: 0 }, 'pass', /0 of 0/],
  ])('%s', (_, summary, result, message) => {
    const gate = judge(summary);

    expect(gate).toMatchObject({ gate: 'removal', result, at: at(0) });
    expect(gate.message).toMatch(message);
  });

  it('is not judged in a dry run', () => {
    expect(judge({ size: 10, verified: 0 }, { dryRun: true }).result).toBe('pass');
  });
});

describe('change windows', () => {
  const opensAt = (seconds: number) => ({
    windows: [{ start: at(seconds).slice(0, 19), timeZone: 'UTC', durationMinutes: 10 }],
  });
  const closed = opensAt(3600);
  const rest = { kind: 'wait', for: 'window', until: at(3600) } as const;
  /** Six minutes are left of ten; the same once more in a day. */
  const late = { windows: [{ ...must(opensAt(-240).windows[0]), recurrence: 'FREQ=DAILY' }] };
  const again = { kind: 'wait', for: 'window', until: at(-240 + 86_400) } as const;
  const VMS = { cell: CELL, kind: 'azureVm', batches: 1, machines: 2, batchSize: 25 } as const;
  const SETS = { cell: CELL, kind: 'scaleSet', batches: 1, machines: 1, batchSize: 25 } as const;
  const counted = (counts: BatchSummary['counts'], changes: Partial<BatchSummary> = {}) =>
    aSummary({ size: 2, counts, finished: [], ...changes });
  const installed = { install: { done: 2 } };
  const associated = { ...installed, associate: { done: 1, blocked: 1 } };
  const halfAssociated = { ...installed, associate: { done: 1, waiting: 1 } };

  it.each<[string, Given, object]>([
    ['open: it runs', { wave: {}, policy: opensAt(-60) }, DEPLOY],
    ['closed before the first change', { wave: {}, policy: closed }, rest],
    ['closed between changes', { wave: {}, policy: closed, summaries: [counted(halfAssociated)] }, rest],
    [
      'closed, one batch has only data to judge',
      { wave: {}, policy: closed, summaries: [counted({}), counted(associated)] },
      DEPLOY,
    ],
    [
      'closed, that batch has ended as well',
      {
        wave: { cells: [{ cell: CELL, kind: 'azureVm', batches: 2, machines: 4, batchSize: 25 }] },
        policy: closed,
        summaries: [counted({}), counted(associated, { finished: ['deploy'] })],
      },
      rest,
    ],
    [
      'closed, an operation is in flight',
      { wave: {}, policy: closed, summaries: [counted({ install: { waiting: 2 } }, { inFlight: 1 })] },
      DEPLOY,
    ],
    ['closed before the removal', { wave: { step: 'remove' }, policy: closed, summaries: [DEPLOYED] }, rest],
    [
      'closed, all is removed and is to be confirmed',
      {
        wave: { step: 'remove' },
        policy: closed,
        summaries: [counted({ uninstall: { done: 2 } }, { finished: ['deploy'] })],
      },
      REMOVE,
    ],
    ['open, but too short for a change', { wave: {}, policy: late }, again],
    [
      'open long enough for a removal',
      { wave: { step: 'remove' }, policy: late, summaries: [DEPLOYED] },
      REMOVE,
    ],
    [
      'open, too short for a change, and an operation is in flight',
      { wave: {}, policy: late, summaries: [counted({ install: { waiting: 2 } }, { inFlight: 1 })] },
      DEPLOY,
    ],
    [
      'long enough for VMs, if not for the scale sets beside them',
      { wave: { cells: [VMS, SETS] }, policy: opensAt(-60), summaries: [counted({})] },
      DEPLOY,
    ],
    [
      'only scale sets are left, and no window is long enough: it runs, and they say so',
      { wave: { cells: [VMS, SETS] }, policy: opensAt(-60), summaries: [DEPLOYED] },
      DEPLOY,
    ],
    [
      'only scale sets are left, and a longer window comes',
      {
        wave: { cells: [VMS, SETS] },
        policy: { windows: [...opensAt(-60).windows, { ...must(closed.windows[0]), durationMinutes: 60 }] },
        summaries: [DEPLOYED],
      },
      rest,
    ],
    [
      'a freeze closes an open window',
      {
        wave: {},
        policy: {
          ...opensAt(-60),
          windows: [{ ...must(opensAt(-60).windows[0]), durationMinutes: 120 }],
          freezes: [
            { name: 'audit', start: at(-10).slice(0, 19), end: at(3600).slice(0, 19), timeZone: 'UTC' },
          ],
        },
      },
      rest,
    ],
    ['no window is left: it runs, and its machines say so', { wave: {}, policy: opensAt(-3600) }, DEPLOY],
    ['a dry run minds no window', { wave: { dryRun: true }, policy: closed }, DEPLOY],
    ['a hold comes first', { wave: { holds: [HOLD] }, policy: closed }, HELD],
    [
      'a soak goes on',
      { wave: { step: 'gate', soakUntil: at(60) }, policy: closed },
      { kind: 'wait', for: 'soak', until: at(60) },
    ],
  ])('%s', (_, given, action) => {
    expect(nextWaveStep(step(given)).action).toEqual(action);
  });
});
