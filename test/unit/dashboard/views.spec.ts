import { describe, expect, it } from 'vitest';
import { needsPerson } from '../../../shared/dashboard/needs-person.ts';
import { nextStepOf } from '../../../shared/dashboard/next-step.ts';
import { savedSoFar, savingsOf } from '../../../shared/dashboard/savings.ts';
import { queryUse, throttleOf } from '../../../shared/dashboard/throttle.ts';
import { failed } from '../../../shared/model/outcome.ts';
import { sizeOf } from '../../../shared/waves/budget.ts';
import { ask } from '../../../shared/waves/queues.ts';
import { aMachine, aRecord, at, aWave, CELL, NOW, SUB } from '../../support/builders.ts';

describe('what needs a person', () => {
  const shown = (changes: object) => ({
    ...{ id: 'w', index: 1, phase: 'progressing' as const, message: 'm', holds: [], createdAt: at(0) },
    ...{ finishedAt: null, gates: [], dryRun: false },
    ...changes,
  });
  const hold = (kind: 'operator' | 'gate', since: string) => ({
    id: kind,
    kind,
    reason: 'r',
    since,
    by: 'b',
  });

  it('is held waves first, each hold with who may lift it, the longest wait first', () => {
    const needs = needsPerson(
      [
        shown({ id: 'a', phase: 'awaitingApproval' }),
        shown({ id: 'b', phase: 'held', holds: [hold('operator', at(50)), hold('gate', at(10))] }),
        shown({ id: 'c', phase: 'degraded', finishedAt: at(5) }),
        shown({ id: 'd' }),
      ],
      { id: 'i', status: 'failed', problem: 'no access', startedAt: at(1) },
    );
    expect(needs.map(({ kind, waveId, role, since }) => [kind, waveId, role, since])).toEqual([
      ['hold', 'b', 'approver', at(10)],
      ['hold', 'b', 'operator', at(50)],
      ['approval', 'a', 'approver', at(0)],
      ['inventory', null, 'operator', at(1)],
      ['degraded', 'c', 'operator', at(5)],
    ]);
  });

  it('is nothing while all goes on by itself', () => {
    expect(needsPerson([shown({}), shown({ phase: 'completed' })], undefined)).toEqual([]);
  });
});

describe('the use of limits', () => {
  it('is none where nothing was booked', () => {
    const [cell] = throttleOf([CELL], new Map(), NOW);
    expect(cell?.limits.map(({ limit, used }) => [limit, used])).toEqual([
      ['reads', 0],
      ['writes', 0],
      ['deletes', 0],
      ['compute', 0],
    ]);
  });

  it('is what is spent or booked, by cell for Compute and by subscription for the rest', () => {
    const half = sizeOf('reads').burst / 2;
    const reservations = [
      { bucket: 'reads', limit: 'reads', count: half },
      { bucket: `compute|${CELL}`, limit: 'compute', count: sizeOf('compute').burst / 4 },
    ] as const;
    const asked = { flow: 'w', urgent: true, reservations, ticket: null };
    const { budget } = ask({ buckets: {}, queues: {} }, asked, NOW);
    const budgets = new Map([[SUB, budget]]);
    const [own, other] = throttleOf([CELL, `${SUB}.northeurope`], budgets, NOW);
    const used = (cell: typeof own, name: string) => cell?.limits.find(({ limit }) => limit === name)?.used;
    expect([used(own, 'reads'), used(other, 'reads')]).toEqual([0.5, 0.5]);
    expect([used(own, 'compute'), used(other, 'compute')]).toEqual([0.25, 0]);
    expect(queryUse(budgets, NOW).used).toBe(0);
    // It flows back.
    expect(used(throttleOf([CELL], budgets, NOW + 60_000)[0], 'reads')).toBe(0);
  });
});

describe('what comes next for a machine', () => {
  const wave = aWave();
  const next = (
    changes: Parameters<typeof aRecord>[1],
    phase: 'progressing' | 'held' = 'progressing',
    of = wave,
  ) => nextStepOf({ machine: undefined, record: aRecord('m', changes), wave: of, phase });

  it('is for Azure while an operation runs, and for a person after a failure', () => {
    const operation = { kind: 'putExtension', extension: 'AMA', url: null, startedAt: at(0) } as const;
    expect(next({ operation })).toContain('Azure is working on AMA');
    expect(next({ outcomes: { install: failed('extensionStuck') } })).toMatch(
      /repair its guest agent.*retry/s,
    );
  });

  it('is the hold, the next stage, or nothing', () => {
    const installed = { outcomes: { install: { status: 'done' } } } as const;
    expect(next(installed)).toContain('Stage associate follows');
    expect(next(installed, 'held')).toContain('held');
    const ended = aWave({ step: 'finished' });
    expect(
      next({ removedAt: at(0), outcomes: { confirm: { status: 'done' } } }, 'progressing', ended),
    ).toContain('migrated');
  });

  it('without a wave is what the inventory says', () => {
    const say = (assessment: Parameters<typeof aMachine>[0]) =>
      nextStepOf({ machine: aMachine(assessment), record: undefined, wave: undefined, phase: undefined });
    expect(say({})).toContain('plan it into a wave');
    expect(say({ assessment: { status: 'blocked', reasons: [{ code: 'notRunning' }] } })).toContain(
      'start it',
    );
    expect(
      nextStepOf({ machine: undefined, record: undefined, wave: undefined, phase: undefined }),
    ).toContain('inventory');
  });
});

describe('money', () => {
  const total = (saves: number) => ({
    ...{ twiceGbPerDay: 2, removalSavesGbPerDay: saves, removalSavesGbPerMonth: saves * 30 },
  });

  it('adds what could be read and counts what could not', () => {
    const machines = { removable: 5, kept: 0, ended: 0 };
    const savings = savingsOf([
      { total: total(10), machines },
      { total: null, machines: null },
    ]);
    expect(savings).toMatchObject({ twiceGbPerDay: 2, removalSavesGbPerMonth: 300, machines: 5, unread: 1 });
    expect(savings.gbPerMachineDay).toBe(2);
    const removals = [{ machines: 3, since: at(0) }];
    expect(savedSoFar(savings, removals, NOW + 2 * 86_400_000)).toBeCloseTo(12);
  });

  it('says nothing of what was saved where no machine is left to reckon with', () => {
    expect(savedSoFar(savingsOf([]), [{ machines: 3, since: at(0) }], NOW)).toBeNull();
  });
});
