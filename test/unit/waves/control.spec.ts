import { describe, expect, it } from 'vitest';
import type { ApprovalGate, Wave } from '../../../shared/model/wave.ts';
import { abort, approve, hold, resume } from '../../../shared/waves/control.ts';
import { aPolicy, at, aWave } from '../../support/builders.ts';

const PASS = { gate: 'removal', result: 'pass', at: at(0), message: 'ok' } as const;
const FAIL = { ...PASS, result: 'fail' } as const;
const ABORT = { at: at(-60), by: 'olga', reason: 'first' };
const HOLD = { id: 'h', kind: 'operator', reason: 'freeze', since: at(-60), by: 'olga' } as const;
const GATE_HOLD = { ...HOLD, id: 'gate-removal', kind: 'gate', by: 'removal gate' } as const;
const REMOVAL = { gate: 'removal', by: 'anna', at: at(-60) } as const;
const AT_START: Partial<Wave> = { step: 'prepare' };
const AT_REMOVAL: Partial<Wave> = { step: 'gate', gates: [PASS] };
const POLICY = aPolicy({ approvals: { start: true, removal: true } });
const OPEN = aPolicy({ approvals: { start: true, removal: true, requesterMayApprove: true } });
const anna = { by: 'anna', at: at(0) };
const rita = { by: ' RITA@contoso.example', at: at(0) };

describe('approve', () => {
  it.each<[string, Partial<Wave>, ApprovalGate | undefined, ApprovalGate]>([
    ['the start', AT_START, 'start', 'start'],
    ['the start without naming it', AT_START, undefined, 'start'],
    ['the removal', AT_REMOVAL, 'removal', 'removal'],
    ['the removal while held', { ...AT_REMOVAL, holds: [HOLD] }, undefined, 'removal'],
  ])('%s', (_, wave, gate, expected) => {
    const result = approve(aWave(wave), POLICY, gate, anna);

    expect(result).toMatchObject({
      ok: true,
      changed: true,
      wave: { approvals: [{ gate: expected, by: 'anna', at: at(0) }] },
    });
  });

  it.each<[string, Partial<Wave>, ApprovalGate | undefined, string]>([
    ['nothing to approve', { step: 'deploy' }, undefined, 'notAwaitingApproval'],
    ['removal before its gate passed', { step: 'gate' }, 'removal', 'notAwaitingApproval'],
    ['removal in advance', AT_START, 'removal', 'notAwaitingApproval'],
    ['start too late', AT_REMOVAL, 'start', 'notAwaitingApproval'],
    ['a dry run', { ...AT_START, dryRun: true }, 'start', 'notAwaitingApproval'],
    ['finished', { step: 'finished' }, 'removal', 'waveFinished'],
    ['aborted', { ...AT_START, abort: ABORT }, 'start', 'waveAborted'],
  ])('refuses: %s', (_, wave, gate, code) => {
    expect(approve(aWave(wave), POLICY, gate, anna)).toMatchObject({ ok: false, code });
  });

  it('the requester may not approve, in whatever spelling, unless the policy lets them (D11)', () => {
    expect(approve(aWave(AT_START), POLICY, 'start', rita)).toMatchObject({
      ok: false,
      code: 'requesterMayNotApprove',
    });
    expect(approve(aWave(AT_START), OPEN, 'start', rita)).toMatchObject({ ok: true, changed: true });
  });

  it('twice changes nothing and keeps the first approver', () => {
    const wave = aWave({ ...AT_REMOVAL, approvals: [REMOVAL] });

    expect(approve(wave, POLICY, 'removal', { by: 'bert', at: at(9) })).toEqual({
      ok: true,
      changed: false,
      wave,
    });
  });

  it('twice without naming the gate changes nothing', () => {
    const wave = aWave({ ...AT_REMOVAL, approvals: [REMOVAL] });

    expect(approve(wave, POLICY, undefined, anna)).toEqual({ ok: true, changed: false, wave });
  });

  it('without naming the gate approves the one awaited, not one given before', () => {
    const start = { gate: 'start', by: 'anna', at: at(-60) } as const;
    const wave = aWave({ ...AT_REMOVAL, approvals: [start] });

    expect(approve(wave, POLICY, undefined, anna)).toMatchObject({
      ok: true,
      changed: true,
      wave: { approvals: [start, { gate: 'removal', by: 'anna', at: at(0) }] },
    });
  });
});

describe('hold', () => {
  it('adds a hold beside others', () => {
    const result = hold(aWave({ holds: [GATE_HOLD] }), 'freeze', anna);

    expect(result).toMatchObject({
      ok: true,
      changed: true,
      wave: { holds: [{ kind: 'gate' }, { kind: 'operator', reason: 'freeze', by: 'anna', since: at(0) }] },
    });
  });

  it('by the same person for the same reason changes nothing', () => {
    const wave = aWave({ holds: [HOLD] });

    expect(hold(wave, 'freeze', { by: 'OLGA', at: at(0) })).toEqual({ ok: true, changed: false, wave });
    expect(hold(wave, 'other reason', { by: 'olga', at: at(0) })).toMatchObject({ changed: true });
    expect(hold(wave, 'freeze', anna)).toMatchObject({ changed: true });
  });

  it.each<[string, Partial<Wave>, string]>([
    ['finished', { step: 'finished' }, 'waveFinished'],
    ['aborted', { abort: ABORT }, 'waveAborted'],
  ])('refuses when %s', (_, wave, code) => {
    expect(hold(aWave(wave), 'freeze', anna)).toMatchObject({ ok: false, code });
  });
});

describe('resume', () => {
  it('takes every hold away', () => {
    const result = resume(aWave({ holds: [HOLD, { ...HOLD, kind: 'system' }] }), POLICY, undefined, anna);

    expect(result).toMatchObject({ ok: true, changed: true, wave: { holds: [], gates: [] } });
  });

  it('notes when, so that time under a hold is not counted against the machines', () => {
    const result = resume(aWave({ holds: [HOLD], resumedAt: at(-999) }), POLICY, undefined, anna);

    expect(result).toMatchObject({ ok: true, wave: { resumedAt: at(0) } });
  });

  it('the requester may lift any hold but that of a failed gate, which is an approval (D11)', () => {
    const gate = { step: 'gate', gates: [FAIL], holds: [HOLD, GATE_HOLD] } as const;

    expect(resume(aWave(gate), POLICY, 'mine', rita)).toMatchObject({
      ok: false,
      code: 'requesterMayNotApprove',
    });
    expect(resume(aWave(gate), OPEN, 'mine', rita)).toMatchObject({ ok: true, wave: { holds: [] } });
    expect(resume(aWave({ holds: [HOLD] }), POLICY, undefined, rita)).toMatchObject({
      ok: true,
      changed: true,
    });
  });

  it('over a failed gate it is recorded as accepted, by whom and why', () => {
    const result = resume(
      aWave({ step: 'gate', gates: [FAIL], holds: [GATE_HOLD] }),
      POLICY,
      'known gap',
      anna,
    );

    expect(result.ok && result.wave.gates).toEqual([
      FAIL,
      { gate: 'removal', result: 'pass', at: at(0), message: 'Accepted by anna: known gap' },
    ]);
  });

  it.each<[string, Partial<Wave>, string]>([
    ['not held', {}, 'notHeld'],
    ['finished', { step: 'finished', holds: [HOLD] }, 'waveFinished'],
    ['aborted', { abort: ABORT, holds: [HOLD] }, 'waveAborted'],
  ])('refuses when %s', (_, wave, code) => {
    expect(resume(aWave(wave), POLICY, undefined, anna)).toMatchObject({ ok: false, code });
  });
});

describe('abort', () => {
  it('is recorded, also on a held wave, and leaves the holds', () => {
    const result = abort(aWave({ holds: [HOLD] }), 'wrong proxy', anna);

    expect(result).toMatchObject({
      ok: true,
      changed: true,
      wave: { abort: { at: at(0), by: 'anna', reason: 'wrong proxy' }, holds: [HOLD] },
    });
  });

  it('twice keeps the first time', () => {
    const wave = aWave({ abort: ABORT });

    expect(abort(wave, 'second', anna)).toEqual({ ok: true, changed: false, wave });
  });

  it('refuses when finished', () => {
    expect(abort(aWave({ step: 'finished' }), 'late', anna)).toMatchObject({
      ok: false,
      code: 'waveFinished',
    });
    expect(abort(aWave({ step: 'finished', abort: ABORT }), 'late', anna)).toMatchObject({
      ok: false,
      code: 'waveFinished',
    });
  });
});
