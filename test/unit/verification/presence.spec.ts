import { describe, expect, it } from 'vitest';
import type { MachineGateway } from '../../../shared/agents/gateway.ts';
import type { Verdicts } from '../../../shared/ledger/verdicts.ts';
import type { WaveMachine } from '../../../shared/ledger/waves.ts';
import type { RequestCounts } from '../../../shared/model/limits.ts';
import { fail, ok } from '../../../shared/model/trouble.ts';
import { createConfirm } from '../../../shared/verification/confirm.ts';
import { readHeartbeats } from '../../../shared/verification/heartbeats.ts';
import { createPresence } from '../../../shared/verification/presence.ts';
import { readTableCounts } from '../../../shared/verification/table-counts.ts';
import type { Decision, StageContext } from '../../../shared/waves/stage.ts';
import {
  aContext,
  anAmaExtension,
  anAssignment,
  anExtension,
  aPolicy,
  at,
  aWaveMachine,
  CUSTOMER_ID,
  must,
  only,
  WORKSPACE_ID,
  workspaceResource,
} from '../../support/builders.ts';
import { type Asked, fakeLogs } from './fake-logs.ts';

const OTHER_WORKSPACE = workspaceResource('law-2').toLowerCase();
const OTHER_CUSTOMER = '33333333-3333-4333-8333-333333333333';
const CONTEXT = aContext({
  stage: 'verify',
  policy: aPolicy({ verification: { proof: 'presence' } }),
  workspaces: new Map([
    [WORKSPACE_ID, { resourceId: workspaceResource('law-main'), customerId: CUSTOMER_ID }],
    [OTHER_WORKSPACE, { resourceId: workspaceResource('law-2'), customerId: OTHER_CUSTOMER }],
  ]),
});

const machinesOf = ({ parameters }: Asked) => parameters['machines'] as readonly string[];
const heartbeats =
  (...categories: string[]) =>
  (asked: Asked) =>
    machinesOf(asked).flatMap((ResourceId) =>
      categories.map((Category) => ({ ResourceId, Category, lastSeen: at(-60) })),
    );
const rows =
  (rowCount: number, baselineCount = 0) =>
  (asked: Asked) =>
    machinesOf(asked).map((ResourceId) => ({ ResourceId, rowCount, baselineCount, lastRow: at(-310) }));
const AMA_HEARD = { 'agent-heartbeats': heartbeats('Azure Monitor Agent') };
const outcomeOf = (decision: Decision | undefined) =>
  decision !== undefined && 'step' in decision ? decision.step.outcome : undefined;

describe('createPresence', () => {
  const verify = (answers: Parameters<typeof fakeLogs>[0], expectRise = true) => {
    const { logs, asked } = fakeLogs(answers);
    return {
      asked,
      handler: createPresence(logs, ({ record }) => record.associatedAt ?? undefined, { expectRise }),
    };
  };
  const machine = (name: string, associatedAt: string | null) => aWaveMachine(name, {}, { associatedAt });

  it('passes with a fresh heartbeat and rows since the association', async () => {
    const { handler } = verify({ ...AMA_HEARD, 'table-rows-Event': rows(5) });

    const [decision] = await handler(CONTEXT, [machine('a', at(-1800))]);

    expect(outcomeOf(decision)).toEqual({ status: 'done' });
    expect(decision !== undefined && 'step' in decision && decision.step.patch?.verdict?.result).toBe('pass');
  });

  it('judges from the association to now less the ingestion lag, against as long a window before', async () => {
    const { handler, asked } = verify({ ...AMA_HEARD, 'table-rows-Event': rows(5) });

    await handler(CONTEXT, [machine('a', at(-1800))]);

    expect(asked.find(({ query }) => query === 'table-rows-Event')?.parameters).toMatchObject({
      since: at(-1800),
      until: at(-300),
      baselineSince: at(-3300),
      baselineUntil: at(-1800),
    });
    expect(asked.find(({ query }) => query === 'agent-heartbeats')?.parameters).toMatchObject({
      since: at(-1800),
      until: at(0),
    });
  });

  it.each([
    ['just now', at(0)],
    ['less than the ingestion lag ago', at(-299)],
    ['exactly the ingestion lag ago', at(-300)],
    ['at no known time', null],
  ])('asks nothing and waits when associated %s', async (_, associatedAt) => {
    const { handler, asked } = verify({});

    const [decision] = await handler(CONTEXT, [machine('a', associatedAt)]);

    expect(outcomeOf(decision)).toEqual({ status: 'waiting', reason: 'dataNotYet', until: at(300) });
    expect(asked).toEqual([]);
  });

  it('waits and names the empty tables', async () => {
    const { handler } = verify({ ...AMA_HEARD, 'table-rows-Event': rows(0) });

    const [decision] = await handler(CONTEXT, [machine('a', at(-1800))]);

    expect(outcomeOf(decision)).toEqual({
      status: 'waiting',
      reason: 'dataNotYet',
      until: at(300),
      detail: 'no rows in Event',
    });
  });

  it.each([
    ['silence', [], 5, 0, 'noHeartbeat'],
    ['only the legacy agent', ['Direct Agent'], 5, 0, 'noHeartbeat'],
    ['both agents and no rise', ['Direct Agent', 'Azure Monitor Agent'], 50, 50, 'attributionUnclear'],
    ['SCOM and no rise', ['SCOM Agent', 'Azure Monitor Agent'], 50, 50, 'attributionUnclear'],
  ])('waits after %s', async (_, categories, rowCount, baseline, reason) => {
    const { handler } = verify({
      'agent-heartbeats': heartbeats(...categories),
      'table-rows-Event': rows(rowCount, baseline),
    });

    const [decision] = await handler(CONTEXT, [machine('a', at(-1800))]);

    expect(outcomeOf(decision)).toMatchObject({ status: 'waiting', reason });
  });

  it('blocks at once when no rule feeds a table that can be verified', async () => {
    const { handler } = verify(AMA_HEARD);
    const blind = aWaveMachine('a', { rules: [anAssignment({ tables: [] })] }, { associatedAt: at(-1800) });

    const [decision] = await handler(CONTEXT, [blind]);

    expect(outcomeOf(decision)).toMatchObject({ status: 'blocked', reason: 'unverifiableRules' });
  });

  it('waits as long as a refused query was told to', async () => {
    const { handler } = verify({ ...AMA_HEARD, 'table-rows-Event': () => fail('throttled', '429', 600_000) });

    const [decision] = await handler(CONTEXT, [machine('a', at(-1800))]);

    expect(outcomeOf(decision)).toEqual({
      status: 'waiting',
      reason: 'queryFailed',
      until: at(600),
      detail: '429',
    });
  });

  it('does not pass when the heartbeats of a workspace could not be read', async () => {
    const { handler } = verify({
      'agent-heartbeats': () => fail('notAuthorized', 'no'),
      'table-rows-Event': rows(5),
    });

    const [decision] = await handler(CONTEXT, [machine('a', at(-1800))]);

    expect(outcomeOf(decision)).toMatchObject({ status: 'waiting', reason: 'queryFailed' });
  });

  it('waits only for machines of the workspace that could not be asked', async () => {
    const elsewhere = { rules: [anAssignment({ workspaceId: OTHER_WORKSPACE })], legacyWorkspaces: [] };
    const batch = [
      machine('a', at(-1800)),
      aWaveMachine('b', elsewhere, { associatedAt: at(-1800) }),
      aWaveMachine(
        'c',
        { rules: [anAssignment(), ...elsewhere.rules], legacyWorkspaces: [] },
        { associatedAt: at(-1800) },
      ),
    ];
    for (const query of ['agent-heartbeats', 'table-rows-Event'] as const) {
      const answers = { ...AMA_HEARD, 'table-rows-Event': rows(5) };
      const { handler } = verify({
        ...answers,
        [query]: (asked: Asked) =>
          asked.customerId === OTHER_CUSTOMER ? fail('throttled', '429', 90_000) : answers[query](asked),
      });

      const decisions = await handler(CONTEXT, batch);

      const refused = { status: 'waiting', reason: 'queryFailed', until: at(90), detail: '429' };
      expect(decisions.map(outcomeOf), query).toEqual([{ status: 'done' }, refused, refused]);
    }
  });

  it('asks again soon after a query failed: nothing was learned', async () => {
    const { handler } = verify({ ...AMA_HEARD, 'table-rows-Event': () => fail('serviceUnavailable', '503') });

    const [decision] = await handler(CONTEXT, [machine('a', at(-1800))]);

    expect(outcomeOf(decision)).toMatchObject({ reason: 'queryFailed', until: at(60) });
    expect(decision !== undefined && 'step' in decision && decision.step.patch?.verdict).toMatchObject({
      result: 'inconclusive',
      reason: 'queryFailed',
    });
  });

  it('takes no row from nothing for proof while the legacy agent is heard', async () => {
    const { handler } = verify({
      'agent-heartbeats': heartbeats('Direct Agent', 'Azure Monitor Agent'),
      'table-rows-Event': rows(500, 0),
    });

    const [decision] = await handler(CONTEXT, [machine('a', at(-1800))]);

    expect(outcomeOf(decision)).toMatchObject({ status: 'waiting', reason: 'attributionUnclear' });
  });

  // JudgeInput.legacyLive: "heard in the judged window". Heartbeats are asked for the last 1200 s only, so rows of a
  // legacy agent that went silent before that, within the judged window, pass for Azure Monitor Agent's.
  it('attributes rows with care to a legacy agent heard anywhere in the judged window', async () => {
    const { handler } = verify({
      'agent-heartbeats': (asked) => {
        const since = Date.parse(String(asked.parameters['since']));
        return machinesOf(asked).flatMap((ResourceId) =>
          [
            { ResourceId, Category: 'Azure Monitor Agent', lastSeen: at(-60) },
            { ResourceId, Category: 'Direct Agent', lastSeen: at(-2400) },
          ].filter(({ lastSeen }) => Date.parse(lastSeen) >= since),
        );
      },
      'table-rows-Event': rows(50, 50),
    });

    const [decision] = await handler(CONTEXT, [machine('a', at(-7200))]);

    expect(outcomeOf(decision)).toMatchObject({ status: 'waiting', reason: 'attributionUnclear' });
  });

  it('judges each machine by its own rows', async () => {
    const { handler } = verify({
      ...AMA_HEARD,
      'table-rows-Event': (asked) => rows(5)(asked).filter(({ ResourceId }) => ResourceId.endsWith('/b')),
    });

    const decisions = await handler(CONTEXT, [machine('a', at(-1800)), machine('b', at(-1700))]);

    expect(decisions.map((decision) => outcomeOf(decision)?.status)).toEqual(['waiting', 'done']);
  });
});

describe('readTableCounts', () => {
  const WINDOW = { since: at(-1800), until: at(-300) };

  it('asks one query per workspace and table for the whole batch', async () => {
    const { logs, asked } = fakeLogs({
      'table-rows-Event': rows(1),
      'table-rows-Perf': rows(2),
      'table-rows-Syslog': rows(3),
    });
    const windows = { rules: [anAssignment({ tables: ['Event', 'Perf'] })] };
    const linux = { rules: [anAssignment({ workspaceId: OTHER_WORKSPACE, tables: ['Syslog', 'Perf'] })] };
    const batch = ['a', 'b', 'c']
      .map((name) => aWaveMachine(name, windows))
      .concat(['d', 'e'].map((name) => aWaveMachine(name, linux)));

    const counts = await readTableCounts(logs, CONTEXT, batch, WINDOW);

    const calls = asked.map((call) => `${call.customerId} ${call.query} ${machinesOf(call).length}`).sort();
    expect(calls).toEqual([
      `${CUSTOMER_ID} table-rows-Event 3`,
      `${CUSTOMER_ID} table-rows-Perf 3`,
      `${OTHER_CUSTOMER} table-rows-Perf 2`,
      `${OTHER_CUSTOMER} table-rows-Syslog 2`,
    ]);
    const found = must(counts.get(must(batch[3]).planned.id));
    expect(found.trouble).toBeNull();
    expect(found.counts.map(({ table, rows: n, workspaceId }) => [table, n, workspaceId]).sort()).toEqual([
      ['Perf', 2, OTHER_WORKSPACE],
      ['Syslog', 3, OTHER_WORKSPACE],
    ]);
  });

  it('asks once for a machine two rules of which feed the same table', async () => {
    const { logs, asked } = fakeLogs({ 'table-rows-Event': rows(7) });
    const twice = aWaveMachine('a', { rules: [anAssignment(), anAssignment({ ruleId: 'r2' })] });

    const counts = await readTableCounts(logs, CONTEXT, [twice], WINDOW);

    expect(asked.map(machinesOf)).toEqual([[twice.planned.id]]);
    expect(counts.get(twice.planned.id)?.counts).toHaveLength(1);
  });

  it('counts zero for a machine without a row in the answer', async () => {
    const { logs } = fakeLogs({ 'table-rows-Event': () => [] });
    const silent = aWaveMachine('a');

    const counts = await readTableCounts(logs, CONTEXT, [silent], WINDOW);

    expect(counts.get(silent.planned.id)?.counts).toMatchObject([
      { rows: 0, baselineRows: 0, lastRow: null },
    ]);
  });

  it('gives the trouble of a query to the machines it was for, with what else is known of them', async () => {
    const { logs } = fakeLogs({
      'table-rows-Event': (asked) =>
        asked.customerId === OTHER_CUSTOMER ? fail('throttled', '429') : rows(1)(asked),
      'table-rows-Perf': rows(2),
    });
    const both = { rules: [anAssignment({ workspaceId: OTHER_WORKSPACE, tables: ['Perf', 'Event'] })] };
    const [refused, fine] = [aWaveMachine('a', both), aWaveMachine('b')];

    const counts = await readTableCounts(logs, CONTEXT, [refused, fine], WINDOW);

    expect(counts.get(refused.planned.id)).toMatchObject({
      counts: [{ table: 'Perf', rows: 2 }],
      trouble: { code: 'throttled', message: '429' },
    });
    expect(counts.get(fine.planned.id)).toMatchObject({
      counts: [{ table: 'Event', rows: 1 }],
      trouble: null,
    });
  });

  it('says so of a workspace that is not in the plan, and asks nothing', async () => {
    const { logs, asked } = fakeLogs({});
    const lost = aWaveMachine('a', { rules: [anAssignment({ workspaceId: '/unknown' })] });

    const counts = await readTableCounts(logs, CONTEXT, [lost], WINDOW);

    expect(counts.get(lost.planned.id)).toMatchObject({ counts: [], trouble: { code: 'notFound' } });
    expect(asked).toEqual([]);
  });

  it('asks nothing of a rule that sends to no workspace', async () => {
    const { logs, asked } = fakeLogs({ 'table-rows-Event': rows(1) });
    const rules = [anAssignment(), anAssignment({ ruleId: 'metrics', workspaceId: null, tables: ['Perf'] })];
    const machine = aWaveMachine('a', { rules });

    const counts = await readTableCounts(logs, CONTEXT, [machine], WINDOW);

    expect(asked.map(({ query }) => query)).toEqual(['table-rows-Event']);
    expect(counts.get(machine.planned.id)).toMatchObject({ counts: [{ table: 'Event' }], trouble: null });
  });
});

describe('readHeartbeats', () => {
  it('keeps the latest of each agent over all workspaces of a machine', async () => {
    const { logs, asked } = fakeLogs({
      'agent-heartbeats': (call) =>
        machinesOf(call).flatMap((ResourceId) => [
          {
            ResourceId,
            Category: 'Azure Monitor Agent',
            lastSeen: call.customerId === CUSTOMER_ID ? at(-50) : at(-90),
          },
          { ResourceId, Category: 'Something', lastSeen: at(0) },
          ...(call.customerId === OTHER_CUSTOMER
            ? [{ ResourceId, Category: 'SCOM Agent', lastSeen: at(-70) }]
            : []),
        ]),
    });
    const machine = aWaveMachine('a', { legacyWorkspaces: [OTHER_WORKSPACE] });

    const heard = await readHeartbeats(logs, CONTEXT, [machine, aWaveMachine('b')], 600);

    expect(heard.get(machine.planned.id)).toEqual({
      ama: at(-50),
      legacy: null,
      scom: at(-70),
      trouble: null,
    });
    expect(asked.map((call) => machinesOf(call).length).sort()).toEqual([1, 2]);
  });

  it('asks no workspace for a rule that sends to none', async () => {
    const { logs, asked } = fakeLogs({ 'agent-heartbeats': heartbeats('Azure Monitor Agent') });
    const machine = aWaveMachine('a', { rules: [anAssignment({ workspaceId: null, tables: [] })] });

    const heard = await readHeartbeats(logs, CONTEXT, [machine], 600);

    expect(asked.map(({ customerId }) => customerId)).toEqual([CUSTOMER_ID]);
    expect(heard.get(machine.planned.id)).toMatchObject({ ama: at(-60), trouble: null });
  });

  it.each([['before'], ['after']])(
    'keeps what one workspace said when another fails %s it',
    async (order) => {
      const { logs } = fakeLogs({
        'agent-heartbeats': (asked) =>
          asked.customerId === OTHER_CUSTOMER
            ? fail('throttled', '429')
            : heartbeats('Azure Monitor Agent', 'SCOM Agent')(asked),
      });
      const both = [anAssignment(), anAssignment({ workspaceId: OTHER_WORKSPACE })];
      const rules = order === 'before' ? both.toReversed() : both;
      const machine = aWaveMachine('a', { rules, legacyWorkspaces: [] });

      const heard = await readHeartbeats(logs, CONTEXT, [machine], 600);

      expect(heard.get(machine.planned.id)).toMatchObject({
        ama: at(-60),
        scom: at(-60),
        trouble: { code: 'throttled' },
      });
    },
  );

  it('marks machines whose workspace could not be asked, or is not in the plan', async () => {
    const { logs } = fakeLogs({
      'agent-heartbeats': (c) => (c.customerId === OTHER_CUSTOMER ? fail('throttled', '429') : []),
    });
    const refused = aWaveMachine('a', { legacyWorkspaces: [OTHER_WORKSPACE] });
    const unknown = aWaveMachine('b', { legacyWorkspaces: ['/unknown'] });

    const heard = await readHeartbeats(logs, CONTEXT, [refused, unknown], 600);

    expect(heard.get(refused.planned.id)?.trouble?.code).toBe('throttled');
    expect(heard.get(unknown.planned.id)?.trouble?.code).toBe('notFound');
  });
});

describe('createConfirm', () => {
  const removed = (name: string): WaveMachine =>
    aWaveMachine(name, {}, { removedAt: at(-1800), outcomes: { uninstall: { status: 'done' } } });

  async function confirm(
    answers: Parameters<typeof fakeLogs>[0],
    machines: Partial<MachineGateway>,
    batch: readonly WaveMachine[],
    more: Partial<StageContext> = {},
  ) {
    const { logs, asked } = fakeLogs(answers);
    const handler = createConfirm({
      machines: only<MachineGateway>('machines', machines),
      logs,
      verdicts: only<Verdicts>('verdicts', {}),
      concurrency: 2,
    });
    return { decisions: await handler({ ...CONTEXT, stage: 'confirm', ...more }, batch), asked };
  }

  it('is done when data flows and the legacy agent is still gone, in that order', async () => {
    const order: string[] = [];
    const answers = {
      'agent-heartbeats': (asked: Asked) => heartbeats('Azure Monitor Agent')(asked),
      'table-rows-Event': (asked: Asked) => {
        order.push('data');
        return rows(1)(asked);
      },
    };
    const machines: Partial<MachineGateway> = {
      extensions: async () => {
        order.push('machine');
        return ok([anAmaExtension()]);
      },
    };

    const { decisions, asked } = await confirm(answers, machines, [removed('a')]);

    expect(outcomeOf(decisions[0])).toEqual({ status: 'done' });
    expect(order).toEqual(['data', 'machine']);
    expect(asked.find(({ query }) => query === 'table-rows-Event')?.parameters['since']).toBe(at(-1800));
  });

  it('asks for reads only once the data has passed, and then judges it no second time', async () => {
    const wanted: [string, number][] = [];
    const mayCall = (counts: RequestCounts) => {
      wanted.push(...Object.entries(counts));
      return counts.reads === undefined;
    };
    const answers = { ...AMA_HEARD, 'table-rows-Event': rows(1) };
    const [first] = (await confirm(answers, {}, [removed('a')], { mayCall })).decisions;
    const step = first !== undefined && 'step' in first ? first.step : undefined;
    const passed = aWaveMachine(
      'a',
      {},
      {
        removedAt: at(-1800),
        verdict: must(step?.patch?.verdict),
        outcomes: { uninstall: { status: 'done' }, confirm: must(step?.outcome) },
      },
    );
    const machines: Partial<MachineGateway> = { extensions: async () => ok([anAmaExtension()]) };

    const last = await confirm({}, machines, [passed]);

    expect(step?.outcome).toEqual({ status: 'waiting', reason: 'lastLook', until: at(0) });
    expect(wanted).toEqual([
      ['queries', 2],
      ['reads', 1],
    ]);
    expect(last.asked).toEqual([]);
    expect(outcomeOf(last.decisions[0])).toEqual({ status: 'done' });
  });

  it('counts the reads of the last look by kind', async () => {
    const wanted: [string, number][] = [];
    const mayCall = (counts: RequestCounts) => {
      wanted.push(...Object.entries(counts));
      return counts.reads === undefined;
    };
    const sets = ['a', 'b'].map((name) => ({
      ...removed(name),
      planned: { ...removed(name).planned, kind: 'scaleSet' as const },
    }));

    await confirm({ ...AMA_HEARD, 'table-rows-Event': rows(1) }, {}, sets, { mayCall });

    expect(wanted).toContainEqual(['reads', 6]);
  });

  it('does not look at the machine while data is missing', async () => {
    const { decisions } = await confirm({ ...AMA_HEARD, 'table-rows-Event': rows(0) }, {}, [removed('a')]);

    expect(outcomeOf(decisions[0])).toMatchObject({ status: 'waiting', reason: 'dataNotYet' });
  });

  it('is blocked when something has put the legacy agent back', async () => {
    const extensions = async () => ok([anExtension({ name: 'MMAExtension' })]);

    const { decisions } = await confirm({ ...AMA_HEARD, 'table-rows-Event': rows(1) }, { extensions }, [
      removed('a'),
    ]);

    expect(outcomeOf(decisions[0])).toMatchObject({
      status: 'blocked',
      reason: 'legacyReturned',
      detail: 'MMAExtension',
    });
  });

  it('waits when the machine cannot be read', async () => {
    const extensions = async () => fail('throttled', '429');

    const { decisions } = await confirm({ ...AMA_HEARD, 'table-rows-Event': rows(1) }, { extensions }, [
      removed('a'),
    ]);

    expect(outcomeOf(decisions[0])).toMatchObject({ status: 'waiting', reason: 'throttled' });
  });

  it('leaves a machine whose removal was skipped as it is, with the reason, and asks nothing', async () => {
    const kept = aWaveMachine(
      'scom',
      {},
      { outcomes: { uninstall: { status: 'skipped', reason: 'scomAttached' } } },
    );

    const { decisions, asked } = await confirm({}, {}, [kept]);

    expect(outcomeOf(decisions[0])).toEqual({ status: 'skipped', reason: 'scomAttached' });
    expect(asked).toEqual([]);
  });

  it('answers for every machine of a mixed batch', async () => {
    const kept = aWaveMachine(
      'scom',
      {},
      { outcomes: { uninstall: { status: 'skipped', reason: 'scomAttached' } } },
    );
    const extensions = async () => ok([]);

    const { decisions } = await confirm({ ...AMA_HEARD, 'table-rows-Event': rows(1) }, { extensions }, [
      removed('a'),
      kept,
      removed('b'),
    ]);

    expect(decisions.map(({ machineId }) => machineId.split('/').at(-1)).sort()).toEqual(['a', 'b', 'scom']);
  });
});
