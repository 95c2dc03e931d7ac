import { beforeEach, describe, expect, it } from 'vitest';
import type { MachineGateway } from '../../../shared/agents/gateway.ts';
import { completeInventory } from '../../../shared/inventory/complete.ts';
import { discoverDetails, discoverKind } from '../../../shared/inventory/discover.ts';
import type { GraphGateway, GraphPage } from '../../../shared/inventory/gateway.ts';
import { createLedger, type Ledger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import { fail, ok, type Result } from '../../../shared/model/trouble.ts';
import type { LogsGateway } from '../../../shared/verification/gateway.ts';
import {
  anInventory,
  at,
  CUSTOMER_ID,
  must,
  NOW,
  only,
  SUB,
  vmResource,
  workspaceResource,
} from '../../support/builders.ts';
import { fakeLogs } from '../verification/fake-logs.ts';

let ledger: Ledger;
beforeEach(async () => {
  ledger = createLedger(await openSqliteStore(':memory:'));
  return () => ledger.close();
});

type Answer = Result<GraphPage<unknown>>;

/** Answers page by page and notes the token each was asked with. */
function fakeGraph(answers: readonly Answer[]) {
  const tokens: (string | undefined)[] = [];
  const gateway = {
    page: async (_query: unknown, _scope: unknown, skipToken?: string) => {
      const answer = must(answers[tokens.length]);
      tokens.push(skipToken);
      return answer;
    },
  } as GraphGateway;
  return { gateway, tokens };
}

const page = (rows: readonly unknown[], skipToken?: string, waitMs = 0): Answer =>
  ok({ rows, waitMs, ...(skipToken === undefined ? {} : { skipToken }) });

async function discover(
  answers: readonly Answer[],
  from: { page: number; skipToken: string | null } = { page: 0, skipToken: null },
) {
  const { gateway, tokens } = fakeGraph(answers);
  const progress = await discoverKind(
    {
      ledger,
      graph: gateway,
      logs: only<LogsGateway>('logs', {}),
      machines: only<MachineGateway>('machines', {}),
      heartbeatDays: 14,
      now: () => NOW,
    },
    { inventoryId: 'i', subscriptions: [SUB], kind: 'machines', ...from },
  );
  return { progress, tokens };
}

describe('discoverKind', () => {
  it('reads page after page with the token of the one before, to the end', async () => {
    const { progress, tokens } = await discover([page(['a'], 't1'), page(['b'], 't2'), page(['c'])]);

    expect(progress).toEqual({ page: 3, skipToken: null, done: true, waitMs: 0, problem: null });
    expect(tokens).toEqual([undefined, 't1', 't2']);
    expect(await ledger.inventories.readRaw('i', 'machines')).toEqual(['a', 'b', 'c']);
  });

  it('stops where the quota says wait, and goes on from there', async () => {
    const first = await discover([page(['a'], 't1', 4000)]);
    const second = await discover([page(['b'])], first.progress);

    expect(first.progress).toEqual({ page: 1, skipToken: 't1', done: false, waitMs: 4000, problem: null });
    expect(second.tokens).toEqual(['t1']);
    expect(second.progress).toMatchObject({ page: 2, done: true });
    expect(await ledger.inventories.readRaw('i', 'machines')).toEqual(['a', 'b']);
  });

  it('passes a wait on with the last page as well', async () => {
    const { progress } = await discover([page([], undefined, 3000)]);

    expect(progress).toMatchObject({ done: true, waitMs: 3000 });
  });

  it('reads a limited number of pages in one look', async () => {
    const endless = Array.from({ length: 50 }, (_, i) => page([i], `t${i}`));

    const { progress, tokens } = await discover(endless);

    expect(tokens).toHaveLength(10);
    expect(progress).toEqual({ page: 10, skipToken: 't9', done: false, waitMs: 0, problem: null });
  });

  it.each([
    ['throttled', 12_000, 12_000],
    ['throttled', undefined, 5000],
    ['serviceUnavailable', 1000, 5000],
  ] as const)(
    '%s with Retry-After %s waits %i ms and repeats the page',
    async (code, retryAfterMs, waitMs) => {
      const { progress } = await discover([page(['a'], 't1'), fail(code, 'later', retryAfterMs)]);

      expect(progress).toEqual({ page: 1, skipToken: 't1', done: false, waitMs, problem: null });
    },
  );

  it('reports a refusal that waiting does not cure', async () => {
    const { progress } = await discover([fail('notAuthorized', 'AuthorizationFailed: no')]);

    expect(progress).toEqual({
      page: 0,
      skipToken: null,
      done: false,
      waitMs: 0,
      problem: 'machines: AuthorizationFailed: no',
    });
  });

  it('a page that is read twice is stored once', async () => {
    await discover([page(['a'])]);
    await discover([page(['a'])]);

    expect(await ledger.inventories.readRaw('i', 'machines')).toEqual(['a']);
  });
});

describe('discoverDetails and completeInventory', () => {
  const workspace = (name: string, customerId: string | null) => ({
    id: workspaceResource(name),
    name,
    subscriptionId: SUB,
    customerId,
  });

  it('reads heartbeats and locks, records what it could not read, and completes once', async () => {
    const { logs, asked } = fakeLogs({
      heartbeats: ({ customerId }) =>
        customerId === CUSTOMER_ID
          ? [
              {
                ResourceId: vmResource('web-01'),
                Computer: 'web-01',
                Category: 'Direct Agent',
                lastSeen: at(-60),
              },
            ]
          : fail('notAuthorized', 'no access'),
    });
    const machines = only<MachineGateway>('machines', {
      locks: async (subscription) =>
        ok([{ scope: `/subscriptions/${subscription}`, level: 'ReadOnly', name: 'l' }]),
    });
    const dependencies = {
      ledger,
      graph: only<GraphGateway>('graph', {}),
      logs,
      machines,
      heartbeatDays: 14,
      now: () => NOW,
    };
    await ledger.inventories.put(
      anInventory({ id: 'i', status: 'running', completedAt: null, rules: [], workspaces: [] }),
    );
    await ledger.inventories.putRaw('i', 'machines', '000000', [
      {
        id: vmResource('web-01'),
        name: 'web-01',
        type: 'x',
        subscriptionId: SUB.toUpperCase(),
        osType: 'Windows',
      },
    ]);
    await ledger.inventories.putRaw('i', 'workspaces', '000000', [
      workspace('a', CUSTOMER_ID),
      workspace('b', '33333333-3333-4333-8333-333333333333'),
      workspace('c', null),
    ]);

    await discoverDetails(dependencies, 'i');
    const summary = await completeInventory(dependencies, 'i', 7);
    const again = await completeInventory(dependencies, 'i', 99);

    const inventory = must(await ledger.inventories.get('i'));
    expect(inventory.unreadWorkspaces.map(({ reason }) => reason).sort()).toEqual([
      'The workspace has no customer id.',
      'no access',
    ]);
    expect(asked[0]?.parameters).toEqual({ since: at(-14 * 86_400), until: at(0) });
    expect(summary).toEqual({
      machines: 1,
      azureVms: 1,
      arcServers: 0,
      windows: 1,
      linux: 0,
      legacyOnly: 0,
      bothAgents: 0,
      amaOnly: 0,
      neither: 1,
      resourceGraphPages: 7,
    });
    expect(again).toEqual(summary);
    expect(inventory).toMatchObject({ status: 'completed', completedAt: at(0) });
    expect(await ledger.inventories.readRaw('i', 'machines')).toEqual([]);
    expect(await ledger.inventories.machine('i', vmResource('web-01').toLowerCase())).toMatchObject({
      heartbeats: { legacy: at(-60) },
      locks: [{ name: 'l' }],
    });
  });
});
