import { describe, expect, it } from 'vitest';
import { type DigestInput, digestOf } from '../../../shared/digest/digest.ts';
import { lastSpan } from '../../../shared/digest/span.ts';
import { createLedger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import type { DriftRun } from '../../../shared/model/drift.ts';
import type { FleetSnapshot } from '../../../shared/model/fleet.ts';

const span = lastSpan('daily', Date.parse('2026-11-22T06:00:00Z'));
const snapshot = (at: string, legacyOnly = 1): FleetSnapshot => ({
  ...{ at, legacyOnly, both: 2, amaOnly: 3, neither: 4, total: 10 },
});
const totals = { machines: 5, inFlight: 0, verified: 5, failed: 0 };
const wave = (id: string, changes: Partial<DigestInput['waves'][number]> = {}) => ({
  ...{ id, phase: 'completed' as const, message: 'm', totals, holds: [], dryRun: false },
  ...{ startedAt: '2026-11-20T00:00:00.000Z', finishedAt: '2026-11-21T12:00:00.000Z' },
  ...changes,
});
const input = (changes: Partial<DigestInput>): DigestInput => ({
  ...{ span, madeAt: '2026-11-22T06:00:00.000Z', history: [], waves: [], runs: [], doublePaid: null },
  ...changes,
});

describe('the period that ended last', () => {
  it.each([
    ['daily', '2026-11-22T00:00:00Z', 'daily-2026-11-21', '2026-11-21T00:00:00.000Z'],
    ['daily', '2026-11-22T23:59:59Z', 'daily-2026-11-21', '2026-11-21T00:00:00.000Z'],
    // A Sunday is the last day of its week, which has not ended; a Monday is the first of the next.
    ['weekly', '2026-11-22T12:00:00Z', 'weekly-2026-11-09', '2026-11-09T00:00:00.000Z'],
    ['weekly', '2026-11-23T00:00:00Z', 'weekly-2026-11-16', '2026-11-16T00:00:00.000Z'],
  ] as const)('%s at %s is %s', (period, now, id, from) => {
    expect(lastSpan(period, Date.parse(now))).toMatchObject({ id, from });
  });
});

describe('a digest', () => {
  it('has the last snapshot by the end of the period, and the last before it', () => {
    const history = ['2026-11-19', '2026-11-20', '2026-11-21', '2026-11-22'].map((day, i) =>
      snapshot(`${day}T01:00:00.000Z`, i),
    );
    const { fleet, fleetBefore } = digestOf(input({ history }));
    expect([fleet?.legacyOnly, fleetBefore?.legacyOnly]).toEqual([2, 1]);
    expect(digestOf(input({}))).toMatchObject({ fleet: null, fleetBefore: null, drift: null });
  });

  it('counts what began and ended in the period, and shows what needs a person first', () => {
    const hold = {
      id: 'h',
      kind: 'gate' as const,
      reason: 'why',
      since: '2026-11-21T01:00:00.000Z',
      by: 'gate',
    };
    const { waves, holds } = digestOf(
      input({
        waves: [
          wave('done'),
          wave('aborted', { phase: 'aborted' }),
          wave('before', { finishedAt: '2026-11-20T23:59:59.000Z' }),
          wave('after', { startedAt: '2026-11-22T00:00:00.000Z', finishedAt: null, phase: 'progressing' }),
          wave('dry', { dryRun: true }),
          wave('runs', { startedAt: '2026-11-21T00:00:00.000Z', finishedAt: null, phase: 'progressing' }),
          wave('held', { finishedAt: null, phase: 'held', holds: [hold] }),
        ],
      }),
    );
    expect(waves).toMatchObject({ started: 1, completed: 1, aborted: 1, more: 0 });
    expect(waves.shown.map(({ id }) => id)).toEqual(['held', 'runs', 'aborted', 'done']);
    expect(holds).toEqual([{ waveId: 'held', kind: 'gate', reason: 'why', since: hold.since, by: 'gate' }]);
  });

  it('names a hundred waves, and counts the rest', () => {
    const waves = Array.from({ length: 103 }, (_, i) => wave(`w${i}`));
    expect(digestOf(input({ waves })).waves).toMatchObject({ more: 3, completed: 103 });
  });

  it('has the newest drift check that ended in time', () => {
    const run = (id: string, completedAt: string | null): DriftRun =>
      ({
        ...{ id, completedAt, status: completedAt === null ? 'running' : 'completed', problem: null },
        ...{ counts: { amaMissing: 2 }, implausible: [], remedies: [] },
      }) as unknown as DriftRun;
    const runs = [
      run('running', null),
      run('late', '2026-11-22T01:00:00.000Z'),
      run('due', '2026-11-21T01:00:00.000Z'),
    ];
    expect(digestOf(input({ runs })).drift).toMatchObject({ id: 'due', counts: { amaMissing: 2 } });
  });
});

describe('the history of the fleet', () => {
  const scope = { managementGroups: [], subscriptions: [], resourceGroups: [], tags: [] };
  it('keeps the last snapshot of a day, and scopes apart', async () => {
    const { fleet } = createLedger(await openSqliteStore(':memory:'));
    await fleet.record(scope, snapshot('2026-11-21T12:00:00.000Z', 1));
    await fleet.record(scope, snapshot('2026-11-21T02:00:00.000Z', 9));
    await fleet.record(scope, snapshot('2026-11-22T02:00:00.000Z', 2));
    await fleet.record({ ...scope, subscriptions: ['s'] }, snapshot('2026-11-21T12:00:00.000Z', 7));
    expect((await fleet.history(scope)).map(({ legacyOnly }) => legacyOnly)).toEqual([1, 2]);
    expect(await fleet.history(scope, '2026-11-22')).toHaveLength(1);
  });
});
