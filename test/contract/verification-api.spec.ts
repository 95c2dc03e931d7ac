import { afterEach, describe, expect, it } from 'vitest';
import type { EstateFile } from '../../rehearsal/estate/index.ts';
import {
  type Answer,
  makePlan,
  openApi,
  startWave,
  type TestApi,
  takeInventory,
} from '../support/contract/api.ts';
import { CUSTOMER, smallEstate, VM, WORKSPACE } from '../support/small-estate.ts';

const CSV = { headers: { accept: 'text/csv' } };
const SECOND: EstateFile['resources'][number] = {
  id: WORKSPACE.replace('law-main', 'law-second'),
  name: 'law-second',
  type: 'microsoft.operationalinsights/workspaces',
  location: 'westeurope',
  properties: { customerId: '33333333-3333-4333-8333-333333333333' },
};

let api: TestApi;
afterEach(() => api.close());
const get = (path: string, options = {}) => api.call('GET', path, options);

const faultsOf = ({ json }: Answer) =>
  (json?.['errors'] as { path: string }[] | undefined)?.map(({ path }) => path);

const idsOf = ({ json }: Answer) =>
  ((json?.['machines'] ?? []) as { machineId: string }[]).map(({ machineId }) => machineId);

describe('GET /duplicate-ingestion', () => {
  const estate = (changes: Partial<EstateFile> = {}) => {
    const file = smallEstate({ behaviour: { legacyIngestionEnds: null }, ...changes });
    return { ...file, resources: [...file.resources, SECOND] };
  };

  it('wants an inventory', async () => {
    api = await openApi(estate());
    const answer = await get('/duplicate-ingestion');
    expect([answer.status, answer.json?.['code']]).toEqual([404, 'inventoryNotFound']);
  });

  it('names what is wrong with a query', async () => {
    api = await openApi(estate());
    await takeInventory(api);
    for (const [query, path] of [
      ['pricePerGb=-1', 'pricePerGb'],
      ['pricePerGb=', 'pricePerGb'],
      ['pricePerGb=1e2', 'pricePerGb'],
      ['pricePerGb=1001', 'pricePerGb'],
      ['limit=21', 'limit'],
      ['after=x', 'after'],
      ['price=1', 'price'],
    ]) {
      const answer = await get(`/duplicate-ingestion?${query}`);
      expect([query, answer.status, faultsOf(answer)]).toEqual([query, 400, [path]]);
    }
    const unknown = await get('/duplicate-ingestion?workspace=44444444-4444-4444-8444-444444444444');
    expect([unknown.status, unknown.json?.['code']]).toEqual([404, 'workspaceNotFound']);
  });

  it('gives workspaces page by page, or one', async () => {
    api = await openApi(estate());
    const inventoryId = await takeInventory(api);
    const first = await get('/duplicate-ingestion?limit=1');
    expect(first.json).toMatchObject({
      ...{ inventoryId, pricePerGb: null, next: '1' },
      workspaces: [{ workspace: CUSTOMER, name: 'law-main', total: { twiceGbPerDay: 0 } }],
    });
    expect(JSON.stringify(first.json)).not.toContain('money');
    const second = await get(`/duplicate-ingestion?limit=1&after=${first.json?.['next']}&pricePerGb=0`);
    expect(second.json).toMatchObject({
      workspaces: [{ name: 'law-second', total: { money: { twicePerDay: 0 } } }],
    });
    expect(second.json).not.toHaveProperty('next');
    const one = await get(`/duplicate-ingestion?workspace=${CUSTOMER.toUpperCase()}`);
    expect(one.json?.['workspaces']).toHaveLength(1);
  });

  it('comes as CSV, with a line where nothing is paid twice', async () => {
    api = await openApi(estate());
    await takeInventory(api);
    const answer = await get('/duplicate-ingestion?limit=1', CSV);
    expect(answer.headers.get('x-next')).toBe('1');
    expect(answer.text.split('\r\n')[0]).toMatch(
      /^workspace,name,result,table,machines,billedGb,twiceGbPerDay,/,
    );
    expect(answer.text.split('\r\n')[1]).toContain(`${CUSTOMER},law-main,nothing,`);
  });

  it('is asked for later where Log Analytics is busy', async () => {
    const busy = { match: { kind: 'logs.query' }, effect: { status: 429, retryAfterSeconds: 17 } };
    api = await openApi(estate({ behaviour: { faults: [busy] } }));
    await takeInventory(api);
    const answer = await get('/duplicate-ingestion');
    expect([answer.status, answer.json?.['code'], answer.headers.get('retry-after')]).toEqual([
      503,
      'unavailable',
      '17',
    ]);
  });
});

describe('GET /waves/{id}/verdicts', () => {
  async function verified(): Promise<string> {
    api = await openApi(smallEstate());
    await takeInventory(api);
    const path = await startWave(
      api,
      await makePlan(api, { cohorts: { pilotSize: 0 }, policy: { batchSize: 1 } }),
    );
    const before = await get(`${path}/verdicts`);
    expect(before.json).toMatchObject({ machines: { pass: 0, none: 3 } });
    await api.until(path, 'phase', 'awaitingApproval');
    return path;
  }

  it('counts machines by table and workspace over all batches', async () => {
    const path = await verified();
    const { json } = await get(`${path}/verdicts`);
    const three = { pass: 3, fail: 0, inconclusive: 0, accepted: 0, none: 0 };
    expect(json).toMatchObject({ machines: three });
    expect(json?.['workspaces']).toEqual([{ workspaceId: WORKSPACE.toLowerCase(), machines: three }]);
    const tables = json?.['tables'] as { table: string; machines: { pass: number }; rows: number }[];
    expect(tables.map(({ table, machines }) => [table, machines.pass])).toEqual([
      ['Event', 2],
      ['Perf', 3],
      ['SecurityEvent', 2],
      ['Syslog', 1],
    ]);
    expect(tables.every(({ rows }) => rows > 0)).toBe(true);

    const page = await get(`${path}/verdicts?limit=3`);
    expect(page.json).toMatchObject({ next: '3' });
    const csv = await get(`${path}/verdicts?limit=3&after=3`, CSV);
    expect(csv.text.split('\r\n')[1]).toMatch(new RegExp(`^${WORKSPACE.toLowerCase()},Syslog,1,0,0,0,0,`));
  });

  it('and its machines can be listed by verdict', async () => {
    const path = await verified();
    expect(idsOf(await get(`${path}/machines?verdict=pass`))).toContain(VM.toLowerCase());
    expect(idsOf(await get(`${path}/machines?verdict=pass`))).toHaveLength(3);
    expect(idsOf(await get(`${path}/machines?verdict=fail`))).toEqual([]);
    expect(idsOf(await get(`${path}/machines?verdict=pass&status=failed`))).toEqual([]);
    expect(faultsOf(await get(`${path}/machines?verdict=good`))).toEqual(['verdict']);
  });

  it('refuses what it does not know', async () => {
    const path = await verified();
    expect((await get('/waves/none/verdicts')).json?.['code']).toBe('waveNotFound');
    expect(faultsOf(await get(`${path}/verdicts?table=Event`))).toEqual(['table']);
    expect((await api.call('GET', `${path}/verdicts`, { key: false })).status).toBe(401);
    expect((await api.call('GET', '/duplicate-ingestion', { key: false })).status).toBe(401);
  });
});
