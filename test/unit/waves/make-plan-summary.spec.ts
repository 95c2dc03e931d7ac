import { describe, expect, it } from 'vitest';
import type { Machine } from '../../../shared/model/machine.ts';
import { aMachine, aRule, vmResource } from '../../support/builders.ts';
import { anEstate, aMadePlan as make, tryPlan } from '../../support/planning.ts';

const fleet = (count: number, changes: Partial<Machine> = {}) =>
  Array.from({ length: count }, (_, i) => aMachine({ name: `m${i}`, ...changes }));

const LONG_WAIT = { promotion: { automatic: true, waitSeconds: 15 * 86_400 } };

describe('makePlan: what a person should know', () => {
  it.each<[string, readonly Machine[], object, string[]]>([
    ['an empty scope', [], {}, ['emptyScope']],
    [
      'nothing fits the selection',
      fleet(2),
      { selection: { include: [{ os: 'linux' }] } },
      ['emptySelection'],
    ],
    ['nothing fits the query', fleet(2), { selection: { query: { os: 'linux' } } }, ['emptySelection']],
    ['nothing is ready', fleet(2, { availability: 'stopped' }), {}, ['nothingReady']],
    ['an id nobody knows', [], { selection: { machineIds: [vmResource('ghost')] } }, ['nothingReady']],
    ['all is well', fleet(2), {}, []],
    [
      'a pilot that leaves something out',
      [...fleet(2), aMachine({ name: 'elsewhere', region: 'northeurope' })],
      { cohorts: { pilotSize: 1 } },
      ['pilotIncomplete'],
    ],
    [
      'settings for a wave that is not there',
      fleet(2),
      { waveSettings: [{ waves: [9], policy: {} }] },
      ['settingsUnused'],
    ],
    [
      'windows too short for the work',
      fleet(2),
      { policy: { windows: [{ start: '2026-11-21T12:00', timeZone: 'UTC', durationMinutes: 10 }] } },
      ['windowsTooShort'],
    ],
    [
      'a freeze that is over',
      fleet(2),
      {
        policy: {
          freezes: [
            { name: 'last year', start: '2025-12-20T00:00', end: '2026-01-07T00:00', timeZone: 'UTC' },
          ],
        },
      },
      ['freezesOver'],
    ],
    [
      'a run that waits longer than the inventory may be old',
      fleet(2),
      { policy: LONG_WAIT },
      ['promotionTooLate'],
    ],
    [
      'the same wait of a run that a person promotes',
      fleet(2),
      { policy: { promotion: { automatic: false, waitSeconds: 15 * 86_400 } } },
      [],
    ],
    ['the same wait after the only wave', fleet(1), { policy: LONG_WAIT }, []],
    [
      'waits that are too long only together',
      fleet(4),
      {
        cohorts: { sizes: [1] },
        policy: { promotion: { automatic: true, waitSeconds: 5 * 86_400 } },
      },
      ['promotionTooLate'],
    ],
    [
      'a soak after which the inventory is too old',
      fleet(2),
      { waveSettings: [{ waves: 'pilot', policy: { soakSeconds: 15 * 86_400 } }] },
      ['promotionTooLate'],
    ],
    [
      'deadlines that end too soon',
      fleet(2),
      { policy: { verifyDeadlineSeconds: 5000, operationDeadlineSeconds: 400 } },
      ['deadlinesTooShort'],
    ],
    [
      'the same deadline where it is enough that rows come',
      fleet(2),
      { policy: { verifyDeadlineSeconds: 5000, verification: { proof: 'presence' } } },
      ['presenceOnly'],
    ],
  ])('%s', async (_, machines, request, expected) => {
    const { plan } = await make(machines, request);

    expect(plan.warnings.map(({ code }) => code)).toEqual(expected);
    expect(plan.waves.length === 0).toBe(/^(empty|nothingReady)/.test(expected[0] ?? ''));
  });

  it('counts machines whose metrics no proxy carries', async () => {
    const policy = {
      proxies: {
        profiles: { hq: { kind: 'proxy', address: 'http://proxy:8080' } },
        rules: [{ match: { region: 'westeurope' }, profile: 'hq' }],
      },
    };
    const machines = [...fleet(3), aMachine({ name: 'direct', region: 'northeurope' })];

    const { plan } = await make(machines, { policy }, anEstate({ rules: [aRule({ metrics: true })] }));

    expect(plan.warnings).toMatchObject([{ code: 'metricsBehindProxy', count: 3 }]);
  });

  it('counts what blocks, the most frequent first; a machine with two reasons is in both', async () => {
    const worse = aMachine({ name: 'worse', availability: 'stopped', legacyWorkspaces: [] });

    const { plan } = await make([...fleet(2, { availability: 'stopped' }), worse]);

    expect(plan.blockedReasons.map(({ code, machines }) => [code, machines])).toEqual([
      ['notRunning', 3],
      ['noWorkspace', 1],
    ]);
  });

  it('takes a share of those that are ready, rounded up; the others are not selected', async () => {
    const machines = [...fleet(3), aMachine({ name: 'off', availability: 'stopped' })];

    const { plan } = await make(machines, { selection: { percentage: 34 } });

    expect(plan.counts).toEqual({ machines: 4, planned: 2, alreadyMigrated: 0, blocked: 1, notSelected: 1 });
  });

  it('a query and a percentage narrow explicit ids further', async () => {
    const machineIds = ['m0', 'm1', 'm2'].map((name) => vmResource(name));
    const selection = { machineIds, query: { name: { $ne: 'm1' } }, percentage: 50 };

    const { plan } = await make(fleet(4), { selection });

    expect(plan.counts).toMatchObject({ machines: 4, planned: 1, notSelected: 3, blocked: 0 });
  });

  it('gives waves their settings and a forecast', async () => {
    const { plan } = await make(fleet(4), {
      cohorts: { pilotSize: 1, sizes: [2] },
      waveSettings: [{ waves: 'pilot', policy: { soakSeconds: 86_400 } }],
    });

    expect(plan.waves.map(({ machineCount, settings }) => [machineCount, settings.soakSeconds])).toEqual([
      [1, 86_400],
      [2, 0],
      [1, 0],
    ]);
    expect(plan.waves[1]?.forecast.earliestStart).toBe(plan.waves[0]?.forecast.earliestEnd);
    expect(plan.forecast.earliestEnd).toBe(plan.waves[2]?.forecast.earliestEnd);
    expect(plan.forecast.atLeastSeconds).toBeGreaterThan(86_400);
    expect(plan.forecast.doubleIngestion).toMatchObject([{ gigabytes: null, reason: 'usageUnread' }]);
  });
});

describe('makePlan: what it refuses', () => {
  const regions = ['westeurope', 'northeurope', 'eastus'].map((region) => aMachine({ name: region, region }));

  it('a cap below the size of the pilot', async () => {
    expect(await tryPlan(regions, { cohorts: { maxSize: 2 } })).toEqual({
      ok: false,
      refusal: { code: 'pilotLargerThanCap', combinations: 3, maxSize: 2 },
    });
    expect((await tryPlan(regions, { cohorts: { maxSize: 3 } })).ok).toBe(true);
  });

  it('windows and queries that make no sense, each with its path', async () => {
    const bad = { start: '2026-12-01T22:00', timeZone: 'Europe/Atlantis', durationMinutes: 60 };
    const past = { start: '2020-12-01T22:00', timeZone: 'UTC', durationMinutes: 60 };
    const refused = await tryPlan(regions, {
      selection: { query: { $where: '1' } },
      policy: { windows: [bad] },
      waveSettings: [{ waves: 'rest', policy: { windows: [past] } }],
    });

    expect(refused).toMatchObject({
      refusal: {
        code: 'invalidRequest',
        faults: [
          { path: 'selection.query.$where' },
          { path: 'policy.windows[0].timeZone' },
          { path: 'waveSettings[0].policy.windows[0]' },
        ],
      },
    });
  });

  const nightly = {
    start: '2026-12-01T22:00',
    timeZone: 'UTC',
    recurrence: 'FREQ=DAILY',
    durationMinutes: 60,
  };
  const always = {
    name: 'for good',
    start: '2026-12-01T00:00',
    end: '2026-12-02T00:00',
    timeZone: 'UTC',
    recurrence: 'FREQ=DAILY',
  };
  it.each<[string, object, string]>([
    [
      'a freeze of a zone that does not exist',
      { policy: { freezes: [{ ...always, timeZone: 'Mars/Olympus' }] } },
      'policy.freezes[0].timeZone',
    ],
    [
      'a freeze of some waves that ends before it starts',
      { waveSettings: [{ waves: 'rest', policy: { freezes: [{ ...always, end: '2026-11-30T00:00' }] } }] },
      'waveSettings[0].policy.freezes[0].end',
    ],
    ['windows that freezes close', { policy: { windows: [nightly], freezes: [always] } }, 'policy.freezes'],
    [
      'freezes that leave no time at all',
      { policy: { freezes: [{ ...always, start: '2026-11-01T00:00', end: '2026-11-02T00:00' }] } },
      'policy.freezes',
    ],
    [
      'windows of some waves that the freezes of the plan close',
      {
        policy: { freezes: [{ ...always, start: '2026-12-01T08:00' }] },
        waveSettings: [{ waves: [0], policy: { windows: [nightly] } }],
      },
      'policy.freezes',
    ],
    [
      'windows shorter than a change',
      { policy: { windows: [{ ...nightly, durationMinutes: 6 }] } },
      'policy.windows[0].durationMinutes',
    ],
    [
      'one window too short for any change beside one that is not',
      {
        policy: {
          windows: [nightly, { ...nightly, start: '2026-12-01T04:00', durationMinutes: 1 }],
          expectedSeconds: { associate: 90, disableConnector: 90 },
        },
      },
      'policy.windows[1].durationMinutes',
    ],
    [
      'windows of lines that meet in one wave',
      {
        waveSettings: [
          { waves: [0], policy: { windows: [nightly] } },
          {
            waves: 'pilot',
            policy: { freezes: [{ ...always, start: '2026-12-01T21:00', end: '2026-12-01T23:30' }] },
          },
        ],
      },
      'waveSettings[1].policy.freezes',
    ],
  ])('%s, with the path', async (_, request, path) => {
    const refused = await tryPlan(regions, request);

    expect(refused).toMatchObject({ refusal: { code: 'invalidRequest', faults: [{ path }] } });
  });

  it('says what does not fit, and how long it takes', async () => {
    const refused = await tryPlan(regions, { policy: { windows: [{ ...nightly, durationMinutes: 6 }] } });

    expect(refused).toMatchObject({
      refusal: {
        faults: [
          {
            message:
              'is 360 seconds, and policy.expectedSeconds.install is 420: such a change would never start',
          },
        ],
      },
    });
  });

  it('windows too short for scale sets only where a wave has one', async () => {
    const request = { policy: { windows: [{ ...nightly, durationMinutes: 20 }] } };
    const scaleSet = {
      orchestration: 'uniform',
      upgradePolicy: 'rolling',
      instances: 3,
      outdatedInstances: 0,
    } as const;
    const set = aMachine({ name: 'set', kind: 'scaleSet', scaleSet });

    expect((await tryPlan(regions, request)).ok).toBe(true);
    expect(await tryPlan([...regions, set], request)).toMatchObject({
      refusal: { faults: [{ path: 'policy.windows[0].durationMinutes' }] },
    });
  });
});
