import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Answer, makePlan, openApi, type TestApi, takeInventory } from '../support/contract/api.ts';
import { readCsv } from '../support/contract/csv.ts';
import {
  DiffShape,
  FindingsShape,
  InventoryShape,
  MachineShape,
  NetworkShape,
  PlanShape,
  WorkspacesShape,
} from '../support/contract/shapes.ts';
import { heardOnly, mixedEstate, vm } from '../support/mixed-estate.ts';
import { GROUP, legacyExtension, VM } from '../support/small-estate.ts';

const FORMULA = '=HYPERLINK("http://evil.example","ok")';
const CSV = { headers: { accept: 'text/csv' } };

let api: TestApi;
let first = '';
let second = '';
const call: TestApi['call'] = (...parameters) => api.call(...parameters);

beforeAll(async () => {
  const { resources, heartbeats = [] } = mixedEstate();
  const more = Array.from(
    { length: 9 },
    (_, i) => `${GROUP}/providers/Microsoft.Compute/virtualMachines/more-${i}`,
  );
  api = await openApi(
    mixedEstate({
      resources: [
        ...resources,
        ...more.flatMap((id) => [vm(id), legacyExtension(id, 'M', 'MicrosoftMonitoringAgent')]),
      ],
      heartbeats: [...heartbeats, heardOnly(FORMULA, { agentId: 'formula' })],
    }),
  );
  first = await takeInventory(api);
  const { mutate } = api.session.estate;
  for (const id of more.slice(0, 5)) mutate.removeExtension(id, 'M');
  second = await takeInventory(api);
}, 60_000);
afterAll(() => api.close());

describe('answers of inventories', () => {
  it('have the shape that clients rely on', async () => {
    InventoryShape.parse((await call('GET', '/inventories/latest')).json);
    const list = z
      .object({ inventories: z.array(InventoryShape) })
      .parse((await call('GET', '/inventories')).json);
    expect(list.inventories.map(({ id }) => id).sort()).toEqual([first, second].sort());
    const page = z.object({ machines: z.array(MachineShape) });
    expect(page.parse((await call('GET', '/inventories/latest/machines')).json).machines).toHaveLength(17);
    WorkspacesShape.parse((await call('GET', '/inventories/latest/workspaces')).json);
    FindingsShape.parse((await call('GET', '/inventories/latest/findings')).json);
    DiffShape.parse((await call('GET', `/inventories/${second}/diff?from=${first}`)).json);
    NetworkShape.parse((await call('POST', '/inventories/latest/network', { body: {} })).json);
  });

  it('sort findings by how urgent they are', async () => {
    const { findings } = FindingsShape.parse((await call('GET', '/inventories/latest/findings')).json);
    const rank = ['action', 'warning', 'info'];
    const ranks = findings.map(({ severity }) => rank.indexOf(severity));
    expect(ranks).toEqual([...ranks].sort());
  });

  it('of the network name what was asked for and is not there', async () => {
    const body = { machineIds: [VM.toUpperCase(), `${VM}-gone`], cloud: 'government' };
    const { json } = await call('POST', `/inventories/${first}/network`, { body });
    expect(json).toMatchObject({
      cloud: 'government',
      machines: 1,
      notInInventory: [`${VM}-gone`.toLowerCase()],
    });
    const { rows } = NetworkShape.parse(json);
    expect(rows.some(({ host }) => host.endsWith('.us'))).toBe(true);
  });
});

describe('pages', () => {
  it.each([
    ['machines', '', 'machines', 'id'],
    ['machines', '&kind=azureVm&status=ready', 'machines', 'id'],
    ['diff', 'FROM', 'changes', 'machineId'],
  ])('of %s%s give everything exactly once', async (part, filter, field, key) => {
    const query = filter === 'FROM' ? `&from=${first}` : filter;
    const whole = await call('GET', `/inventories/${second}/${part}?limit=1000${query}`);
    expect(whole.json).not.toHaveProperty('next');
    const ids = ((whole.json?.[field] ?? []) as Record<string, string>[]).map((item) => item[key]);
    expect(ids.length).toBeGreaterThan(4);
    expect(new Set(ids).size).toBe(ids.length);
    for (const limit of [1, 3, ids.length]) {
      const seen = await turn(`/inventories/${second}/${part}?limit=${limit}${query}`, field, key);
      expect(seen, `pages of ${limit}`).toEqual(ids);
    }
  });

  it('as CSV go on by the header x-next, and hold the same', async () => {
    const whole = readCsv((await call('GET', `/inventories/${first}/machines`, CSV)).text);
    const rows: unknown[] = [];
    let after = '';
    for (let turned = 0; turned < 50; turned += 1) {
      const page = await call('GET', `/inventories/${first}/machines?limit=4${after}`, CSV);
      rows.push(...readCsv(page.text).rows);
      const next = page.headers.get('x-next');
      if (next === null) break;
      after = `&after=${encodeURIComponent(next)}`;
    }
    expect(rows).toEqual(whole.rows);
  });

  async function turn(path: string, field: string, key: string): Promise<unknown[]> {
    const seen: unknown[] = [];
    let after = '';
    for (let turned = 0; turned < 50; turned += 1) {
      const { json, status } = await call('GET', `${path}${after}`);
      expect(status).toBe(200);
      seen.push(...((json?.[field] ?? []) as Record<string, unknown>[]).map((item) => item[key]));
      if (json?.['next'] === undefined) return seen;
      after = `&after=${encodeURIComponent(String(json['next']))}`;
    }
    throw new Error(`${path} has no last page`);
  }
});

describe('CSV answers', () => {
  it.each<[string, string, string, object, string[]]>([
    [
      'GET',
      'machines',
      '',
      {},
      ['id', 'name', 'kind', 'os', 'assessment', 'reasons', 'whoMustAct', 'findings'],
    ],
    ['GET', 'findings', '', {}, ['severity', 'code', 'about', 'id', 'finding', 'whatToDo', 'fix']],
    ['GET', 'diff', '?from=FIRST', {}, ['change', 'id', 'name', 'fields']],
    ['POST', 'network', '', { body: {} }, ['host', 'port', 'protocol', 'regions', 'profile', 'machines']],
  ])('%s …/%s%s have a type, a header row and a row per item', async (method, part, query, more, columns) => {
    const path = `/inventories/${second}/${part}${query.replace('FIRST', first)}`;
    const answer = await call(method, path, { ...CSV, ...more });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/csv; charset=utf-8$/);
    expect(answer.headers.get('vary')).toBe('accept');
    const { header, rows } = readCsv(answer.text);
    expect(header).toEqual(expect.arrayContaining(columns));
    const { json } = await call(method, path, more);
    const items = json?.[{ diff: 'changes', network: 'rows' }[part] ?? part] as unknown[];
    expect(rows).toHaveLength(items.length);
    expect(rows.length).toBeGreaterThan(0);
    for (const value of rows.flatMap((row) => Object.values(row))) expect(value).not.toMatch(/^[=+\-@\t\r]/);
  });

  it('keep a name that is a formula from running, and lose nothing of it', async () => {
    const { rows } = readCsv((await call('GET', `/inventories/${first}/machines?kind=unmanaged`, CSV)).text);
    const name = rows.map((row) => row['name']).find((text) => text?.includes('hyperlink'));
    expect(name).toBe(`'${FORMULA.toLowerCase()}`);
  });

  it.each([
    ['text/csv;q=0.5, application/json', 'application/json'],
    ['application/json;q=0.5, text/csv', 'text/csv'],
    ['*/*', 'application/json'],
    ['text/html', 'application/json'],
  ])('are given for %s as %s', async (accept, type) => {
    const answer = await call('GET', '/inventories/latest/findings', { headers: { accept } });
    expect(answer.headers.get('content-type')).toContain(type);
  });
});

describe('problems of inventories', () => {
  it.each<[string, string, number, string, string?]>([
    ['GET', '/inventories/none/machines', 404, 'inventoryNotFound'],
    ['GET', '/inventories/none/workspaces', 404, 'inventoryNotFound'],
    ['GET', '/inventories/none/findings', 404, 'inventoryNotFound'],
    ['GET', '/inventories/none/diff?from=latest', 404, 'inventoryNotFound'],
    ['GET', '/inventories/latest/diff?from=none', 404, 'inventoryNotFound'],
    ['GET', '/inventories/latest/diff', 400, 'invalidRequest', 'from'],
    ['GET', '/inventories/latest/diff?from=latest&limit=0', 400, 'invalidRequest', 'limit'],
    ['GET', '/inventories/latest/machines?kind=vm', 400, 'invalidRequest', 'kind'],
    ['GET', '/inventories/latest/machines?reason=tired', 400, 'invalidRequest', 'reason'],
    ['GET', '/inventories/latest/machines?finding=nothing', 400, 'invalidRequest', 'finding'],
    ['GET', '/inventories/latest/machines?subscription=production', 400, 'invalidRequest', 'subscription'],
    ['GET', '/inventories/latest/machines?limit=1001', 400, 'invalidRequest', 'limit'],
    ['GET', '/inventories/latest/machines?after=nowhere', 400, 'invalidRequest', 'after'],
    ['GET', '/inventories/latest/diff?from=latest&after=nowhere', 400, 'invalidRequest', 'after'],
    ['POST', '/inventories/none/network', 404, 'inventoryNotFound'],
  ])('%s %s is %i %s', async (method, path, status, code, fault) => {
    const answer = await call(method, path, method === 'POST' ? { body: {} } : {});
    expectProblem(answer, status, code, fault);
  });

  it.each([
    '/inventories?status=completed',
    '/inventories/latest?full=1',
    '/inventories/latest/machines?severity=action',
    '/inventories/latest/workspaces?unused=true',
    '/inventories/latest/findings?severity=action',
    `/inventories/latest/diff?from=latest&kind=azureVm`,
  ])('GET %s: a parameter nobody knows is refused', async (path) => {
    const name = /[?&](\w+)=[^&]*$/.exec(path)?.[1] ?? '';
    expectProblem(await call('GET', path), 400, 'invalidRequest', name);
  });

  it.each([
    [{ cloud: 'mars' }, 'cloud'],
    [{ machines: [] }, 'machines'],
    [{ machineIds: [] }, 'machineIds'],
    [{ include: [{ colour: 'red' }] }, 'include[0].colour'],
    [{ proxies: { rules: [{ match: {}, profile: 'p' }] } }, 'proxies.rules[0].profile'],
  ])('POST …/network %j names %s', async (body, fault) => {
    expectProblem(await call('POST', '/inventories/latest/network', { body }), 400, 'invalidRequest', fault);
  });

  it('while it runs there is no part of it to read', async () => {
    const { json } = await call('POST', '/inventories', { body: {} });
    for (const part of ['workspaces', 'findings', 'diff?from=latest', 'machines'])
      expectProblem(await call('GET', `/inventories/${json?.['id']}/${part}`), 409, 'inventoryNotReady');
    expectProblem(
      await call('GET', `/inventories/latest/diff?from=${json?.['id']}`),
      409,
      'inventoryNotReady',
    );
    expectProblem(
      await call('POST', `/inventories/${json?.['id']}/network`, { body: {} }),
      409,
      'inventoryNotReady',
    );
    await api.until(`/inventories/${json?.['id']}`, 'status', 'completed');
  });
});

describe('proxy profiles', () => {
  const secret = (name: string) => `https://kv-one.vault.azure.net/secrets/${name}`;
  const secrets = { usernameSecret: secret('user'), passwordSecret: secret('password') };

  it('are made of a legacy proxy, and its credentials are nowhere in the answer', async () => {
    const legacyProxy = 'http://svc-c0ffee:p%4055-c0ffee@proxy.contoso.example:8080';
    const answer = await call('POST', '/proxy-profiles', { body: { legacyProxy, ...secrets } });
    expect(answer).toMatchObject({
      status: 200,
      json: {
        profile: { kind: 'proxyWithCredentials', address: 'http://proxy.contoso.example:8080', ...secrets },
        notes: expect.arrayContaining([expect.any(String)]),
      },
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.text).not.toContain('c0ffee');
  });

  it.each([
    [{ legacyProxy: 'http://svc-c0ffee:p@proxy:8080' }, 'usernameSecret'],
    [{ legacyProxy: 'https://svc-c0ffee:p@proxy:8080', ...secrets }, 'legacyProxy'],
    [{ legacyProxy: 'svc-c0ffee' }, 'legacyProxy'],
    [{ legacyProxy: '' }, 'legacyProxy'],
    [{ legacyProxy: 'proxy:8080', secret: 'svc-c0ffee' }, 'secret'],
  ])('%j are refused at %s, without repeating a credential', async (body, fault) => {
    const answer = await call('POST', '/proxy-profiles', { body });
    expectProblem(answer, 400, 'invalidRequest', fault);
    expect(answer.text).not.toContain('c0ffee');
  });
});

describe('answers of plans', () => {
  it('have the shape that clients rely on, and links that lead somewhere', async () => {
    const id = await makePlan(api, { inventoryId: first });
    const plan = PlanShape.parse((await call('GET', `/plans/${id}`)).json);
    expect(plan.blockedShown).toBe(plan.blocked.length);
    const blocked = await call('GET', plan.links.blocked.replace('/api', ''));
    expect(blocked.json?.['machines']).toEqual(plan.blocked);
    for (const { index, machineCount } of plan.waves) {
      const path = plan.links.waveMachines.replace('/api', '').replace('{wave}', String(index));
      expect((await call('GET', path)).json?.['machines']).toHaveLength(machineCount);
    }
  });

  it.each(['', '/blocked', '/waves/0/machines'])('%s?surprise=1 is refused', async (part) => {
    const id = await makePlan(api, { inventoryId: first });
    expectProblem(await call('GET', `/plans/${id}${part}?surprise=1`), 400, 'invalidRequest', 'surprise');
  });
});

/** An RFC 9457 document with this code, at this place, and nothing internal in it. */
function expectProblem(answer: Answer, status: number, code: string, fault?: string): void {
  expect(answer.json, answer.text.slice(0, 300)).toMatchObject({
    status,
    code,
    type: `urn:ama-migration:problem:${code}`,
    title: expect.any(String),
    detail: expect.any(String),
  });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.text).not.toMatch(/node_modules|\.ts:\d|\.js:\d|at \w+ \(/);
  const faults = (answer.json?.['errors'] ?? []) as { path: string }[];
  if (fault !== undefined) expect(faults.map(({ path }) => path)).toContain(fault);
}
