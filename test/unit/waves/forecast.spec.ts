import { describe, expect, it } from 'vitest';
import type { WaveSettings } from '../../../shared/model/plan.ts';
import { LIMITS } from '../../../shared/waves/budget.ts';
import { createReporters, sumDoubled, sumWave } from '../../../shared/waves/double-ingestion.ts';
import { ASSUMED_SECONDS, forecastPlan, forecastWave } from '../../../shared/waves/forecast.ts';
import {
  aMachine,
  aPlannedMachine,
  aPolicy,
  at,
  aWorkspace,
  NOW,
  SUB,
  WORKSPACE_ID,
} from '../../support/builders.ts';

const policy = aPolicy({ ingestionLagSeconds: 0, verification: { proof: 'presence' } });
const settings = (changes: Partial<WaveSettings> = {}): WaveSettings => ({ ...policy, ...changes });
const fleet = (count: number, cell = `${SUB}.westeurope`, kind: 'azureVm' | 'arcServer' = 'azureVm') =>
  Array.from({ length: count }, (_, i) => aPlannedMachine(`${cell}${i}`, { cell, kind }));
const floor = ASSUMED_SECONDS.installation + ASSUMED_SECONDS.removal + ASSUMED_SECONDS.firstRow;

describe('forecastWave', () => {
  it('one machine takes what its operations and its data take', () => {
    const { forecast } = forecastWave(fleet(1), policy, settings(), NOW);

    expect(forecast).toMatchObject({
      earliestStart: at(0),
      earliestEnd: at(floor),
      atLeastSeconds: floor,
      parts: { throttling: 0, soak: 0, closedWindows: 0 },
      // Install: 1 + 1; associate 2; uninstall 3 + 1; confirm 1. Writes: agent and rule. One batch queries.
      calls: { reads: 8, writes: 2, deletes: 1, queries: 25 },
    });
  });

  it('data that is compared takes two hours before the removal and two after it, and twelve batches share queries', () => {
    const compared = aPolicy({ ingestionLagSeconds: 0 });
    const { forecast } = forecastWave(fleet(300), compared, settings(), NOW);
    const present = forecastWave(fleet(300), policy, settings(), NOW).forecast;

    expect(forecast.parts.data).toBe(1200 + 7200 + 7200);
    expect((forecast.atLeastSeconds ?? 0) - (present.atLeastSeconds ?? 0)).toBe(
      1200 + 14400 - ASSUMED_SECONDS.firstRow,
    );
    // Three stages of eight queries each, and one of each batch before the removal.
    expect(present.calls.queries).toBe(12 * 24 + 12);
    expect(forecast.calls.queries).toBe(24 + 12);
  });

  it.each([
    // 10,000 VMs of one cell: 20,000 writes at 10/s are slower than 10,000 Compute calls at 500 a minute.
    [10_000, [`${SUB}.westeurope`], (20_000 - LIMITS.writes.burst) / LIMITS.writes.perSecond],
    // Two regions of one subscription share ARM's limit.
    [10_000, [`${SUB}.westeurope`, `${SUB}.northeurope`], (40_000 - 200) / 10],
    // Two subscriptions do not.
    [10_000, [`${SUB}.westeurope`, 'other.westeurope'], (20_000 - 200) / 10],
  ])('%i machines in each of %j are bounded by the limits', (count, cells, expected) => {
    const machines = cells.flatMap((cell) => fleet(count, cell));
    const { forecast } = forecastWave(machines, aPolicy({ batchSize: 40 }), settings(), NOW);

    expect(forecast.parts.throttling).toBeGreaterThanOrEqual(Math.floor(expected));
    expect(forecast.atLeastSeconds).toBeGreaterThan(expected);
  });

  it('soak is part of it; approvals are not', () => {
    const approvals = {
      start: true,
      removal: true,
      requesterMayApprove: false,
      quorum: 1,
      validSeconds: 604_800,
    };
    const { forecast } = forecastWave(fleet(1), policy, settings({ soakSeconds: 3600, approvals }), NOW);

    expect(forecast.atLeastSeconds).toBe(floor + 3600);
  });

  it('changes wait for the end of a freeze, data does not', () => {
    // NOW is 08:00 UTC.
    const freezes = [{ name: 'audit', start: '2026-11-21T07:00', end: '2026-11-22T10:00', timeZone: 'UTC' }];
    const { forecast } = forecastWave(fleet(1), policy, settings({ freezes }), NOW);

    expect(forecast.parts.closedWindows).toBe(26 * 3600);
  });

  it('changes wait for the window, data does not', () => {
    // NOW is 08:00 UTC; the windows open for an hour at noon.
    const windows = [
      { start: '2026-11-21T12:00', timeZone: 'UTC', recurrence: 'FREQ=DAILY', durationMinutes: 60 },
    ];
    const { forecast } = forecastWave(fleet(1), policy, settings({ windows, soakSeconds: 86_400 }), NOW);

    // Installed at noon; after its data and a day of soak it is removed in the window of the next day.
    expect(forecast.earliestEnd).toBe(
      new Date(Date.parse('2026-11-22T12:00:00Z') + floor * 1000).toISOString(),
    );
    expect(forecast.parts.closedWindows).toBe(4 * 3600);
  });

  it('says nothing of an end that never comes', () => {
    const windows = [{ start: '2026-11-21T12:00', timeZone: 'UTC', durationMinutes: 1 }];
    const { forecast, endMs } = forecastWave(fleet(1), policy, settings({ windows }), NOW);

    expect(endMs).toBeNull();
    expect(forecast).toMatchObject({ earliestEnd: null, atLeastSeconds: null });
  });
});

describe('forecastPlan', () => {
  it('sums the waves', () => {
    const first = forecastWave(fleet(1), policy, settings(), NOW);
    const second = forecastWave(fleet(2), policy, settings(), first.endMs);
    const waves = [first, second].map(({ forecast }) => ({
      ...forecast,
      doubleIngestion: sumWave([]),
    }));

    expect(forecastPlan(waves, [], NOW)).toMatchObject({
      atLeastSeconds: 2 * floor,
      earliestEnd: at(2 * floor),
      calls: { reads: 24, writes: 6, deletes: 3, queries: 50 },
    });
    expect(forecastPlan([], [], NOW)).toMatchObject({ atLeastSeconds: 0, earliestEnd: at(0) });
  });
});

describe('double ingestion', () => {
  const report = (agent: 'ama' | 'legacy' | 'scom', lastSeen = at(-3600)) => ({
    workspaceId: WORKSPACE_ID,
    agent,
    lastSeen,
  });
  const use = {
    agents: { legacy: 4, ama: 0, scom: 0 },
    legacyMachines: 0,
    tables: [
      { table: 'Event', billable: true, megabytesPerDay: 3000, lastSeen: at(0) },
      { table: 'perf', billable: true, megabytesPerDay: 1000, lastSeen: at(0) },
      { table: 'Heartbeat', billable: false, megabytesPerDay: 9000, lastSeen: at(0) },
      { table: 'AzureActivity', billable: true, megabytesPerDay: 9000, lastSeen: at(0) },
      { table: 'Syslog', billable: false, megabytesPerDay: 9000, lastSeen: at(0) },
    ],
  };
  const names = ['a', 'b', 'c', 'd'];
  const reportersOf = (
    reports: readonly ReturnType<typeof report>[],
    workspaceUse: typeof use | null = use,
  ) => {
    const reporters = createReporters([aWorkspace({ use: workspaceUse })], at(0));
    for (const name of names) reporters.add(aMachine({ name, reports }));
    return reporters;
  };
  const wave = [aPlannedMachine('a')];

  it.each<[string, ReturnType<typeof reportersOf>, number | null, object]>([
    // 4 GB a day, one of four machines, half a day.
    ['its share for the time of the overlap', reportersOf([report('legacy')]), 43_200, { gigabytes: 0.5 }],
    ['agents of Operations Manager write too', reportersOf([report('scom')]), 43_200, { gigabytes: 0.5 }],
    [
      'one who is heard twice counts once',
      reportersOf([report('legacy'), report('scom')]),
      43_200,
      { gigabytes: 0.5 },
    ],
    [
      'usage nobody could read',
      reportersOf([report('legacy')], null),
      43_200,
      { gigabytes: null, reason: 'usageUnread' },
    ],
    [
      'silent legacy agents',
      reportersOf([report('legacy', at(-4 * 86_400))]),
      43_200,
      { gigabytes: 0, reason: 'legacySilent' },
    ],
    ['only the new agent', reportersOf([report('ama')]), 43_200, { gigabytes: 0, reason: 'legacySilent' }],
    [
      'an overlap without end',
      reportersOf([report('legacy')]),
      null,
      { gigabytes: null, reason: 'neverEnds' },
    ],
  ])('%s', (_, reporters, overlap, expected) => {
    expect(reporters.doubled(wave, [WORKSPACE_ID], overlap)).toEqual([
      { workspaceId: WORKSPACE_ID, ...expected },
    ]);
  });

  it('sums by workspace; one unknown makes the sum unknown', () => {
    const line = (workspaceId: string, gigabytes: number) => ({ workspaceId, gigabytes });
    const unknown = { workspaceId: 'b', gigabytes: null, reason: 'usageUnread' as const };

    expect(sumDoubled([line('b', 1), line('a', 1.5), unknown, line('a', 2), line('b', 3)])).toEqual([
      line('a', 3.5),
      unknown,
    ]);
    expect(sumWave([line('b', 1), line('a', 1.5), unknown])).toEqual({
      gigabytes: 2.5,
      unknownWorkspaces: 1,
    });
    expect(sumWave([unknown])).toEqual({ gigabytes: null, unknownWorkspaces: 1 });
    expect(sumWave([])).toEqual({ gigabytes: 0, unknownWorkspaces: 0 });
  });
});
