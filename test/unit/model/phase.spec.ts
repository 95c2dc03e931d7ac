import { describe, expect, it } from 'vitest';
import {
  type ApprovalPolicy,
  missingApproval,
  type PhaseName,
  phaseOf,
  totalsOf,
} from '../../../shared/model/phase.ts';
import type { Wave } from '../../../shared/model/wave.ts';
import { aSummary, at, aWave, NOW } from '../../support/builders.ts';

const ABORT = { at: at(0), by: 'olga', reason: 'wrong proxy' };
const HOLD = { id: 'h', kind: 'operator', reason: 'freeze', since: at(0), by: 'olga' } as const;
const PASS = { gate: 'removal', result: 'pass', at: at(0), message: 'ok' } as const;
const FAIL = { ...PASS, result: 'fail' } as const;
const START = { gate: 'start', by: 'anna', at: at(0) } as const;
const REMOVAL = { ...START, gate: 'removal' } as const;
const BOTH: ApprovalPolicy = { start: true, removal: true };
const NONE: ApprovalPolicy = { start: false, removal: false };
const LIMITS = { maxFailed: 2, maxNotVerifiedShare: 0.2 };
const totals = (failed = 0) => ({ machines: 10, inFlight: 3, verified: 7, failed });

describe('phaseOf', () => {
  const cases: readonly [string, Partial<Wave>, ApprovalPolicy, number, PhaseName, RegExp][] = [
    ['before the start', { step: 'prepare' }, NONE, 0, 'planned', /about to start/],
    [
      'before an approved start',
      { step: 'prepare', approvals: [START] },
      BOTH,
      0,
      'planned',
      /about to start/,
    ],
    [
      'before its time',
      { step: 'prepare', cells: [], startAt: at(60) },
      NONE,
      0,
      'planned',
      /^Starts at 2026-11-21T08:01:00.000Z\.$/,
    ],
    [
      'before its time, not approved',
      { step: 'prepare', cells: [], startAt: at(60) },
      BOTH,
      0,
      'awaitingApproval',
      /start gate. Starts at 2026-11-21T08:01:00.000Z at the earliest/,
    ],
    ['laid out at its time', { step: 'prepare', startAt: at(60) }, NONE, 0, 'planned', /about to start/],
    ['start not approved', { step: 'prepare' }, BOTH, 0, 'awaitingApproval', /start gate/],
    ['dry run needs no approval', { step: 'prepare', dryRun: true }, BOTH, 0, 'planned', /about to start/],
    ['deploying', { step: 'deploy' }, BOTH, 0, 'progressing', /deploy; 3 machines in flight/],
    [
      'soaking',
      { step: 'gate', soakUntil: at(3600) },
      BOTH,
      0,
      'progressing',
      /Soaking until 2026-11-21T09:00:00/,
    ],
    [
      'gate passed, removal not approved',
      { step: 'gate', gates: [PASS] },
      BOTH,
      0,
      'awaitingApproval',
      /removal gate/,
    ],
    [
      'gate passed and approved',
      { step: 'gate', gates: [PASS], approvals: [REMOVAL] },
      BOTH,
      0,
      'progressing',
      /gate/,
    ],
    ['gate failed', { step: 'gate', gates: [FAIL], holds: [HOLD] }, BOTH, 0, 'held', /freeze \(olga\)/],
    [
      'held beats a missing approval',
      { step: 'prepare', holds: [HOLD] },
      BOTH,
      0,
      'held',
      /3 machines finish/,
    ],
    [
      'two holds',
      { holds: [HOLD, { ...HOLD, reason: 'change window', by: 'app' }] },
      NONE,
      0,
      'held',
      /freeze \(olga\); change window \(app\)/,
    ],
    ['aborting beats held', { holds: [HOLD], abort: ABORT }, NONE, 0, 'aborted', /olga; 3 machines finish/],
    ['aborted and over', { step: 'finished', abort: ABORT }, NONE, 9, 'aborted', /wrong proxy/],
    ['connectors', { step: 'disableConnector' }, BOTH, 0, 'progressing', /disableConnector/],
    ['removing', { step: 'remove' }, BOTH, 0, 'progressing', /remove/],
    ['finished clean', { step: 'finished' }, BOTH, 0, 'completed', /^Finished\.$/],
    ['finished at the limit', { step: 'finished' }, BOTH, 2, 'completed', /2 of 10 machines/],
    ['finished over the limit', { step: 'finished' }, BOTH, 3, 'degraded', /3 of 10 machines.*tolerates 2/],
    ['finished forgets holds', { step: 'finished', holds: [HOLD] }, BOTH, 0, 'completed', /Finished/],
  ];

  it.each(cases)('%s', (_, wave, approvals, failed, phase, message) => {
    const derived = phaseOf(aWave(wave), totals(failed), approvals, LIMITS, NOW);

    expect(derived.phase).toBe(phase);
    expect(derived.message).toMatch(message);
  });
});

describe('missingApproval', () => {
  const cases: readonly [string, Partial<Wave>, ApprovalPolicy, 'start' | 'removal' | undefined][] = [
    ['start', { step: 'prepare' }, BOTH, 'start'],
    ['start, when only removal was approved', { step: 'prepare', approvals: [REMOVAL] }, BOTH, 'start'],
    ['nothing, when the policy asks for none', { step: 'prepare' }, NONE, undefined],
    ['nothing while deploying', { step: 'deploy', gates: [PASS] }, BOTH, undefined],
    ['nothing before the gate is judged', { step: 'gate' }, BOTH, undefined],
    ['nothing after a failed gate', { step: 'gate', gates: [FAIL] }, BOTH, undefined],
    ['removal after a passed gate', { step: 'gate', gates: [PASS] }, BOTH, 'removal'],
    ['removal after a fail that was accepted', { step: 'gate', gates: [FAIL, PASS] }, BOTH, 'removal'],
    [
      'removal, when only the start was approved',
      { step: 'gate', gates: [PASS], approvals: [START] },
      BOTH,
      'removal',
    ],
    ['nothing once approved', { step: 'gate', gates: [PASS], approvals: [REMOVAL] }, BOTH, undefined],
    ['nothing in a dry run', { step: 'gate', gates: [PASS], dryRun: true }, BOTH, undefined],
  ];

  it.each(cases)('is %s', (_, wave, approvals, expected) => {
    expect(missingApproval(aWave(wave), approvals, NOW)).toBe(expected);
  });
});

describe('totalsOf', () => {
  it('sums the batches', () => {
    const batches = [
      aSummary({ size: 25, inFlight: 3, verified: 20, failed: 2 }),
      aSummary({ size: 5, inFlight: 1, verified: 4, failed: 1 }),
    ];

    expect(totalsOf(batches)).toEqual({ machines: 30, inFlight: 4, verified: 24, failed: 3 });
    expect(totalsOf([])).toEqual({ machines: 0, inFlight: 0, verified: 0, failed: 0 });
  });
});
