import { describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../../../shared/ledger/sqlite-store.ts';
import { createVerdicts } from '../../../../shared/ledger/verdicts.ts';
import type { WaveMachine } from '../../../../shared/ledger/waves.ts';
import type { Table } from '../../../../shared/model/streams.ts';
import type { MachineRecord } from '../../../../shared/model/wave.ts';
import { withExceptions } from '../../../../shared/verification/accept.ts';
import { createParity } from '../../../../shared/verification/parity/stage.ts';
import type { Decision, StageContext } from '../../../../shared/waves/stage.ts';
import { aContext, anAssignment, at, aWaveMachine, must, NOW } from '../../../support/builders.ts';
import { seriesLogs, type Writer } from './series-logs.ts';

const HOUR = 3_600_000;
const MOVED = NOW - 48 * HOUR;
/** Twelve batches make a group: those of the first cell and two of the second, then the rest. */
const CELLS = [
  { cell: 'a', kind: 'azureVm' as const, batches: 10, machines: 250, batchSize: 25 },
  { cell: 'b', kind: 'azureVm' as const, batches: 5, machines: 125, batchSize: 25 },
];
const RATES = { SecurityEvent: { 4624: 200, 4688: 150 } };

function machine(name: string, batchId = '0000-0000', record: Partial<MachineRecord> = {}): WaveMachine {
  return aWaveMachine(
    name,
    { rules: [anAssignment({ tables: ['SecurityEvent'] })] },
    { batchId, associatedAt: new Date(MOVED).toISOString(), ...record },
  );
}

/** A wave of batches over telemetry in which machines of the named batches wrote all the time. */
async function wave(batches: Readonly<Record<string, readonly WaveMachine[]>>, share = 1) {
  const all = Object.values(batches).flat();
  const amaRates = { SecurityEvent: { 4624: Math.round(200 * share), 4688: Math.round(150 * share) } };
  const writers = (): Writer[] => [
    { agent: 'legacy', rates: RATES },
    { agent: 'ama', rates: amaRates, from: MOVED },
  ];
  const { logs, asked } = seriesLogs(Object.fromEntries(all.map(({ planned }) => [planned.id, writers()])));
  const verdicts = createVerdicts(await openSqliteStore(':memory:'));
  const handler = createParity({ logs, verdicts }, ({ record }) => record.associatedAt ?? undefined, {
    alone: false,
  });
  const context = (changes: Partial<StageContext> = {}) =>
    aContext({
      stage: 'verify',
      cells: CELLS,
      machinesOf: async (ids) => ids.flatMap((id) => batches[id] ?? []),
      ...changes,
    });
  return { handler, asked, context, verdicts };
}

const outcomes = (decisions: readonly Decision[]) =>
  decisions.map((decision) => ('step' in decision ? decision.step.outcome : undefined));
const later = (milliseconds: number): Partial<StageContext> => ({ now: () => NOW + milliseconds });

describe('batches of a group', () => {
  it('share one round of queries', async () => {
    const batches = { '0000-0000': [machine('a')], '0001-0001': [machine('b', '0001-0001')] };
    const { handler, asked, context } = await wave(batches);

    const first = await handler(context(), batches['0000-0000']);
    const second = await handler(context(), batches['0001-0001']);

    expect(outcomes([...first, ...second])).toEqual([{ status: 'done' }, { status: 'done' }]);
    expect(asked).toHaveLength(2);
    expect(asked[1]?.parameters['machines']).toHaveLength(2);
  });

  it('of another group or wave ask for themselves', async () => {
    const batches = { '0000-0000': [machine('a')], '0001-0002': [machine('b', '0001-0002')] };
    const { handler, asked, context } = await wave(batches);

    await handler(context(), batches['0000-0000']);
    await handler(context(), batches['0001-0002']);
    await handler(context({ waveId: 'wave-2' }), batches['0000-0000']);

    expect(asked).toHaveLength(6);
  });

  it('cost a round of a thousand machines fewer than forty queries', async () => {
    const rates = {
      windows: {
        SecurityEvent: { 4624: 200 },
        Event: { 'System/7036': 100 },
        Perf: { 'Processor(total)\\x': 300 },
      },
      linux: { Syslog: { 'auth/info': 200 }, Perf: { 'Processor(total)\\x': 300 } },
    };
    const batches: Record<string, WaveMachine[]> = {};
    const writers: Record<string, readonly Writer[]> = {};
    for (let n = 0; n < 40; n += 1) {
      const id = `0000-${String(n).padStart(4, '0')}`;
      batches[id] = Array.from({ length: 25 }, (_, i) => {
        const os = i % 2 === 0 ? ('windows' as const) : ('linux' as const);
        const one = aWaveMachine(
          `m${n}-${i}`,
          { os, rules: [anAssignment({ tables: Object.keys(rates[os]) as Table[] })] },
          { batchId: id, associatedAt: new Date(MOVED).toISOString() },
        );
        // Machines that lost rows are looked into further, so they cost the most.
        const lost = i === 0 ? { ...rates[os], SecurityEvent: { 4624: 20 } } : rates[os];
        writers[one.planned.id] = [
          { agent: 'legacy', rates: rates[os], until: MOVED },
          { agent: 'ama', rates: lost, from: MOVED },
        ];
        return one;
      });
    }
    const { logs, asked } = seriesLogs(writers);
    const verdicts = createVerdicts(await openSqliteStore(':memory:'));
    const since = ({ record }: WaveMachine) => record.associatedAt ?? undefined;
    const handler = createParity({ logs, verdicts }, since, { alone: false });
    const context = aContext({
      stage: 'verify',
      cells: [{ cell: 'a', kind: 'azureVm', batches: 40, machines: 1000, batchSize: 25 }],
      machinesOf: async (ids) => ids.flatMap((id) => batches[id] ?? []),
    });

    const decisions: Decision[] = [];
    for (const batch of Object.values(batches)) decisions.push(...(await handler(context, batch)));

    const done = outcomes(decisions).filter((outcome) => outcome?.status === 'done');
    expect(decisions).toHaveLength(1000);
    expect(done).toHaveLength(960);
    expect(asked.length).toBeLessThan(40);
  }, 60_000);

  it('wait while another reads, and take over from one that died', async () => {
    const batch = [machine('a')];
    const { handler, asked, context, verdicts } = await wave({ '0000-0000': batch });
    const until = new Date(NOW - 300_000).toISOString();
    await verdicts.claim({ waveId: 'wave-1', stage: 'verify', group: '0', until }, '0000-0003', NOW);

    const busy = await handler(context(), batch);
    const taken = await handler(context(later(11 * 60_000)), batch);

    expect(outcomes(busy)).toMatchObject([{ status: 'waiting', reason: 'awaitsTurn', until: at(15) }]);
    expect(outcomes(taken)).toEqual([{ status: 'done' }]);
    expect(asked).toHaveLength(2);
  });

  it('ask for queries by one of them, which reads for all at its next look', async () => {
    const batches = { '0000-0003': [machine('a', '0000-0003')], '0001-0001': [machine('b', '0001-0001')] };
    const { handler, asked, context } = await wave(batches);
    const wanted: [string, number][] = [];
    const unbooked = (more: Partial<StageContext> = {}) =>
      context({
        mayCall: (counts) => {
          wanted.push(...Object.entries(counts));
          return false;
        },
        ...more,
      });

    const first = await handler(unbooked(), batches['0000-0003']);
    const other = await handler(unbooked(), batches['0001-0001']);
    expect(asked).toEqual([]);
    const read = await handler(context(later(30_000)), batches['0000-0003']);
    const found = await handler(unbooked(later(40_000)), batches['0001-0001']);

    // Heartbeats, one table, and what the workspace reports.
    expect(wanted).toEqual([['queries', 3]]);
    expect(outcomes(first)).toEqual([{ status: 'waiting', reason: 'awaitsTurn', until: at(0) }]);
    expect(outcomes(other)).toEqual([{ status: 'waiting', reason: 'awaitsTurn', until: at(15) }]);
    expect(outcomes([...read, ...found])).toEqual([{ status: 'done' }, { status: 'done' }]);
  });

  it('come one group after the other where all have their data as the stage begins', async () => {
    const cells = [{ cell: 'a', kind: 'azureVm' as const, batches: 3000, machines: 75_000, batchSize: 25 }];
    const until = async (batchId: string, outcome = {}) => {
      const batches = { [batchId]: [machine('a', batchId, outcome)] };
      const { handler, context } = await wave(batches);
      const [told] = outcomes(
        await handler(context({ cells, mayCall: () => false }), batches[batchId] as WaveMachine[]),
      );
      return (Date.parse(told?.status === 'waiting' ? told.until : '') - NOW) / 1000;
    };

    expect(await until('0000-0000')).toBe(0);
    // As many as the limit holds begin at once.
    expect(await until('0000-0240')).toBe(0);
    expect(await until('0000-0252')).toBe(1.5);
    expect(await until('0000-0275')).toBe(3);
    // No group waits longer than the next windows take.
    expect(await until('0000-2652')).toBe(1.5);
    // Who waited already does not wait again.
    const waited = { outcomes: { verify: { status: 'waiting', reason: 'dataNotYet', until: at(0) } } };
    expect(await until('0000-0252', waited)).toBe(0);
  });

  it('look when the first two of them have, which are there for each other', async () => {
    const young = { associatedAt: at(-610) };
    const names = ['0000-0000', '0000-0001', '0000-0002', '0001-0001'];
    const batches = Object.fromEntries(names.map((name) => [name, [machine(name, name, young)]]));
    const { handler, context } = await wave(batches);

    const due = [];
    for (const name of names) {
      const [told] = outcomes(await handler(context(), batches[name] as WaveMachine[]));
      due.push((Date.parse(told?.status === 'waiting' ? told.until : '') - NOW) / 1000);
    }

    expect(due).toEqual([8100, 8115, 8130, 8130]);
  });

  it('leave out machines that are settled, failed before, or not ready', async () => {
    const batches = {
      '0000-0000': [machine('a')],
      '0000-0001': [
        machine('done', '0000-0001', { outcomes: { verify: { status: 'done' } } }),
        machine('bad', '0000-0001', { outcomes: { install: { status: 'failed', code: 'unexpected' } } }),
        machine('new', '0000-0001', { associatedAt: at(-600) }),
        machine('none', '0000-0001', { associatedAt: null }),
      ],
    };
    const { handler, asked, context } = await wave(batches);

    await handler(context(), batches['0000-0000']);

    expect(asked[0]?.parameters['machines']).toEqual([must(batches['0000-0000'][0]).planned.id]);
  });
});

describe('a machine', () => {
  it('waits for its first two hours of new data without a query', async () => {
    const batch = [machine('a', '0000-0000', { associatedAt: at(-600) })];
    const { handler, asked, context } = await wave({ '0000-0000': batch });

    const found = await handler(context(), batch);

    // Associated ten minutes ago: 20 to settle, two hours of data, five for its way.
    expect(outcomes(found)).toMatchObject([{ status: 'waiting', reason: 'dataNotYet', until: at(8100) }]);
    expect(asked).toHaveLength(0);
  });

  it('of another batch than the first of its group looks a little later, and on the grid of the windows', async () => {
    const young = { associatedAt: at(-610) };
    const batches = {
      '0000-0000': [machine('a', '0000-0000', young)],
      '0001-0001': [machine('b', '0001-0001', young)],
    };
    const { handler, asked, context } = await wave(batches);

    const [first] = outcomes(await handler(context(), batches['0000-0000']));
    const [second] = outcomes(await handler(context(), batches['0001-0001']));
    const due = (outcome: typeof first) => Date.parse(outcome?.status === 'waiting' ? outcome.until : '');
    await handler(context(later(due(first) - NOW)), batches['0000-0000']);
    const queries = asked.length;
    const found = await handler(context(later(due(second) - NOW)), batches['0001-0001']);

    // Ready at 8090 s: the next window ends five minutes on the grid, and its rows need their way.
    expect(due(first) - NOW).toBe(8100_000);
    expect(due(second) - due(first)).toBe(30_000);
    expect(queries).toBeGreaterThan(0);
    expect(asked).toHaveLength(queries);
    // The heartbeats of this test end before that; the answer is one all the same.
    expect(outcomes(found)).toMatchObject([{ reason: 'noHeartbeat' }]);
  });

  it('that lost rows waits once, and is blocked when more data says the same', async () => {
    const batch = [machine('a')];
    const { handler, context } = await wave({ '0000-0000': batch }, 0.5);

    const [first] = await handler(context(), batch);
    const verdict = first !== undefined && 'step' in first ? must(first.step.patch?.verdict) : undefined;
    const again = [machine('a', '0000-0000', { verdict: must(verdict) })];
    const second = await handler(context(later(10 * 60_000)), again);

    expect(outcomes([must(first)])).toMatchObject([
      { status: 'waiting', reason: 'rowsLost', until: at(3600) },
    ]);
    expect(outcomes(second)).toMatchObject([
      { status: 'blocked', reason: 'rowsLost', needs: 'securityTeam' },
    ]);
    expect(JSON.stringify(outcomes(second))).toContain('SecurityEvent: Rows were lost');
  });

  it('that waits for more data is looked at every hour without a query, so that a person can accept it', async () => {
    const batch = [machine('a')];
    const { handler, asked, context } = await wave({ '0000-0000': batch }, 0.5);
    const stage = withExceptions(handler);
    const [first] = await stage(context(), batch);
    const found = first !== undefined && 'step' in first ? first.step : undefined;
    const queries = asked.length;
    const record = { verdict: must(found?.patch?.verdict), outcomes: { verify: must(found).outcome } };
    const waitingOne = [machine('a', '0000-0000', record)];
    const exception = {
      ...{ id: 'exception-1', machineIds: null, waveId: 'wave-1', workspaceId: null, tables: null },
      ...{ by: 'ann', reason: 'x', createdAt: at(0), expiresAt: at(9 * 3600), revoked: null },
    };

    const still = await stage(context(later(HOUR)), waitingOne);
    const accepted = await stage(context({ ...later(HOUR), exceptions: [exception] }), waitingOne);

    expect(outcomes(still)).toMatchObject([{ status: 'waiting', reason: 'rowsLost', until: at(2 * 3600) }]);
    expect(outcomes(accepted)).toMatchObject([{ status: 'done' }]);
    expect(asked).toHaveLength(queries);
  });

  it('is judged anew in the next stage, whatever was accepted in the one before', async () => {
    const verdict = { result: 'fail', reason: 'rowsLost', evidence: [], nextLookAt: at(9 * 3600) } as const;
    const batch = [machine('a', '0000-0000', { verdict, outcomes: { verify: { status: 'done' } } })];
    const { handler, asked, context } = await wave({ '0000-0000': batch });

    await handler(context({ stage: 'reverify' }), batch);

    expect(asked.length).toBeGreaterThan(0);
  });
});
