import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditPartitions } from '../../shared/ledger/audit.ts';
import { openSqliteStore } from '../../shared/ledger/sqlite-store.ts';
import type { Store } from '../../shared/ledger/store.ts';
import { makePlan, openApi, startWave, type TestApi, takeInventory } from '../support/contract/api.ts';
import { smallEstate } from '../support/small-estate.ts';

let api: TestApi;
let store: Store;
let path: string;
let id: string;
beforeAll(async () => {
  store = await openSqliteStore(':memory:');
  api = await openApi(smallEstate(), { store });
  await takeInventory(api);
  const cohorts = { pilotSize: 0, firstSize: 100, maxSize: 100 };
  path = await startWave(api, await makePlan(api, { cohorts }));
  id = path.replace('/waves/', '');
  await api.until(path, 'phase', 'awaitingApproval');
  await api.call('POST', `${path}/approve`, { body: { by: 'anna' } });
  await api.until(path, 'phase', 'completed', 'degraded');
});
afterAll(() => api.close());

interface Shown {
  readonly row: string;
  readonly event: string;
  readonly by: string;
  readonly origin?: object;
}
/** All entries in one page. */
async function entriesNow(): Promise<readonly Shown[]> {
  return (await list()).json?.['entries'] as Shown[];
}
const list = async (query = '', accept = 'application/json') =>
  api.call('GET', `${path}/audit${query}`, { headers: { accept } });

describe('the trail of a wave', () => {
  it('is exported as JSON, JSON lines and CSV, with the same entries in the same order', async () => {
    const entries = await entriesNow();
    expect(entries.length).toBeGreaterThan(10);
    expect(entries.map(({ row }) => row)).toEqual(entries.map(({ row }) => row).sort());
    const lines = await list('', 'application/x-ndjson');
    expect(lines.headers.get('content-type')).toMatch(/^application\/x-ndjson/);
    expect(
      lines.text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(entries);
    const csv = await list('', 'text/csv');
    expect(csv.text.split('\r\n')[0]).toMatch(/^at,event,by,objectId/);
    expect(csv.text).toContain('functionKey,api,');
  });

  it('comes in pages', async () => {
    const all = await entriesNow();
    const seen: string[] = [];
    let query = '?limit=3';
    for (let turned = 0; turned < 1000; turned += 1) {
      const { json } = await list(query);
      seen.push(...((json?.['entries'] ?? []) as Shown[]).map(({ row }) => row));
      if (json?.['next'] === undefined) break;
      query = `?limit=3&after=${encodeURIComponent(String(json['next']))}`;
    }
    expect(seen).toEqual(all.map(({ row }) => row));
  });

  it('tells calls from what the app did by itself, with the call each came from', async () => {
    const entries = await entriesNow();
    const calls = entries.filter(({ origin }) => origin !== undefined);
    expect(calls.map(({ by }) => by)).toEqual(['requester', 'anna']);
    expect(calls[0]?.origin).toEqual({
      ...{ signedInBy: 'functionKey', channel: 'api', correlationId: expect.any(String) },
    });
    expect(
      entries.filter(({ event }) => event === 'outcome').every(({ origin }) => origin === undefined),
    ).toBe(true);
  });

  it('is sealed by the timers, and shows what is taken out of it afterwards', async () => {
    await api.sleep(26 * 3_600_000);
    const check = () => api.call('GET', `/audit/check?trail=${id}`);
    const before = (await check()).json;
    expect(before).toMatchObject({ trail: id, intact: true, unsealed: 0, faultCount: 0, faults: [] });
    expect(before?.['entries']).toBe((await entriesNow()).length);
    expect(before?.['head']).toMatchObject({ hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const general = (await api.call('GET', '/audit/check')).json;
    expect(general).toMatchObject({ trail: null, intact: true });
    for (const partition of auditPartitions(id)) {
      const [entry] = (await store.list(partition, { limit: 1 })).rows;
      if (entry === undefined) continue;
      await store.write(partition, [{ kind: 'delete', row: entry.row }]);
      break;
    }
    expect((await check()).json).toMatchObject({
      ...{ intact: false, faultCount: 1, faults: [{ code: 'entryMissing', text: expect.any(String) }] },
    });
  });

  it.each([
    '/audit?trail=../x',
    '/audit?after=x',
    '/audit?limit=0',
    '/audit/check?trail=a%7Cb',
    '/audit?machine=x',
  ])('refuses %s', async (query) => {
    expect((await api.call('GET', query)).json).toMatchObject({ status: 400, code: 'invalidRequest' });
  });

  it('is of a wave that there is', async () => {
    expect((await api.call('GET', '/waves/none/audit')).json).toMatchObject({ code: 'waveNotFound' });
  });
});
