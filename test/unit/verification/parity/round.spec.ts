import { describe, expect, it } from 'vitest';
import type { WaveMachine } from '../../../../shared/ledger/waves.ts';
import type { PlannedMachine } from '../../../../shared/model/plan.ts';
import { judgeMachines } from '../../../../shared/verification/parity/round.ts';
import {
  aContext,
  anAssignment,
  aPolicy,
  at,
  aWaveMachine,
  must,
  NOW,
  WORKSPACE_ID,
  workspaceResource,
} from '../../../support/builders.ts';
import { seriesLogs, type Writer } from './series-logs.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The new agent writes since two days ago. */
const MOVED = NOW - 2 * DAY;
/** On the grid of windows. */
const UNTIL = NOW - HOUR / 12;

const EVENTS = { SecurityEvent: { 4624: 200, 4688: 150, 4625: 12 } };
const legacy = (changes: Partial<Writer> = {}): Writer => ({ agent: 'legacy', rates: EVENTS, ...changes });
const ama = (changes: Partial<Writer> = {}): Writer => ({
  agent: 'ama',
  rates: EVENTS,
  from: MOVED,
  ...changes,
});

function machine(name: string, planned: Partial<PlannedMachine> = {}): WaveMachine {
  return aWaveMachine(
    name,
    { rules: [anAssignment({ tables: ['SecurityEvent'] })], ...planned },
    { associatedAt: new Date(MOVED).toISOString() },
  );
}

function timingOf({ planned, record }: WaveMachine) {
  const associatedAt = Date.parse(must(record.associatedAt));
  return { id: planned.id, os: planned.os, associatedAt, currentSince: associatedAt + HOUR };
}

async function judge(
  writers: Readonly<Record<string, readonly Writer[]>>,
  options: {
    machines?: readonly WaveMachine[];
    policy?: Parameters<typeof aPolicy>[0];
    context?: Parameters<typeof aContext>[0];
    trouble?: Parameters<typeof seriesLogs>[1];
  } = {},
) {
  const machines = options.machines ?? Object.keys(writers).map((name) => machine(name));
  const ids = new Map(
    machines.map(({ planned }) => [planned.resourceId.split('/').at(-1) ?? '', planned.id]),
  );
  const byId = Object.fromEntries(
    Object.entries(writers).map(([name, list]) => [ids.get(name) ?? name, list]),
  );
  const { logs, asked } = seriesLogs(byId, options.trouble);
  const context = aContext({ stage: 'verify', policy: aPolicy(options.policy), ...options.context });
  const timed = machines.map((one) => ({
    machine: one,
    timing: timingOf(one),
  }));
  const judged = await judgeMachines(logs, context, timed, UNTIL);
  const verdictOf = (name: string) =>
    must(judged.find(({ machineId }) => machineId === ids.get(name))).verdict;
  return { judged, verdictOf, asked };
}

const many = (count: number, writers: (i: number) => readonly Writer[]) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}`, writers(i)]));

describe('judging by what came before', () => {
  it('passes a machine whose agents write twice what one wrote', async () => {
    const { verdictOf } = await judge({ a: [legacy(), ama()] });

    const { result, evidence } = verdictOf('a');
    expect(result).toBe('pass');
    expect(evidence).toMatchObject([
      { table: 'SecurityEvent', mode: 'overlap', result: 'pass', share: { estimate: 1 } },
    ]);
    expect(evidence[0]?.sentence).toMatch(/rows of \d+ expected; the new agent writes 100 %/);
  });

  it('compares a machine that had both agents before its wave with the time before that', async () => {
    const early = { from: NOW - 30 * DAY };
    const less = { SecurityEvent: { 4624: 120, 4688: 90, 4625: 7 } };

    const { verdictOf } = await judge({
      a: [legacy(), ama(early)],
      b: [legacy(), ama({ ...early, rates: less })],
    });

    expect(verdictOf('a')).toMatchObject({ result: 'pass', evidence: [{ mode: 'overlap' }] });
    expect(verdictOf('a').evidence[0]?.baseline?.until).toBe(new Date(NOW - 30 * DAY).toISOString());
    expect(verdictOf('b').result).toBe('fail');
  });

  it('does not pass one on which nobody remembers the legacy agent alone', async () => {
    const { verdictOf } = await judge({
      a: [legacy({ from: NOW - 80 * DAY }), ama({ from: NOW - 89 * DAY })],
    });

    expect(verdictOf('a').result).not.toBe('pass');
  });

  it('fails one whose new agent writes a third less', async () => {
    const less = { SecurityEvent: { 4624: 133, 4688: 100, 4625: 8 } };

    const { verdictOf } = await judge({ a: [legacy(), ama({ rates: less })] });

    expect(verdictOf('a')).toMatchObject({ result: 'fail', reason: 'rowsLost' });
    expect(verdictOf('a').evidence[0]?.share?.estimate).toBeCloseTo(0.666, 2);
  });

  it('does not pass one whose new agent writes nothing, although the table fills', async () => {
    const { verdictOf } = await judge({ a: [legacy(), ama({ rates: {} })] });

    expect(verdictOf('a').result).toBe('fail');
  });

  it('compares with the last days of a legacy agent that fell silent', async () => {
    const silent = legacy({ until: NOW - 30 * DAY });

    const { verdictOf } = await judge({
      a: [silent, ama()],
      b: [silent, ama({ rates: { SecurityEvent: { 4624: 120 } } })],
    });

    expect(verdictOf('a')).toMatchObject({ result: 'pass', evidence: [{ mode: 'historical' }] });
    expect(verdictOf('a').evidence[0]?.baseline?.until).toBe(new Date(NOW - 30 * DAY - 60_000).toISOString());
    expect(verdictOf('b').result).toBe('fail');
  });

  it('names an important key that is gone, however few rows it has', async () => {
    const without = { SecurityEvent: { 4624: 206, 4688: 156 } };

    const { verdictOf } = await judge({ a: [legacy({ until: MOVED }), ama({ rates: without })] });

    expect(verdictOf('a')).toMatchObject({
      result: 'fail',
      reason: 'keysLost',
      evidence: [{ missingKeys: ['4625'] }],
    });
  });

  it('takes keys of the plan as important, too', async () => {
    const rates = { SecurityEvent: { 4624: 300, 5140: 6 } };
    const writers = {
      a: [legacy({ rates, until: MOVED }), ama({ rates: { SecurityEvent: { 4624: 306 } } })],
    };
    const policy = { verification: { importantKeys: { SecurityEvent: ['5140'] } } };

    expect((await judge(writers, { policy })).asked[1]?.parameters['important']).toContain('5140');
    expect((await judge(writers, { policy })).verdictOf('a').evidence[0]?.missingKeys).toEqual(['5140']);
  });

  it('finds a key that all machines of a set lost, though it is nowhere important', async () => {
    const before = { Event: { 'System/7036': 40, 'Ops/1': 3 } };
    const after = { Event: { 'System/7036': 43 } };
    const machines = Array.from({ length: 10 }, (_, i) => machine(`m${i}`, { rules: [anAssignment()] }));

    const { verdictOf } = await judge(
      many(10, () => [legacy({ rates: before, until: MOVED }), ama({ rates: after })]),
      { machines },
    );

    expect(verdictOf('m3')).toMatchObject({ result: 'fail', evidence: [{ missingKeys: ['Ops/1'] }] });
  });

  it('lets a table that is too quiet alone pass with machines like it', async () => {
    const few = { Event: { 'System/7036': 1 } };
    const machines = Array.from({ length: 40 }, (_, i) => machine(`m${i}`, { rules: [anAssignment()] }));
    const writers = many(40, () => [legacy({ rates: few, until: MOVED }), ama({ rates: few })]);

    const { verdictOf } = await judge(writers, { machines });
    const alone = await judge({ m0: writers['m0'] ?? [] }, { machines: machines.slice(0, 1) });

    expect(verdictOf('m0')).toMatchObject({ result: 'pass' });
    expect(verdictOf('m0').evidence[0]?.sentence).toContain('together with machines like it');
    expect(alone.verdictOf('m0')).toMatchObject({ result: 'inconclusive', reason: 'notSettled' });
  });

  it('asks nothing of a table that the legacy agent never filled', async () => {
    const rules = [anAssignment({ tables: ['SecurityEvent', 'Perf'] })];

    const { verdictOf } = await judge({ a: [legacy(), ama()] }, { machines: [machine('a', { rules })] });

    expect(verdictOf('a').result).toBe('pass');
    expect(verdictOf('a').evidence.find(({ table }) => table === 'Perf')?.sentence).toMatch(
      /nothing can be lost/,
    );
  });

  it('expects the new agent alone once legacy security events are switched off', async () => {
    const off = NOW - DAY;
    const writers = { a: [legacy({ rates: {} }), legacy({ until: off }), ama()] };
    const context = { securityEventsOff: new Map([[WORKSPACE_ID, new Date(off).toISOString()]]) };

    expect((await judge(writers, { context })).verdictOf('a').result).toBe('pass');
    expect((await judge(writers)).verdictOf('a').result).not.toBe('pass');
  });

  it('looks at no rows from before every legacy agent has heard of the switch', async () => {
    const off = NOW - DAY;
    const writers = { a: [legacy({ rates: {} }), legacy({ until: off + 3 * HOUR }), ama()] };
    const context = { securityEventsOff: new Map([[WORKSPACE_ID, new Date(off).toISOString()]]) };
    const policy = { connector: { propagationSeconds: 3 * 3600 } };

    const [evidence] = (await judge(writers, { context, policy })).verdictOf('a').evidence;

    expect(evidence?.since).toBe(new Date(off + 3 * HOUR).toISOString());
    expect(evidence?.share?.estimate).toBeCloseTo(1, 2);
  });

  it('does not take a table for sound that fell silent in the last hours', async () => {
    const stopped = ama({ until: NOW - 4 * HOUR });
    const beats: Writer = { agent: 'ama', rates: {}, from: MOVED };

    const { verdictOf } = await judge({ a: [legacy({ until: MOVED }), stopped, beats] });

    expect(verdictOf('a')).toMatchObject({ result: 'inconclusive' });
    expect(verdictOf('a').evidence[0]?.sentence).toContain('Nothing arrived in the last hours');
  });

  it('forgives hours in which the machine was off', async () => {
    const on = (writer: Writer): Writer[] => [
      { ...writer, until: NOW - 30 * HOUR },
      { ...writer, from: NOW - 20 * HOUR },
    ];

    const { verdictOf } = await judge({ a: [legacy({ until: MOVED }), ...on(ama())] });

    expect(verdictOf('a').result).toBe('pass');
  });
});

describe('a legacy agent of whose past nothing is known', () => {
  /** The VM was off until shortly before the new agent came, and nothing was heard of it. */
  const started = MOVED - 2 * HOUR;
  const beats: Writer = { agent: 'ama', rates: {}, from: MOVED };

  it.each<[string, readonly Writer[]]>([
    ['rows that it alone may write', [legacy({ from: started + 2 * HOUR }), beats]],
    ['no rows', [legacy({ from: started, rates: {} }), beats]],
    ['rows under an older new agent', [legacy({ from: MOVED }), { ...beats, from: 0 }]],
  ])('does not let %s pass while it is there', async (_, a) => {
    const { verdictOf } = await judge({ a });

    expect(verdictOf('a').result).toBe('inconclusive');
    expect(verdictOf('a').evidence[0]?.sentence).toContain('nothing tells the two agents apart');
  });

  it('is one that was heard in its own baseline, not in that of a machine moved before', async () => {
    const before = MOVED - 10 * DAY;
    const first = aWaveMachine('b', machine('b').planned, { associatedAt: new Date(before).toISOString() });
    const a = [legacy({ until: MOVED - 15 * DAY }), legacy({ from: MOVED }), beats];

    const { verdictOf } = await judge(
      { a, b: [legacy(), ama({ from: before })] },
      { machines: [machine('a'), first] },
    );

    expect(verdictOf('a').evidence[0]?.sentence).toContain('nothing tells the two agents apart');
    expect(verdictOf('b').result).toBe('pass');
  });

  it('leaves fresh rows of the new agent once it is gone, and nothing to pass without them', async () => {
    const brief = legacy({ from: started, until: MOVED, rates: {} });

    const { verdictOf } = await judge({ a: [brief, ama()], b: [brief, beats] });

    expect(verdictOf('a')).toMatchObject({ result: 'pass', evidence: [{ mode: 'sufficiency' }] });
    expect(verdictOf('b')).toMatchObject({ result: 'inconclusive', reason: 'dataNotYet' });
  });

  it('still lets a table pass that it never filled while it was heard', async () => {
    const { verdictOf } = await judge({ a: [legacy({ rates: {} }), beats] });

    expect(verdictOf('a').evidence[0]?.sentence).toContain('nothing can be lost');
  });
});

describe('what the rules changed on purpose', () => {
  const changed = (table: string, change: { ignoredKeys?: string[]; volume?: 'same' | 'other' }) => ({
    expectedChanges: new Map([
      [WORKSPACE_ID, [{ table, ignoredKeys: [], volume: 'same' as const, ...change }]],
    ]),
  });

  it('is left out of the comparison: events nobody collects any more are not lost', async () => {
    const dropped = { SecurityEvent: { 4624: 200, 4625: 12 } };
    const writers = { a: [legacy({ until: MOVED }), ama({ rates: dropped })] };

    const context = changed('SecurityEvent', { ignoredKeys: ['4688'] });

    expect((await judge(writers)).verdictOf('a').result).toBe('fail');
    expect((await judge(writers, { context })).verdictOf('a').result).toBe('pass');
    expect((await judge(writers, { context })).asked[1]?.parameters['ignored']).toEqual(['4688']);
  });

  it('in the rhythm of counters, leaves what is in the rows to be compared', async () => {
    const rules = [anAssignment({ tables: ['Perf'] })];
    const machines = [machine('a', { rules })];
    const counters = (rows: number) => ({ Perf: { cpu: rows, disk: rows } });
    const slower = [legacy({ rates: counters(360), until: MOVED }), ama({ rates: counters(60) })];
    const fewer = [legacy({ rates: counters(360), until: MOVED }), ama({ rates: { Perf: { cpu: 60 } } })];
    const both = [legacy({ rates: counters(360) }), ama({ rates: counters(60) })];
    const context = changed('Perf', { volume: 'other' });
    const resultOf = async (a: Writer[]) => (await judge({ a }, { machines, context })).verdictOf('a').result;

    expect((await judge({ a: slower }, { machines })).verdictOf('a').result).toBe('fail');
    expect(await resultOf(slower)).toBe('pass');
    expect(await resultOf(fewer)).toBe('fail');
    expect(await resultOf(both)).toBe('inconclusive');
  });
});

describe('counters in another rhythm', () => {
  const CPU = 'Processor(total)\\% Processor Time';
  const DISK = 'LogicalDisk(c:)\\% Free Space';
  const rhythms = [{ os: 'windows' as const, counter: 'processor\\% processor time', share: 0.1 }];
  const context = {
    expectedChanges: new Map([
      [WORKSPACE_ID, [{ table: 'Perf', ignoredKeys: [], volume: 'same' as const, rhythms }]],
    ]),
  };
  const rules = [anAssignment({ tables: ['Perf'] })];
  const counters = (cpu: number, disk: number) => ({ Perf: { [CPU]: cpu, [DISK]: disk } });
  /** Of the counters' rows: 360 of the processor become 36, those of the disk stay. */
  const judged = async (before: ReturnType<typeof counters>, after: object, legacyUntil: number = NOW) => {
    const writers = {
      a: [legacy({ rates: before, until: legacyUntil }), ama({ rates: after as Writer['rates'] })],
    };
    return (await judge(writers, { machines: [machine('a', { rules })], context })).verdictOf('a');
  };

  it.each([
    ['both agents write', NOW],
    ['the legacy agent fell silent', MOVED],
  ])('shift what is expected while %s', async (_, until) => {
    const before = counters(360, 360);

    expect(await judged(before, counters(36, 360), until)).toMatchObject({
      ...{ result: 'pass' },
      evidence: [{ query: 'table-series-Perf-rhythms', share: { estimate: 1 } }],
    });
    expect((await judged(before, counters(36, 250), until)).result).toBe('fail');
    expect((await judged(before, { Perf: { [DISK]: 360 } }, until)).result).toBe('fail');
  });

  it('count on each machine as it has them', async () => {
    const many = { cpu: 3600, disk: 360 };

    const { verdictOf } = await judge(
      {
        a: [legacy({ rates: counters(many.cpu, many.disk) }), ama({ rates: counters(360, 360) })],
        b: [legacy({ rates: counters(0, 360) }), ama({ rates: counters(0, 360) })],
      },
      { machines: [machine('a', { rules }), machine('b', { rules })], context },
    );

    expect(verdictOf('a').result).toBe('pass');
    expect(verdictOf('b').result).toBe('pass');
  });
});

describe('custom logs', () => {
  const rules = [anAssignment({ tables: ['SecurityEvent', 'App_AMA_CL'] })];
  const place = (replacedBy = 'App_AMA_CL', tables = ['SecurityEvent', 'App_CL']) => ({
    workspaces: new Map([
      [
        WORKSPACE_ID,
        {
          ...{ resourceId: 'a', customerId: 'c', tables },
          customLogs: [{ table: 'App_CL', os: ['windows' as const], replacedBy }],
        },
      ],
    ]),
  });
  const old = legacy({ rates: { ...EVENTS, App_CL: { '': 60 } } });
  const fresh = (rows: number) => ama({ rates: { ...EVENTS, App_AMA_CL: { '': rows } } });
  const judged = (
    writers: readonly Writer[],
    planned: Partial<PlannedMachine> = { rules },
    options: Parameters<typeof judge>[1] = {},
  ) => judge({ a: writers }, { machines: [machine('a', planned)], context: place(), ...options });

  it('are compared with the table that takes their place', async () => {
    const { verdictOf, asked } = await judged([old, fresh(60)]);

    expect(verdictOf('a')).toMatchObject({
      ...{ result: 'pass' },
      evidence: [
        { table: 'App_AMA_CL', legacyTable: 'App_CL', query: 'custom-series-pair', share: { estimate: 1 } },
        { table: 'SecurityEvent' },
      ],
    });
    expect(asked.find(({ query }) => query === 'custom-series-pair')?.parameters).toMatchObject({
      ...{ legacyTable: 'App_CL', logTable: 'App_AMA_CL' },
    });
    expect((await judged([old, fresh(30)])).verdictOf('a').result).toBe('fail');
    expect((await judged([old, fresh(0)])).verdictOf('a').result).toBe('fail');
  });

  it('are compared with themselves where a rule writes to the same table', async () => {
    const same = [anAssignment({ tables: ['SecurityEvent', 'App_CL'] })];
    const both = [old, ama({ rates: { ...EVENTS, App_CL: { '': 60 } } })];

    const { verdictOf } = await judged(both, { rules: same });

    expect(verdictOf('a')).toMatchObject({ result: 'pass', evidence: [{ query: 'custom-series' }, {}] });
  });

  it('fail a machine that has no rule for them, and none of the other system', async () => {
    const without = { rules: [anAssignment({ tables: ['SecurityEvent'] })] };

    const { verdictOf } = await judged([old, ama()], without);

    expect(verdictOf('a')).toMatchObject({
      ...{ result: 'fail', reason: 'tableNotCovered' },
      evidence: [{ table: 'App_CL', notCovered: true }, { table: 'SecurityEvent' }],
    });
    const linux = await judged([legacy(), ama()], { ...without, os: 'linux' });
    expect(linux.verdictOf('a').evidence).toHaveLength(1);
  });

  it('of which the workspace has no table yet are empty, unless rows of it were billed', async () => {
    const trouble = { missing: ['App_AMA_CL'] };

    const none = await judged([legacy(), ama()], { rules }, { trouble, context: place(undefined, []) });
    expect(none.verdictOf('a')).toMatchObject({ result: 'pass', evidence: [{ rows: 0 }, {}] });
    const hidden = await judged([legacy(), ama()], { rules }, { trouble });
    expect(hidden.verdictOf('a')).toMatchObject({ result: 'inconclusive', reason: 'queryFailed' });
  });
});

describe('changes of configuration', () => {
  it('are few, so machines are judged by them together', async () => {
    const rules = [anAssignment({ tables: ['SecurityEvent', 'ConfigurationChange'] })];
    const changes = {
      ...EVENTS,
      ConfigurationChange: {
        WindowsServices: (start: number) => (Math.floor(start / HOUR) % 3 === 0 ? 1 : 0),
      },
    };
    const machines = Array.from({ length: 40 }, (_, i) => machine(`m${i}`, { rules }));

    const same = await judge(
      many(40, () => [legacy({ rates: changes }), ama({ rates: changes })]),
      { machines },
    );
    const none = await judge(
      many(40, () => [legacy({ rates: changes }), ama()]),
      { machines },
    );

    expect(same.verdictOf('m3').result).toBe('pass');
    expect(none.verdictOf('m3')).toMatchObject({ result: 'fail', reason: 'keysLost' });
  });
});

describe('judging without a past', () => {
  it('passes fresh rows, and says that there was nothing to compare with', async () => {
    const { verdictOf } = await judge({ a: [ama()] });

    expect(verdictOf('a')).toMatchObject({
      result: 'pass',
      evidence: [{ mode: 'sufficiency', baselineRows: 0 }],
    });
  });

  it.each([
    ['no rows', [ama({ rates: {} })], 'dataNotYet'],
    ['old rows', [ama({ until: NOW - 6 * HOUR }), ama({ rates: {} })], 'notSettled'],
  ])('stays open with %s', async (_, writers, reason) => {
    expect((await judge({ a: writers })).verdictOf('a')).toMatchObject({ result: 'inconclusive', reason });
  });

  it('stays open where there are far fewer rows than on machines with the same rules', async () => {
    const few = ama({ rates: { SecurityEvent: { 4624: 3 } } });

    const { verdictOf } = await judge(many(8, (i) => [i === 0 ? few : ama()]));

    expect(verdictOf('m0').evidence[0]?.sentence).toMatch(
      /^3 rows an hour; machines with the same rules write about 362/,
    );
    expect(verdictOf('m0').result).toBe('inconclusive');
    expect(verdictOf('m1').result).toBe('pass');
  });
});

describe('a table of a role, without a past', () => {
  const rules = [anAssignment({ tables: ['SecurityEvent', 'W3CIISLog'] })];
  const iis = ama({ rates: { ...EVENTS, W3CIISLog: { '10.0.0.4:443': 40 } } });
  const judged = (servers: number, others: number) => {
    const machines = Array.from({ length: servers + others }, (_, i) => machine(`m${i}`, { rules }));
    return judge(
      many(servers + others, (i) => [i < servers ? iis : ama()]),
      { machines },
    );
  };

  it('passes machines without the role beside some that have it', async () => {
    const { verdictOf } = await judged(2, 8);

    expect(verdictOf('m5')).toMatchObject({ result: 'pass' });
    expect(verdictOf('m5').evidence[1]?.sentence).toBe(
      'No rows, as on 7 of 9 machines with the same rules: it has no such source.',
    );
    expect(verdictOf('m0').result).toBe('pass');
  });

  it('stays open where nobody writes, for the rule may be wrong, and where most others write', async () => {
    expect((await judged(0, 9)).verdictOf('m0')).toMatchObject({ result: 'inconclusive' });
    expect((await judged(8, 2)).verdictOf('m9')).toMatchObject({ result: 'inconclusive' });
  });

  it('does not count machines with other rules', async () => {
    const other = { ...anAssignment({ tables: ['SecurityEvent', 'W3CIISLog'] }), ruleId: '/other' };
    const machines = Array.from({ length: 10 }, (_, i) =>
      machine(`m${i}`, { rules: i < 9 ? rules : [other] }),
    );

    const { verdictOf } = await judge(
      many(10, (i) => [i < 2 ? iis : ama()]),
      { machines },
    );

    expect(verdictOf('m5').result).toBe('pass');
    expect(verdictOf('m9').result).toBe('inconclusive');
  });
});

describe('a table that no rule fills', () => {
  const rules = [anAssignment({ tables: ['SecurityEvent'] })];
  const inUse = {
    workspaces: new Map([
      [WORKSPACE_ID, { resourceId: 'a', customerId: 'c', tables: ['SecurityEvent', 'Event'] as const }],
    ]),
  };
  const both = { ...EVENTS, Event: { 'System/1': 5 } };

  it('fails a machine whose legacy agent writes to it', async () => {
    const writers = { a: [legacy({ rates: both }), ama()] };

    const { verdictOf } = await judge(writers, { machines: [machine('a', { rules })], context: inUse });

    expect(verdictOf('a')).toMatchObject({ result: 'fail', reason: 'tableNotCovered' });
    expect(verdictOf('a').evidence.map(({ table, result }) => `${table} ${result}`)).toEqual([
      'Event fail',
      'SecurityEvent pass',
    ]);
  });

  it.each<[string, readonly Writer[], Partial<PlannedMachine>]>([
    ['the machine never wrote to it', [legacy(), ama()], {}],
    ['it is not of the system', [legacy(), ama()], { os: 'linux' }],
    ['nothing is known of before', [ama()], {}],
    ['only the new agent writes to it', [legacy({ until: MOVED }), ama({ rates: both })], {}],
  ])('is nothing where %s', async (_, writers, planned) => {
    const machines = [machine('a', { rules, ...planned })];

    expect((await judge({ a: writers }, { machines, context: inUse })).verdictOf('a').result).toBe('pass');
  });

  it('fails one whose legacy agent came back to it after weeks in which the machine was off', async () => {
    const writers = { a: [legacy({ rates: both, from: MOVED }), ama()] };

    const { verdictOf } = await judge(writers, { machines: [machine('a', { rules })], context: inUse });

    expect(verdictOf('a')).toMatchObject({ result: 'fail', reason: 'tableNotCovered' });
  });

  it('fails one whose legacy agent also writes to a workspace that no rule sends to', async () => {
    const second = workspaceResource('law-2').toLowerCase();
    const planned = { rules, legacyWorkspaces: [WORKSPACE_ID, second] };
    const context = {
      workspaces: new Map([
        [WORKSPACE_ID, { resourceId: 'a', customerId: 'c1' }],
        [second, { resourceId: 'b', customerId: 'c2', tables: ['SecurityEvent'] as const }],
      ]),
    };
    const writers = { a: [legacy(), ama()] };
    const machines = [machine('a', planned)];
    const policy = { removal: { keepWorkspaces: [second] } };

    const left = await judge(writers, { machines, context });
    const kept = await judge(writers, { machines, context, policy });

    expect(left.verdictOf('a')).toMatchObject({ result: 'fail', reason: 'tableNotCovered' });
    expect(left.verdictOf('a').evidence.find(({ notCovered }) => notCovered)?.workspaceId).toBe(second);
    expect(kept.verdictOf('a').result).toBe('pass');
    expect(kept.asked.map(({ customerId }) => customerId)).not.toContain('c2');
  });

  it('is looked for only in workspaces that take tables in', async () => {
    const second = workspaceResource('law-2').toLowerCase();
    const { asked, verdictOf } = await judge(
      { a: [legacy(), ama()] },
      { machines: [machine('a', { rules, legacyWorkspaces: [WORKSPACE_ID, second] })] },
    );

    expect(asked.map(({ query }) => query)).toEqual(['heartbeat-series', 'table-series-SecurityEvent']);
    expect(verdictOf('a').result).toBe('pass');
  });

  it('is not asked for where the workspace takes none of it in', async () => {
    const { asked } = await judge(
      { a: [legacy({ rates: both }), ama()] },
      { machines: [machine('a', { rules })] },
    );

    expect(asked.map(({ query }) => query)).toEqual(['heartbeat-series', 'table-series-SecurityEvent']);
  });
});

describe('what a person accepted', () => {
  const LOST = { SecurityEvent: { 4624: 206, 4688: 156 } };
  const exception = {
    ...{
      id: 'exception-1',
      machineIds: null,
      waveId: 'wave-1',
      workspaceId: null,
      tables: ['SecurityEvent'],
    },
    ...{ by: 'ann', reason: 'x', createdAt: at(-60), expiresAt: at(60), revoked: null },
  };

  it('stands in no way of what is still open', async () => {
    const rules = [anAssignment({ tables: ['SecurityEvent', 'Event'] })];
    const quiet = { Event: { 'System/1': 1 } };
    const writers = {
      a: [legacy({ rates: { ...EVENTS, ...quiet }, until: MOVED }), ama({ rates: { ...LOST, ...quiet } })],
    };
    const machines = [machine('a', { rules })];

    const before = await judge(writers, { machines });
    const after = await judge(writers, { machines, context: { exceptions: [exception] } });

    expect(before.verdictOf('a')).toMatchObject({ result: 'fail', reason: 'keysLost' });
    expect(after.verdictOf('a')).toMatchObject({ result: 'inconclusive', reason: 'notSettled' });
  });

  it('stays visible where nothing else is open', async () => {
    const writers = { a: [legacy({ until: MOVED }), ama({ rates: LOST })] };

    const { verdictOf } = await judge(writers, { context: { exceptions: [exception] } });

    expect(verdictOf('a')).toMatchObject({ result: 'fail', reason: 'keysLost' });
  });
});

describe('what is no judgement', () => {
  it.each([
    ['an agent that was not heard', { a: [legacy()] }, {}, 'noHeartbeat'],
    ['a clock that is ahead', { a: [legacy(), ama({ aheadSeconds: 7200 })] }, {}, 'clockAhead'],
    [
      'a query that failed',
      { a: [legacy(), ama()] },
      { trouble: { query: 'table-series-SecurityEvent' } },
      'queryFailed',
    ],
    [
      'rules without a table to look at',
      { a: [legacy(), ama()] },
      { machines: [machine('a', { rules: [anAssignment({ tables: [] })] })] },
      'unverifiableRules',
    ],
  ])('%s is inconclusive', async (_, writers, options, reason) => {
    expect((await judge(writers, options)).verdictOf('a')).toMatchObject({ result: 'inconclusive', reason });
  });

  it('keeps the time to ask again at', async () => {
    const { judged } = await judge(
      { a: [legacy(), ama()] },
      { trouble: { query: 'table-series-SecurityEvent' } },
    );

    expect(judged[0]?.trouble).toEqual({ message: 'busy', retryAfterMs: 45_000 });
  });
});

describe('what the workspace itself reports', () => {
  const report = {
    Source: '_LogOperation',
    Operation: 'Data collection stopped',
    times: 3,
    Detail: 'daily cap',
  };
  const trouble = { reports: [{ ...report, lastSeen: at(-3600) }] };

  it('stands beside evidence that is no pass, and changes no verdict', async () => {
    const { verdictOf } = await judge({ a: [legacy(), ama({ rates: {} })] }, { trouble });

    expect(verdictOf('a')).toMatchObject({ result: 'fail', reason: 'keysLost' });
    expect(verdictOf('a').evidence[0]?.workspaceReports).toEqual([
      `_LogOperation: Data collection stopped, 3 times, last ${at(-3600)}: daily cap`,
    ]);
  });

  it('is not asked for where all is well', async () => {
    const { verdictOf, asked } = await judge({ a: [legacy(), ama()] }, { trouble });

    expect(asked.map(({ query }) => query)).not.toContain('ingestion-trouble');
    expect(verdictOf('a').evidence[0]?.workspaceReports).toBeUndefined();
  });
});

describe('queries', () => {
  it('are one a workspace and table, however many machines', async () => {
    const { asked } = await judge(many(100, () => [legacy(), ama()]));

    expect(asked.map(({ query }) => query)).toEqual(['heartbeat-series', 'table-series-SecurityEvent']);
  });

  it('judge a machine of two workspaces by both', async () => {
    const second = workspaceResource('law-2').toLowerCase();
    const rules = [
      anAssignment({ tables: ['SecurityEvent'] }),
      anAssignment({ ruleId: 'r2', workspaceId: second, tables: ['SecurityEvent'] }),
    ];
    const context = {
      workspaces: new Map([
        [WORKSPACE_ID, { resourceId: 'a', customerId: 'c1' }],
        [second, { resourceId: 'b', customerId: 'c2' }],
      ]),
    };

    const { verdictOf } = await judge(
      { a: [legacy(), ama()] },
      { machines: [machine('a', { rules })], context },
    );

    expect(verdictOf('a').evidence.map(({ workspaceId }) => workspaceId)).toEqual([WORKSPACE_ID, second]);
  });

  it('say when the next look is worthwhile', async () => {
    const { judged } = await judge({ a: [legacy(), ama()] });

    expect(Date.parse(must(judged[0]).nextAt)).toBe(Date.parse(at(0)) + 12 * HOUR);
  });

  it('say so for each machine by its own age, and together where they are of nearly the same', async () => {
    const aged = (name: string, minutes: number) => {
      const one = machine(name);
      return {
        ...one,
        record: { ...one.record, associatedAt: new Date(UNTIL - minutes * 60_000).toISOString() },
      };
    };
    const machines = [aged('old', 240), aged('same', 239), aged('late', 160), aged('new', 90)];
    const writers = Object.fromEntries(
      ['old', 'same', 'late', 'new'].map((name) => [name, [legacy(), ama()]]),
    );

    const { judged } = await judge(writers, { machines });

    // The window of the new agent begins an hour after the association here.
    const minutes = judged.map(({ nextAt }) => (Date.parse(nextAt) - NOW) / 60_000);
    expect(minutes).toEqual([180, 180, 100, 60]);
  });
});
