import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { admit } from '../../../functions/http/caller.ts';
import { getInventory, listInventories, postInventory } from '../../../functions/http/inventories.ts';
import { getInventoryDiff } from '../../../functions/http/inventory-diff.ts';
import {
  getInventoryFindings,
  getInventoryMachines,
  getInventoryWorkspaces,
} from '../../../functions/http/inventory-parts.ts';
import { createLedger, type Ledger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import { ROLES } from '../../../shared/model/caller.ts';
import type { EstateFinding } from '../../../shared/model/findings.ts';
import type { InventorySummary } from '../../../shared/model/inventory.ts';
import type { Machine } from '../../../shared/model/machine.ts';
import {
  aMachine,
  anAmaExtension,
  anInventory,
  at,
  aWorkspace,
  NOW,
  SUB,
  vmResource,
  WORKSPACE_ID,
} from '../../support/builders.ts';

const app = vi.hoisted(() => ({ current: {} as object }));
const started = vi.hoisted(() => [] as unknown[]);
vi.mock('../../../functions/compose.ts', () => ({ runtime: async () => app.current }));
vi.mock('../../../functions/http/durable-client.ts', () => ({
  startOrchestration: async (_context: unknown, name: string, id: string, input: unknown) =>
    void started.push({ name, id, input }),
}));

let ledger: Ledger;
beforeEach(async () => {
  ledger = createLedger(await openSqliteStore(':memory:'));
  app.current = { ledger, now: () => NOW, settings: { discoveryDeadlineMinutes: 60 } };
  started.length = 0;
  return () => ledger.close();
});

type Handler = typeof getInventory;
interface Call {
  readonly id?: string;
  readonly query?: Record<string, string>;
  readonly accept?: string;
  readonly body?: unknown;
  readonly key?: string;
}

async function call(handler: Handler, { id = 'i', query = {}, accept, body, key }: Call = {}) {
  const headers = { ...(accept && { accept }), ...(key && { 'idempotency-key': key }) };
  const request = new HttpRequest({
    method: body === undefined ? 'GET' : 'POST',
    url: `http://localhost/api/inventories?${new URLSearchParams(query)}`,
    params: { id },
    headers,
    ...(body === undefined ? {} : { body: { string: JSON.stringify(body) } }),
  });
  admit(request, { kind: 'key', roles: ROLES, correlationId: 'c' });
  const answer: HttpResponseInit = await handler(request, new InvocationContext({ logHandler: () => {} }));
  const failed = (answer.status ?? 200) >= 400;
  const problem = failed ? JSON.parse(String(answer.body)) : undefined;
  const csv = !failed && typeof answer.body === 'string' ? records(answer.body) : [];
  return {
    status: answer.status ?? 200,
    headers: (answer.headers ?? {}) as Record<string, string>,
    json: answer.jsonBody,
    problem,
    csv,
  };
}

/** Records of RFC 4180 text by their header. */
function records(text: string): Record<string, string>[] {
  const cells = (line: string) =>
    [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
      ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '',
    );
  const [header = [], ...rows] = text.trimEnd().split('\r\n').map(cells);
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i] ?? ''])));
}

const SUMMARY = { machines: 3, azureVms: 3, findings: {}, reasons: {} } as unknown as InventorySummary;
async function put(
  id: string,
  machines: readonly Machine[],
  changes: Parameters<typeof anInventory>[0] = {},
) {
  await ledger.inventories.put(anInventory({ id, summary: SUMMARY, ...changes }));
  await ledger.inventories.putMachines(id, machines);
}

describe('POST /inventories', () => {
  it('starts a discovery with a deadline, of everything where no scope is given', async () => {
    const { status, headers, json } = await call(postInventory, { body: {} });
    expect(status).toBe(202);
    const { id } = json as { id: string };
    expect(headers.location).toBe(`/api/inventories/${id}`);
    expect(await ledger.inventories.get(id)).toMatchObject({
      status: 'running',
      startedAt: at(0),
      scope: { managementGroups: [], subscriptions: [], resourceGroups: [], tags: [] },
    });
    expect(started).toMatchObject([
      { id, input: { inventoryId: id, deadline: at(3600), cursor: { phase: 'graph', kindIndex: 0 } } },
    ]);
  });

  it('keeps the scope in the form it is compared in', async () => {
    const group = `/subscriptions/${SUB}/resourceGroups/RG-App`;
    const { json } = await call(postInventory, {
      body: {
        scope: {
          subscriptions: [SUB.toUpperCase()],
          resourceGroups: [group],
          tags: [{ name: 'Env', value: 'Prod' }],
        },
      },
    });
    expect((await ledger.inventories.get((json as { id: string }).id))?.scope).toEqual({
      managementGroups: [],
      subscriptions: [SUB],
      resourceGroups: [group.toLowerCase()],
      tags: [{ name: 'Env', value: 'Prod' }],
    });
  });

  it('starts one inventory for one key', async () => {
    const [first, second] = [
      await call(postInventory, { body: {}, key: 'k' }),
      await call(postInventory, { body: {}, key: 'k' }),
    ];
    expect(second.json).toEqual(first.json);
    expect(await ledger.inventories.list()).toHaveLength(1);
    expect(started).toHaveLength(1);
  });

  it.each([
    [{ scope: { subscriptions: ['x'] } }, ['scope.subscriptions[0]']],
    [{ scope: { resourceGroups: ['rg'] } }, ['scope.resourceGroups[0]']],
    [{ scope: { tags: [{ value: 'x' }] } }, ['scope.tags[0].name']],
    [{ scope: { managementGroups: ['mg'], subscriptions: [SUB] } }, ['scope.managementGroups']],
    [{ scope: { managementGroups: Array.from({ length: 11 }, () => 'mg') } }, ['scope.managementGroups']],
    [
      { scope: { subscriptions: [SUB], resourceGroups: ['/subscriptions/other/resourceGroups/x'] } },
      ['scope.resourceGroups'],
    ],
    [{ scopes: {} }, ['scopes']],
  ])('refuses %j', async (body, paths) => {
    const { status, problem } = await call(postInventory, { body });
    expect([status, problem.code]).toEqual([400, 'invalidRequest']);
    expect(problem.errors.map(({ path }: { path: string }) => path)).toEqual(paths);
    expect(started).toEqual([]);
  });
});

describe('GET /inventories and /inventories/{id}', () => {
  it('gives all, the newest first, one, and the latest that is completed', async () => {
    await put('old', [], { startedAt: at(-900), completedAt: at(-800) });
    await put('new', [], { startedAt: at(-600), completedAt: at(-500) });
    await put('now', [], { startedAt: at(-60), completedAt: null, status: 'running', summary: null });
    const { json } = await call(listInventories);
    expect((json as { inventories: { id: string }[] }).inventories.map(({ id }) => id)).toEqual([
      'now',
      'new',
      'old',
    ]);
    expect((await call(getInventory, { id: 'latest' })).json).toMatchObject({ id: 'new' });
    const running = await call(getInventory, { id: 'now' });
    expect([running.json, running.headers]).toMatchObject([{ status: 'running' }, { 'retry-after': '5' }]);
  });

  it.each(['latest', 'x'])('knows no inventory %s', async (id) => {
    const { status, problem } = await call(getInventory, { id });
    expect([status, problem.code]).toEqual([404, 'inventoryNotFound']);
  });

  it.each([getInventoryWorkspaces, getInventoryFindings])(
    'gives no part of one that is not completed',
    async (handler) => {
      await put('i', [], { status: 'failed', problem: 'Because.' });
      expect((await call(handler)).problem).toMatchObject({
        status: 409,
        code: 'inventoryNotReady',
        detail: 'Inventory "i" is failed. Because.',
      });
    },
  );
});

describe('GET /inventories/{id}/machines', () => {
  const machines = [
    aMachine({ name: 'a', region: 'northeurope' }),
    aMachine({
      name: 'b',
      kind: 'arcServer',
      os: 'linux',
      subscriptionId: 'x',
      legacyWorkspaces: [],
      reports: [],
    }),
    aMachine({
      name: 'c',
      extensions: [anAmaExtension()],
      assessment: { status: 'alreadyMigrated' },
      legacyWorkspaces: ['/w/2'],
      findings: [{ code: 'lowDisk' }],
    }),
    aMachine({
      name: '=d',
      assessment: {
        status: 'blocked',
        reasons: [{ code: 'locked' }, { code: 'heldTag' }, { code: 'locked' }],
      },
      legacyWorkspaces: [],
    }),
  ];
  const names = (json: unknown) =>
    (json as { machines: Machine[] }).machines
      .map(({ name }) => name)
      .sort()
      .join('');

  it.each([
    [{}, '=dabc'],
    [{ kind: 'arcServer' }, 'b'],
    [{ os: 'linux' }, 'b'],
    [{ status: 'blocked' }, '=d'],
    [{ reason: 'heldTag' }, '=d'],
    [{ reason: 'notRunning' }, ''],
    [{ finding: 'lowDisk' }, 'c'],
    [{ subscription: SUB.toUpperCase() }, '=dac'],
    [{ region: 'North Europe' }, 'a'],
    [{ workspace: WORKSPACE_ID.toUpperCase() }, '=dac'],
    [{ workspace: '/W/2/' }, 'c'],
    [{ kind: 'azureVm', status: 'ready' }, 'a'],
  ])('takes %j', async (query, expected) => {
    await put('i', machines);
    expect(names((await call(getInventoryMachines, { query })).json)).toBe(expected);
  });

  it.each([
    { limit: '0' },
    { limit: '1001' },
    { limit: 'x' },
    { kind: 'x' },
    { reason: 'x' },
    { finding: 'toString' },
    { subscription: 'x' },
    { after: '' },
    { other: 'x' },
  ])('refuses %j', async (query) => {
    await put('i', machines);
    const { status, problem } = await call(getInventoryMachines, { query });
    expect([status, problem.code, problem.errors[0].path]).toEqual([
      400,
      'invalidRequest',
      Object.keys(query)[0],
    ]);
  });

  it('gives CSV that a spreadsheet runs nothing of, with what to do and the next page in a header', async () => {
    await put('i', machines);
    const { csv, headers } = await call(getInventoryMachines, {
      accept: 'text/csv',
      query: { status: 'blocked' },
    });
    expect(csv).toMatchObject([
      {
        name: "'=d",
        legacyAgent: 'yes',
        azureMonitorAgent: 'no',
        assessment: 'blocked',
        reasons: 'locked heldTag',
        whoMustAct: 'platformTeam machineOwner',
        whatToDo: expect.stringMatching(/^A resource lock .* hold tag/),
      },
    ]);
    expect(headers).not.toHaveProperty('x-next');
    const first = await call(getInventoryMachines, { accept: 'text/csv', query: { limit: '1' } });
    const second = await call(getInventoryMachines, {
      accept: 'text/csv',
      query: { limit: '3', after: String(first.headers['x-next']) },
    });
    expect(new Set([...first.csv, ...second.csv].map(({ id }) => id)).size).toBe(4);
  });

  it('gives every machine that fits once, for any size of page', async () => {
    const many = Array.from({ length: 300 }, (_, i) =>
      aMachine({ name: `vm-${i}`, os: i % 7 === 0 ? 'linux' : 'windows' }),
    );
    await put('i', many);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 400 }), fc.boolean(), async (limit, filtered) => {
        const found: string[] = [];
        let after: string | undefined;
        do {
          const query = {
            limit: String(Math.max(limit, 5)),
            ...(filtered && { os: 'linux' }),
            ...(after && { after }),
          };
          const { json } = await call(getInventoryMachines, { query });
          const page = json as { machines: Machine[]; next?: string };
          found.push(...page.machines.map(({ id }) => id));
          after = page.next;
        } while (after !== undefined);
        const expected = many.filter(({ os }) => !filtered || os === 'linux').map(({ id }) => id);
        expect(found.sort()).toEqual(expected.sort());
      }),
      { numRuns: 25 },
    );
  });
});

describe('the other parts', () => {
  it('are workspaces, with those that were not read', async () => {
    await put('i', []);
    await ledger.inventories.putPart('i', 'workspaces', [aWorkspace()]);
    await ledger.inventories.putPart('i', 'unreadWorkspaces', [{ id: 'x', reason: 'no' }]);
    expect((await call(getInventoryWorkspaces)).json).toEqual({
      workspaces: [aWorkspace()],
      unread: [{ id: 'x', reason: 'no' }],
    });
  });

  it('are findings in the order of what they demand, and those of machines counted', async () => {
    const subject = { kind: 'workspace', id: '/w' } as const;
    const findings: EstateFinding[] = [
      { code: 'workspaceUnused', subject },
      { code: 'sentinelWorkspace', subject },
      { code: 'workspaceUnread', subject, detail: '=no', fix: 'az x' },
    ];
    await put('i', [], {
      summary: {
        ...SUMMARY,
        findings: {
          workspaceUnused: 1,
          sentinelWorkspace: 1,
          workspaceUnread: 1,
          lowDisk: 4,
          scomAttached: 2,
        },
      },
    });
    await ledger.inventories.putPart('i', 'findings', findings);

    const { json } = await call(getInventoryFindings);
    expect(json).toMatchObject({
      findings: [
        {
          code: 'workspaceUnread',
          severity: 'action',
          needs: 'platformTeam',
          text: expect.any(String),
          fix: 'az x',
        },
        { code: 'sentinelWorkspace', severity: 'warning' },
        { code: 'workspaceUnused', severity: 'info' },
      ],
      machines: [
        { code: 'lowDisk', machines: 4, severity: 'action' },
        { code: 'scomAttached', machines: 2, severity: 'info' },
      ],
    });
    const { csv } = await call(getInventoryFindings, { accept: 'text/csv' });
    expect(csv.map(({ code, about, id, detail, fix }) => [code, about, id, detail, fix])[0]).toEqual([
      'workspaceUnread',
      'workspace',
      '/w',
      "'=no",
      'az x',
    ]);
  });
});

describe('GET /inventories/{id}/diff', () => {
  async function diff(limit?: number) {
    const found: { change: string; machineId: string }[] = [];
    let after: string | undefined;
    let pages = 0;
    do {
      const query = { from: 'old', ...(limit && { limit: String(limit) }), ...(after && { after }) };
      const { json } = await call(getInventoryDiff, { id: 'new', query });
      const page = json as { changes: typeof found; next?: string };
      if (limit !== undefined) expect(page.changes.length).toBeLessThanOrEqual(limit);
      found.push(...page.changes);
      after = page.next;
      pages += 1;
    } while (after !== undefined && pages < 2000);
    return found;
  }
  const machine = (i: number, changes: Partial<Machine> = {}) =>
    aMachine({ name: `vm-${i}`, resourceId: vmResource(`vm-${i}`), ...changes });

  it('tells what changed, with both inventories and the counts that differ', async () => {
    await put('old', [machine(1), machine(2), machine(3)]);
    await put('new', [machine(2), machine(3, { availability: 'stopped' }), machine(4)], {
      summary: { ...SUMMARY, azureVms: 4 },
    });
    const { json } = await call(getInventoryDiff, { id: 'new', query: { from: 'old' } });
    expect(json).toMatchObject({
      from: { id: 'old', scope: { subscriptions: [] } },
      to: { id: 'new' },
      counts: { azureVms: { before: 3, after: 4 } },
    });
    const { changes } = json as { changes: { change: string; name: string }[] };
    expect(changes.map(({ change, name }) => `${change} ${name}`).sort()).toEqual([
      'added vm-4',
      'changed vm-3',
      'removed vm-1',
    ]);
    const { csv } = await call(getInventoryDiff, { id: 'new', query: { from: 'old' }, accept: 'text/csv' });
    expect(csv.find(({ change }) => change === 'changed')?.fields).toBe(
      'availability: "running" -> "stopped"',
    );
  });

  it('finds every change once, for inventories and pages of any size', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('same', 'added', 'removed', 'changed'), { maxLength: 120 }),
        fc.integer({ min: 1, max: 60 }),
        async (fates, limit) => {
          run += 1;
          const named = (i: number, changes?: Partial<Machine>) => machine(run * 1000 + i, changes);
          await ledger.close();
          ledger = createLedger(await openSqliteStore(':memory:'));
          app.current = { ...app.current, ledger };
          const of = (...kept: string[]) => fates.flatMap((fate, i) => (kept.includes(fate) ? [i] : []));
          await put(
            'old',
            of('same', 'removed', 'changed').map((i) => named(i)),
          );
          await put('new', [
            ...of('same', 'added').map((i) => named(i)),
            ...of('changed').map((i) => named(i, { region: 'x' })),
          ]);
          const expected = fates.flatMap((fate, i) => (fate === 'same' ? [] : [`${fate} ${named(i).id}`]));
          expect((await diff(limit)).map(({ change, machineId }) => `${change} ${machineId}`).sort()).toEqual(
            expected.sort(),
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each([
    [1500, 1200],
    [0, 2300],
    [2300, 10],
  ])(
    'finds every change once between %i and %i machines, beyond a page of the store',
    async (before, after) => {
      await put(
        'old',
        Array.from({ length: before }, (_, i) => machine(i)),
      );
      await put(
        'new',
        Array.from({ length: after }, (_, i) => machine(i + 100)),
      );
      const found = await diff();
      const common = Math.max(0, Math.min(before, after + 100) - 100);
      expect(found).toHaveLength(before + after - 2 * common);
      expect(new Set(found.map(({ machineId }) => machineId)).size).toBe(found.length);
    },
  );

  it.each([
    [1500, 3, 7, undefined],
    [1500, 90, 0, undefined],
    [999, 0, 40, undefined],
    [1200, 700, 20, 1000],
  ])('finds the few changes among %i alike: %i removed, %i added', async (alike, removed, added, limit) => {
    const common = Array.from({ length: alike }, (_, i) => machine(i));
    await put('old', [...common, ...Array.from({ length: removed }, (_, i) => machine(10_000 + i))]);
    await put('new', [...common, ...Array.from({ length: added }, (_, i) => machine(20_000 + i))]);
    const found = await diff(limit);
    expect(found.filter(({ change }) => change === 'removed')).toHaveLength(removed);
    expect(found.filter(({ change }) => change === 'added')).toHaveLength(added);
    expect(new Set(found.map(({ machineId }) => machineId)).size).toBe(removed + added);
  });

  it('finds nothing between an inventory and itself', async () => {
    await put('old', [machine(1), machine(2)]);
    await put('new', [machine(2), machine(1)]);
    expect(await diff()).toEqual([]);
  });

  it.each([
    [{}, 400, 'invalidRequest'],
    [{ from: '' }, 400, 'invalidRequest'],
    [{ from: 'old', limit: '0' }, 400, 'invalidRequest'],
    [{ from: 'none' }, 404, 'inventoryNotFound'],
    [{ from: 'running' }, 409, 'inventoryNotReady'],
  ])('answers %j with %i', async (query: Record<string, string>, status, code) => {
    await put('new', []);
    await put('running', [], { status: 'running', completedAt: null });
    expect((await call(getInventoryDiff, { id: 'new', query })).problem).toMatchObject({ status, code });
  });
});
