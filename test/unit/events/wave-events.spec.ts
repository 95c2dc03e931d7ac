import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayHaveNews, type WaveSeen, waveEvents } from '../../../shared/events/wave-events.ts';
import { totalsOf } from '../../../shared/model/phase.ts';
import { WAVE_STEPS, type Wave } from '../../../shared/model/wave.ts';
import { aPolicy, aSummary, at, aWave, NOW } from '../../support/builders.ts';

const HOLD = { id: 'operator-1', kind: 'operator', reason: 'freeze', since: at(0), by: 'olga' } as const;
const GATE_HOLD = { ...HOLD, id: 'gate-removal', kind: 'gate' } as const;
const PASS = { gate: 'removal', result: 'pass', at: at(5), message: 'ok' } as const;
const FAIL = { ...PASS, result: 'fail', message: '3 machines failed' } as const;
const ANNA = { gate: 'removal', by: 'anna', at: at(9) } as const;
const ABORT = { at: at(3), by: 'olga', reason: 'stop' };
const RETRY = {
  by: 'olga',
  at: at(4),
  reason: 'again',
  machineIds: null,
  from: 'gate',
  preparedAt: null,
  machines: null,
} as const;
const SWITCHED = { workspaceId: '/w', outcome: { status: 'done' }, dependents: 0, at: at(6) } as const;
const ROLLBACK: NonNullable<Wave['rollback']> = {
  ...{
    at: at(7),
    by: 'olga',
    reason: 'wrong rules',
    machineIds: null,
    confirmation: null,
    workspaceKeys: [],
  },
  ...{ preparedAt: null, connectors: [], finishedAt: null },
  undo: { connectors: true, legacyAgent: false, associations: true, agentSettings: true, agent: false },
};
const DONE = { step: 'finished', finishedAt: at(99) } as const;
const policy = aPolicy({ gate: { maxFailed: 5 } });
const none = { pass: 0, fail: 0, inconclusive: 0, error: 0 };

function look(told: WaveSeen | undefined, wave: Partial<Wave>, summary: Parameters<typeof aSummary>[0] = {}) {
  const totals = totalsOf([aSummary(summary)]);
  return waveEvents(told, {
    wave: aWave(wave),
    policy,
    totals,
    verdicts: summary.verdicts ?? none,
    nowMs: NOW,
  });
}
/** What is told of a change from one record to another. */
function news(before: Partial<Wave>, after: Partial<Wave>, summary: Parameters<typeof aSummary>[0] = {}) {
  const { seen } = look(undefined, before);
  return look(seen, after, summary).events.map(({ type, severity }) =>
    severity ? `${type} ${severity}` : type,
  );
}

describe('what is new of a wave', () => {
  it.each<[string, Partial<Wave>, Partial<Wave>, readonly string[]]>([
    ['nothing', {}, {}, []],
    ['machines that move', { step: 'deploy' }, { step: 'deploy' }, []],
    ['a hold', {}, { holds: [HOLD] }, ['wave.held', 'wave.phaseChanged']],
    ['another hold', { holds: [HOLD] }, { holds: [HOLD, GATE_HOLD] }, ['wave.held']],
    ['a hold less', { holds: [HOLD, GATE_HOLD] }, { holds: [HOLD] }, []],
    ['a resumption', { holds: [HOLD] }, { resumedAt: at(2) }, ['wave.resumed', 'wave.phaseChanged']],
    [
      'held again for the same',
      { holds: [HOLD] },
      { holds: [HOLD], resumedAt: at(2) },
      ['wave.resumed', 'wave.held'],
    ],
    ['an abort', {}, { abort: ABORT }, ['wave.abortRequested', 'wave.phaseChanged']],
    ['the end of an abort', { abort: ABORT }, { abort: ABORT, ...DONE }, ['wave.aborted']],
    ['another try', { step: 'gate' }, { step: 'deploy', retry: RETRY }, ['wave.retried']],
    [
      'a gate that asks',
      { step: 'gate', soakUntil: at(60) },
      { step: 'gate', gates: [PASS] },
      ['wave.gateJudged info', 'wave.phaseChanged', 'wave.awaitingApproval'],
    ],
    [
      'a gate that failed',
      { step: 'gate', soakUntil: at(60) },
      { step: 'gate', gates: [FAIL], holds: [GATE_HOLD] },
      ['wave.gateJudged warning', 'wave.held', 'wave.phaseChanged'],
    ],
    [
      'an approval',
      { step: 'gate', gates: [PASS] },
      { step: 'remove', gates: [PASS], approvals: [ANNA] },
      ['wave.approved', 'wave.stepCompleted', 'wave.phaseChanged'],
    ],
    [
      'a gate judged again after a retry took it back',
      { step: 'gate', gates: [PASS], approvals: [ANNA] },
      { step: 'gate', gates: [{ ...PASS, at: at(50) }], approvals: [{ ...ANNA, at: at(55) }] },
      ['wave.approved', 'wave.gateJudged info'],
    ],
    [
      'collection that was switched off',
      { step: 'disableConnector' },
      { step: 'disableConnector', connectors: [SWITCHED] },
      ['connector.switchedOff'],
    ],
    ['steps at once', { step: 'deploy' }, { step: 'remove' }, ['wave.stepCompleted', 'wave.stepCompleted']],
    ['its end', { step: 'remove' }, DONE, ['wave.stepCompleted', 'wave.phaseChanged', 'wave.completed info']],
    ['a rollback', {}, { rollback: ROLLBACK }, ['wave.rollbackRequested']],
    [
      'the end of a rollback',
      { step: 'rollback', rollback: ROLLBACK },
      { ...DONE, rollback: { ...ROLLBACK, finishedAt: at(99), connectors: [{ ...SWITCHED, at: at(98) }] } },
      ['connector.restored', 'wave.phaseChanged', 'wave.rolledBack'],
    ],
  ])('%s', (_, before, after, wanted) => {
    expect(news(before, after)).toEqual(wanted);
  });

  it('a wave that nobody knew, with all that it is', () => {
    expect(look(undefined, { holds: [HOLD] }).events.map(({ type }) => type)).toEqual([
      ...['wave.started', 'wave.held', 'wave.phaseChanged'],
    ]);
    expect(look(undefined, { dryRun: true }).events[0]).toMatchObject({ dryRun: true, waveId: aWave().id });
  });

  it('an end with failures, which is a warning', () => {
    expect(news({ step: 'remove' }, DONE, { failed: 9, size: 20 })).toContain('wave.completed warning');
  });

  it('data that did not pass, when a step ends', () => {
    const verdicts = { pass: 1, fail: 2, inconclusive: 1, error: 0 };
    expect(news({ step: 'deploy' }, { step: 'deploy' }, { verdicts })).toEqual([]);
    expect(news({ step: 'deploy' }, { step: 'gate', soakUntil: at(60) }, { verdicts })).toEqual([
      ...['wave.stepCompleted', 'wave.verdictsFailed'],
    ]);
  });

  it('at most so much at once, and the rest at the next looks', () => {
    const connectors = Array.from({ length: 25 }, (_, i) => ({ ...SWITCHED, workspaceId: `/w${i}` }));
    let { seen } = look(undefined, { step: 'disableConnector' });
    const told: unknown[] = [];
    for (let looks = 0; looks < 3; looks += 1) {
      const next = look(seen, { step: 'disableConnector', connectors });
      expect(next.events.length).toBeLessThanOrEqual(10);
      told.push(...next.events.map(({ data }) => data['workspaceId']));
      seen = next.seen;
    }
    expect(told).toEqual(connectors.map(({ workspaceId }) => workspaceId));
  });

  it('never more than fits, however much there is', () => {
    const holds = Array.from({ length: 300 }, (_, i) => ({ ...HOLD, id: `h${i}`, reason: 'x'.repeat(5000) }));
    const { events } = look(look(undefined, {}).seen, { holds });
    expect(JSON.stringify(events).length).toBeLessThan(60_000);
  });

  it('is told once: the same look again tells nothing, whatever the wave is', () => {
    fc.assert(
      fc.property(aRecord, aRecord, (before, after) => {
        const { seen } = look(look(undefined, before).seen, after);
        expect(look(seen, after).events).toEqual([]);
        expect(mayHaveNews(seen, { wave: aWave(after), policy, nowMs: NOW })).toBe(false);
      }),
    );
  });

  it('is never missed by the short look', () => {
    fc.assert(
      fc.property(aRecord, aRecord, (before, after) => {
        const { seen } = look(undefined, before);
        const { events } = look(seen, after);
        if (events.length > 0)
          expect(mayHaveNews(seen, { wave: aWave(after), policy, nowMs: NOW })).toBe(true);
      }),
    );
  });
});

const maybe = <T>(value: T) => fc.constantFrom(undefined, value);
const aRecord: fc.Arbitrary<Partial<Wave>> = fc
  .record({
    step: fc.constantFrom(...WAVE_STEPS),
    holds: fc.subarray([HOLD, GATE_HOLD]),
    approvals: fc.subarray([ANNA]),
    gates: fc.subarray([PASS, FAIL]),
    connectors: fc.subarray([SWITCHED]),
    abort: fc.constantFrom(null, ABORT),
    resumedAt: fc.constantFrom(null, at(2)),
    retry: maybe(RETRY),
    rollback: maybe(ROLLBACK),
  })
  .map(({ retry, rollback, ...rest }) => ({
    ...rest,
    finishedAt: rest.step === 'finished' ? at(99) : null,
    ...(retry === undefined ? {} : { retry }),
    // A wave in its rollback has one.
    ...(rollback === undefined && rest.step !== 'rollback' ? {} : { rollback: rollback ?? ROLLBACK }),
  }));
