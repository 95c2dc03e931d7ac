import { describe, expect, it } from 'vitest';
import { type VerbName, verbsOf } from '../../../shared/dashboard/verbs.ts';
import { ROLES, type Role } from '../../../shared/model/caller.ts';
import type { Wave } from '../../../shared/model/wave.ts';
import { aPolicy, at, aWave, NOW } from '../../support/builders.ts';

const OLIVE = { by: 'olive@contoso.example', byId: 'o' };
const RITA = { by: 'rita@contoso.example', byId: 'r' };
const passed = { gate: 'removal', result: 'pass', at: at(0), message: '' } as const;
const hold = (kind: 'operator' | 'gate') => ({ id: kind, kind, reason: 'x', since: at(0), by: 'x' }) as const;

function verbs(wave: Partial<Wave>, roles: readonly Role[] = ROLES, who = OLIVE, counts = {}) {
  const all = verbsOf({
    ...{ wave: aWave(wave), policy: aPolicy({ approvals: { start: true } }), counts, who, roles },
    nowMs: NOW,
  });
  return {
    allowed: all.filter(({ allowed }) => allowed).map(({ verb }) => verb),
    why: (name: VerbName) => all.find(({ verb }) => verb === name)?.why,
    role: (name: VerbName) => all.find(({ verb }) => verb === name)?.role,
  };
}

describe('verbs', () => {
  it('are for their roles', () => {
    const waiting = { step: 'gate', gates: [passed] } as const;
    expect(verbs(waiting, ['reader']).allowed).toEqual([]);
    expect(verbs(waiting, ['operator']).allowed).toEqual(['hold', 'abort', 'rollback']);
    expect(verbs(waiting, ['approver']).allowed).toEqual(['approve']);
    expect(verbs(waiting, ['reader']).why('hold')).toBe('Needs the role "operator".');
  });

  it('leave approving to somebody else than the requester, by name as by id', () => {
    const waiting = { step: 'gate', gates: [passed], requestedById: 'r' } as const;
    expect(verbs(waiting, ROLES, RITA).why('approve')).toContain('requested this wave');
    expect(verbs(waiting, ROLES, { by: 'another name', byId: 'R' }).why('approve')).toContain('requested');
    expect(verbs(waiting).allowed).toContain('approve');
  });

  it('are offered no second time where they would change nothing', () => {
    const approvals = [{ gate: 'removal', ...OLIVE, at: at(0) }] as const;
    const wave = aWave({ step: 'gate', gates: [passed], approvals });
    const policy = aPolicy({ approvals: { quorum: 2 } });
    const asked = verbsOf({ wave, policy, counts: {}, who: OLIVE, roles: ROLES, nowMs: NOW });
    expect(asked.find(({ verb }) => verb === 'approve')).toMatchObject({
      ...{ allowed: false, why: 'You have approved already.' },
    });
  });

  it('let a soak be cut short while it lasts', () => {
    expect(verbs({ step: 'gate', soakUntil: at(60) }).allowed).toContain('promote');
    expect(verbs({ step: 'gate', soakUntil: at(-60) }).allowed).not.toContain('promote');
  });

  it('want an approver beside the operator to go on over a gate', () => {
    expect(verbs({ holds: [hold('operator')] }, ['operator']).allowed).toContain('resume');
    expect(verbs({ holds: [hold('gate')] }, ['operator']).allowed).not.toContain('resume');
    expect(verbs({ holds: [hold('gate')] }, ['operator', 'approver']).allowed).toContain('resume');
    expect(verbs({ holds: [hold('gate')] }, ['operator']).why('resume')).toBe('Needs the role "approver".');
  });

  it('retry where a machine did not succeed', () => {
    expect(verbs({}, ROLES, OLIVE, { verify: { blocked: 1, done: 4 } }).allowed).toContain('retry');
    expect(verbs({}, ROLES, OLIVE, { verify: { done: 4 } }).allowed).not.toContain('retry');
    expect(verbs({ dryRun: true }, ROLES, OLIVE, { verify: { blocked: 1 } }).allowed).not.toContain('retry');
  });

  it('of a wave that ended are those that open it again', () => {
    const ended = { step: 'finished', finishedAt: at(0) } as const;
    expect(verbs(ended, ROLES, OLIVE, { install: { failed: 1 } }).allowed).toEqual(['retry', 'rollback']);
    expect(
      verbs({ ...ended, detailsPurgedAt: at(1) }, ROLES, OLIVE, { install: { failed: 1 } }).allowed,
    ).toEqual([]);
    expect(verbs({ ...ended, dryRun: true }).allowed).toEqual([]);
  });
});
