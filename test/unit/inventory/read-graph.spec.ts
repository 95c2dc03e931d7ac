import { beforeEach, describe, expect, it } from 'vitest';
import { advanceInventory } from '../../../shared/inventory/advance.ts';
import { graphQueries } from '../../../shared/inventory/queries/graph.ts';
import { readGraph } from '../../../shared/inventory/read-graph.ts';
import { bucketOf } from '../../../shared/ledger/inventories.ts';
import { createLedger, type Ledger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import { type DiscoveryCursor, FIRST_CURSOR } from '../../../shared/model/discovery.ts';
import { GRAPH_KINDS, type GraphKind } from '../../../shared/model/graph-kinds.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import { fail } from '../../../shared/model/trouble.ts';
import { anInventory, must, vmResource } from '../../support/builders.ts';
import {
  aDiscovery,
  aPage,
  associationRow,
  extensionRow,
  fakeGraph,
  type GraphAnswer,
  type GraphCall,
  scaleSetResource,
  scaleSetRow,
  vmRow,
  WHOLE_SCOPE,
} from '../../support/inventory-builders.ts';

type Cursor = Extract<DiscoveryCursor, { phase: 'graph' }>;
const FIRST = FIRST_CURSOR as Cursor;
const at = (kind: GraphKind, changes: Partial<Cursor> = {}): Cursor => ({
  ...FIRST,
  kindIndex: GRAPH_KINDS.indexOf(kind),
  ...changes,
});

let ledger: Ledger;
beforeEach(async () => {
  ledger = createLedger(await openSqliteStore(':memory:'));
  return () => ledger.close();
});
const raw = (kind: GraphKind | 'problems', bucket?: number) => ledger.inventories.readRaw('i', kind, bucket);

async function look(
  from: Cursor,
  answers: readonly GraphAnswer[] | ((call: GraphCall, index: number) => GraphAnswer),
  scope: Partial<Inventory['scope']> = {},
) {
  const { graph, calls } = fakeGraph(typeof answers === 'function' ? answers : (_, i) => must(answers[i]));
  const inventory = anInventory({ id: 'i', status: 'running', scope: { ...WHOLE_SCOPE, ...scope } });
  return { calls, ...(await readGraph(aDiscovery(ledger, { graph }), inventory, from)) };
}
const subscription = (subscriptionId: string) => ({ id: `/subscriptions/${subscriptionId}`, subscriptionId });

describe('readGraph', () => {
  it('reads page after page with the token of the one before, and kind after kind', async () => {
    const total = 3;
    const { calls, ...result } = await look(at('policySets'), [
      aPage(['a'], { total, skipToken: 't1' }),
      aPage(['b'], { total, skipToken: 't2' }),
      aPage(['c'], { total }),
      aPage([]),
    ]);

    expect(result).toEqual({
      cursor: { phase: 'workspaces', index: 0, attempt: 0 },
      waitMs: 0,
      queries: 4,
      problem: null,
    });
    expect(calls.map(({ query, skipToken }) => [query, skipToken])).toEqual([
      ['policy-sets', undefined],
      ['policy-sets', 't1'],
      ['policy-sets', 't2'],
      ['defender-plans', undefined],
    ]);
    expect(await raw('policySets')).toEqual(['a', 'b', 'c']);
  });

  it('asks every kind once for an estate without rows, in at most 10 pages a look', async () => {
    const first = await look(FIRST, () => aPage([]));
    expect(first).toMatchObject({
      queries: 10,
      cursor: { phase: 'graph', kindIndex: 10 },
      problem: null,
      waitMs: 0,
    });
    const second = await look(first.cursor as Cursor, () => aPage([]));
    expect(second).toMatchObject({ queries: GRAPH_KINDS.length - 10, cursor: { phase: 'workspaces' } });
    expect([...first.calls, ...second.calls].map(({ query }) => query)).toEqual(
      GRAPH_KINDS.map((kind) => graphQueries[kind].id),
    );
  });

  it('stops where the quota says wait, also between two kinds, and goes on from there', async () => {
    const first = await look(at('rules'), [aPage(['a'], { total: 2, skipToken: 't1', waitMs: 4000 })]);
    expect(first).toMatchObject({
      waitMs: 4000,
      cursor: { kindIndex: GRAPH_KINDS.indexOf('rules'), page: 1, skipToken: 't1', rows: 1 },
    });
    const second = await look(first.cursor as Cursor, [aPage(['b'], { total: 2, waitMs: 3000 })]);
    expect(second.calls[0]?.skipToken).toBe('t1');
    expect(second).toMatchObject({ waitMs: 3000, cursor: at('endpoints') });
    expect(await raw('rules')).toEqual(['a', 'b']);
  });

  it.each([
    ['throttled', 12_000, 12_000],
    ['throttled', undefined, 5000],
    ['serviceUnavailable', 1000, 5000],
  ] as const)(
    '%s with Retry-After %s waits %i ms and repeats the page',
    async (code, retryAfterMs, waitMs) => {
      const result = await look(at('rules'), [
        aPage(['a'], { total: 2, skipToken: 't1' }),
        fail(code, 'later', retryAfterMs),
      ]);
      expect(result).toMatchObject({
        waitMs,
        queries: 1,
        problem: null,
        cursor: { page: 1, skipToken: 't1', rows: 1 },
      });
    },
  );

  it('reports a refusal that waiting does not cure, with the kind', async () => {
    const result = await look(at('machines'), [fail('notAuthorized', 'AuthorizationFailed: no')]);
    expect(result).toMatchObject({
      cursor: at('machines'),
      waitMs: 0,
      queries: 0,
      problem: 'machines: AuthorizationFailed: no',
    });
  });

  it('asks for 500 subscriptions at a time, each part to its end', async () => {
    const subscriptions = Array.from({ length: 1100 }, (_, i) => `s${i}`);
    const { calls, cursor } = await look(
      at('defenderPlans'),
      [aPage(['a'], { total: 2, skipToken: 't' }), aPage(['b'], { total: 2 }), aPage(['c']), aPage(['d'])],
      { subscriptions },
    );
    expect(
      calls.map(({ scope, skipToken }) => [scope.subscriptions[0], scope.subscriptions.length, skipToken]),
    ).toEqual([
      ['s0', 500, undefined],
      ['s0', 500, 't'],
      ['s500', 500, undefined],
      ['s1000', 100, undefined],
    ]);
    expect(cursor).toMatchObject({ phase: 'graph', kindIndex: GRAPH_KINDS.length });
    expect(await raw('defenderPlans')).toEqual(['a', 'b', 'c', 'd']);
  });

  it.each([
    [500, 1],
    [501, 2],
    [0, 1],
  ])('asks %i subscriptions in %i parts', async (count, parts) => {
    const subscriptions = Array.from({ length: count }, (_, i) => `s${i}`);
    expect((await look(at('defenderPlans'), () => aPage([]), { subscriptions })).calls).toHaveLength(parts);
  });

  it('asks for what is assigned above the scope where policies are concerned, and nowhere else', async () => {
    const scope = { managementGroups: ['mg'] };
    const first = await look(FIRST, () => aPage([]), scope);
    const second = await look(first.cursor as Cursor, () => aPage([]), scope);
    const calls = [...first.calls, ...second.calls];
    expect(calls.every((call) => call.scope.managementGroups[0] === 'mg')).toBe(true);
    expect(calls.filter((call) => call.scope.above === true).map(({ query }) => query)).toEqual([
      'policy-assignments',
      'policy-definitions',
      'policy-sets',
    ]);
  });

  it('stores a page that is read twice once', async () => {
    const answers = [aPage([vmRow()], { total: 2, skipToken: 't' }), fail('throttled', 'later')];
    await look(at('machines'), answers);
    await look(at('machines'), answers);
    expect(await raw('machines')).toEqual([vmRow()]);
  });

  it('keeps rows of machines by the bucket of their machine, in any casing, and rows of nobody not', async () => {
    const ids = Array.from({ length: 40 }, (_, i) => vmResource(`vm-${i}`));
    await look(
      at('machines'),
      (call) =>
        ({
          machines: aPage(ids.map((id) => vmRow({ id: id.toUpperCase() }))),
          'scale-sets': aPage([scaleSetRow({ id: scaleSetResource('S') })]),
          extensions: aPage([...ids.map((id) => extensionRow(id)), extensionRow('', { id: 'nonsense' })]),
          associations: aPage([
            ...ids.map((id) => associationRow(id.toUpperCase())),
            associationRow(scaleSetResource('s')),
          ]),
        })[call.query] ?? aPage([]),
    );
    for (const id of ids) {
      const bucket = bucketOf(id.toLowerCase());
      for (const kind of ['machines', 'extensions', 'associations'] as const) {
        const rows = (await raw(kind, bucket)) as { id: string }[];
        expect(
          rows.filter(
            (row) =>
              row.id.toLowerCase().startsWith(`${id.toLowerCase()}/`) ||
              row.id.toLowerCase() === id.toLowerCase(),
          ),
        ).toHaveLength(1);
      }
    }
    expect([(await raw('extensions')).length, (await raw('associations')).length]).toEqual([40, 41]);
    expect(await raw('scaleSets', bucketOf(scaleSetResource('s').toLowerCase()))).toHaveLength(1);
  });

  it('sets rows of an odd form aside as problems, counts them as read, and goes on', async () => {
    const odd = [
      {
        query: 'machines',
        id: vmResource('odd'),
        faults: [
          { path: 'tags.a', message: 'is no text' },
          { path: 'name', message: 'is missing' },
        ],
      },
      { query: 'machines', id: null, faults: [{ path: 'id', message: 'is missing' }] },
    ];
    const { problem, cursor } = await look(at('machines'), [
      aPage([vmRow()], { odd, total: 3 }),
      fail('throttled', 'later'),
    ]);
    expect([problem, cursor]).toEqual([null, at('scaleSets')]);
    expect(await raw('problems')).toEqual([
      { kind: 'oddRow', id: vmResource('odd'), reason: 'machines: tags.a is no text; name is missing' },
      { kind: 'oddRow', id: 'machines', reason: 'machines: id is missing' },
    ]);
  });

  describe('when rows are missing', () => {
    const short = [
      aPage([subscription('a')], { total: 3, skipToken: 't' }),
      aPage([subscription('b')], { total: 3 }),
    ];
    const whole = [
      aPage(['a', 'b'].map(subscription), { total: 3, skipToken: 't' }),
      aPage([subscription('c')], { total: 3 }),
    ];

    it('reads the kind again from its beginning, and keeps nothing of the first try', async () => {
      const { calls, problem, cursor } = await look(FIRST, [...short, ...whole, fail('throttled', 'later')]);
      expect([problem, cursor]).toEqual([null, at('machines')]);
      expect(calls.map(({ skipToken }) => skipToken)).toEqual([undefined, 't', undefined, 't', undefined]);
      expect(await raw('subscriptions')).toEqual(['a', 'b', 'c'].map(subscription));
    });

    it('reads it again twice, then fails with a sentence', async () => {
      const { calls, problem } = await look(FIRST, [...short, ...short, ...short]);
      expect(calls).toHaveLength(6);
      expect(problem).toBe(
        'subscriptions: Resource Graph counts 3 rows and gave 2; nothing is concluded from half an estate. Take the inventory again.',
      );
    });

    it('forgets the tries of one kind at the next', async () => {
      const { cursor } = await look(FIRST, [...short, ...short, ...whole, fail('throttled', 'later')]);
      expect(cursor).toEqual(at('machines'));
    });

    it('reads every part again, and each of them once', async () => {
      const subscriptions = Array.from({ length: 600 }, (_, i) => `s${i}`);
      const { calls, cursor } = await look(
        at('defenderPlans'),
        [aPage(['a']), aPage(['b'], { total: 2 }), aPage(['a']), aPage(['b', 'c'])],
        { subscriptions },
      );
      expect(calls.map(({ scope }) => scope.subscriptions[0])).toEqual(['s0', 's500', 's0', 's500']);
      expect(cursor).toMatchObject({ phase: 'graph', kindIndex: GRAPH_KINDS.length });
      expect(await raw('defenderPlans')).toEqual(['a', 'b', 'c']);
    });

    it('loses nothing when the look that found it is repeated and then finds all', async () => {
      const half = await look(FIRST, [
        aPage(['a'].map(subscription), { total: 2, skipToken: 't' }),
        fail('throttled', 'x'),
      ]);
      // This look dies after its work: its cursor is lost, and it is done again.
      await look(half.cursor as Cursor, [aPage([], { total: 2 }), fail('throttled', 'x')]);
      const again = await look(half.cursor as Cursor, [
        aPage([subscription('b')], { total: 2 }),
        fail('throttled', 'x'),
      ]);
      expect(again.cursor).toEqual(at('machines'));
      expect(await raw('subscriptions')).toEqual(['a', 'b'].map(subscription));
    });
  });
});

describe('advanceInventory', () => {
  it('adds up the queries of its looks', async () => {
    const { graph } = fakeGraph(() => aPage([]));
    const dependencies = aDiscovery(ledger, { graph });
    await ledger.inventories.put(anInventory({ id: 'i', status: 'running', completedAt: null }));
    const { cursor } = await advanceInventory(dependencies, 'i', FIRST_CURSOR);
    await advanceInventory(dependencies, 'i', cursor);
    expect((await ledger.inventories.get('i'))?.resourceGraphPages).toBe(GRAPH_KINDS.length);
  });

  it.each(['completed', 'failed'] as const)(
    'does nothing to an inventory that is %s, but clears what is left',
    async (status) => {
      await ledger.inventories.put(anInventory({ id: 'i', status }));
      await ledger.inventories.putRaw('i', 'rules', 'late', ['x']);
      const result = await advanceInventory(aDiscovery(ledger), 'i', FIRST_CURSOR);
      expect(result).toEqual({ cursor: { phase: 'done' }, waitMs: 0, queries: 0, problem: null });
      expect(await raw('rules')).toEqual([]);
    },
  );

  it('knows no inventory that is not there', async () => {
    await expect(advanceInventory(aDiscovery(ledger), 'x', FIRST_CURSOR)).rejects.toThrow('inventory x');
  });
});
