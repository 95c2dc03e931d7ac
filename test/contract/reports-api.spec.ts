import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentDigest } from '../../shared/reports/archive.ts';
import { checkEvidence } from '../../shared/reports/check-evidence.ts';
import { makePlan, openApi, startWave, type TestApi, takeInventory } from '../support/contract/api.ts';
import { ARC, LINUX_VM, smallEstate, VM } from '../support/small-estate.ts';

/** Three machines; one never gets its agent, so that a report has something to say. */
let api: TestApi;
let wave: string;
let plan: string;

beforeAll(async () => {
  const silentAgents = [{ machine: LINUX_VM, agent: 'ama' as const }];
  api = await openApi(smallEstate({ behaviour: { silentAgents } }));
  await takeInventory(api);
  const planId = await makePlan(api, {
    ...{ name: '<b>autumn</b>', cohorts: { pilotSize: 0, firstSize: 500, maxSize: 500 } },
    policy: { gate: { maxNotVerifiedShare: 0.5, maxFailed: 3 } },
  });
  plan = `/plans/${planId}`;
  wave = await startWave(api, planId);
  await api.until(wave, 'phase', 'awaitingApproval');
  await api.call('POST', `${wave}/approve`, { body: { by: 'anna' } });
  await api.until(wave, 'step', 'finished');
}, 120_000);
afterAll(() => api.close());

const get = (path: string, accept?: string) =>
  api.call('GET', path, accept === undefined ? {} : { headers: { accept } });

describe('GET /waves/{id}/report', () => {
  it('has the numbers that the wave itself and the table of machines have', async () => {
    const { json } = await get(`${wave}/report`);
    expect(json?.['numbers']).toMatchObject({ machines: 3, migrated: 2, blocked: 1, failed: 0, open: 0 });
    const counts = ((await get(wave)).json?.['counts'] ?? {}) as Record<string, unknown>;
    for (const { stage, ...row } of (json?.['stages'] ?? []) as { stage: string }[]) {
      const counted = Object.fromEntries(Object.entries(row).filter(([, n]) => (n as unknown as number) > 0));
      expect({ stage, counted }).toEqual({ stage, counted: counts[stage] });
    }
    const { text } = await get(`${wave}/report?format=csv`);
    const lines = text.trim().split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines.filter((line) => line.includes(',migrated,'))).toHaveLength(2);
    expect(lines.find((line) => line.includes(LINUX_VM))).toMatch(
      /,blocked,verify,noHeartbeat,.*networkTeam/,
    );
    expect(text).toContain(VM);
    expect(text).toContain(ARC);
  });

  it.each([
    [undefined, '', 'application/json'],
    ['*/*', '', 'application/json'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', '', 'text/html'],
    ['text/csv', '', 'text/csv'],
    ['text/html;q=0.5, text/csv', '', 'text/csv'],
    ['text/csv', '?format=html', 'text/html'],
    ['text/html', '?format=json', 'application/json'],
    ['text/html', '?format=csv', 'text/csv'],
  ])('answers Accept %s with %s as %s', async (accept, query, type) => {
    for (const path of [wave, plan]) {
      const { status, headers } = await get(`${path}/report${query}`, accept);
      expect([status, headers.get('content-type')?.split(';')[0]]).toEqual([200, type]);
      expect(headers.get('vary')).toBe('accept');
    }
  });

  it('is a page that runs nothing, loads nothing and is framed by nobody', async () => {
    for (const path of [`${wave}/report`, `${wave}/report?part=board`, `${plan}/report`]) {
      const { text, headers } = await get(path, 'text/html');
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'/);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(text).not.toMatch(/<script|<img|<link|https?:\/\//i);
      expect(text).not.toMatch(/ style="/);
      expect(text).not.toContain('<b>autumn</b>');
      expect(text).toContain('&lt;b&gt;autumn&lt;/b&gt;');
    }
  });

  it('gives a board one sheet, with every question a board asks', async () => {
    const { text } = await get(`${wave}/report?part=board`, 'text/html');
    for (const question of ['What', 'Why', 'Risk', 'Rollback', 'Result', 'Approved by', 'Evidence'])
      expect(text).toContain(`<dt>${question}</dt>`);
    expect(text.match(/<section/g)).toHaveLength(1);
    const { json } = await get(`${wave}/report`);
    const { hash } = (json?.['evidence'] ?? { hash: 'none' }) as { hash: string };
    expect(text).toContain(hash);
    expect(text).toContain('anna');
  });

  it('rests on the same evidence as long as nothing changed', async () => {
    const [first, second] = [await get(`${wave}/report`), await get(`${wave}/report`)];
    expect(first.json?.['evidence']).toEqual(second.json?.['evidence']);
    expect(JSON.stringify(first.json?.['evidence'])).toMatch(/"hash":"[0-9a-f]{64}"/);
  });

  it('refuses what is not there and what is misspelt', async () => {
    expect((await get('/waves/none/report')).json).toMatchObject({ status: 404, code: 'waveNotFound' });
    expect((await get('/plans/none/report')).json).toMatchObject({ status: 404, code: 'planNotFound' });
    for (const query of ['?format=pdf', '?part=none', '?surprise=1'])
      expect((await get(`${wave}/report${query}`)).json).toMatchObject({
        status: 400,
        code: 'invalidRequest',
      });
    expect((await get(`${plan}/report?part=board`)).status).toBe(400);
    expect((await api.call('GET', `${wave}/report`, { key: false })).status).toBe(401);
  });
});

describe('GET /plans/{id}/report', () => {
  it('adds up to the machines of the inventory', async () => {
    const { json } = await get(`${plan}/report`);
    const { machines, bothAgentsHours, ...parts } = (json?.['numbers'] ?? {}) as Record<string, number>;
    expect(Object.values(parts).reduce((a, b) => a + b)).toBe(machines);
    expect(bothAgentsHours).toBeGreaterThan(0);
    expect(json?.['numbers']).toMatchObject({ machines: 3, migrated: 2, blocked: 1 });
    const { text } = await get(`${plan}/report?format=csv`);
    expect(text.split('\r\n')[1]).toMatch(/^0,plan-[0-9a-f]+-wave-0,3,completed,/);
  });
});

describe('GET /waves/{id}/evidence', () => {
  it('is an archive that checks, with the hash of the report', async () => {
    const { host } = api.session;
    const address = new URL(`/api${wave}/evidence`, 'http://127.0.0.1');
    const response = await host.fetch(new Request(address, { headers: { 'x-functions-key': host.key } }));
    const zip = new Uint8Array(await response.arrayBuffer());
    expect(response.headers.get('content-type')).toBe('application/zip');
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="plan-\w+-wave-0-evidence-0001.zip"$/,
    );
    expect(response.headers.get('content-digest')).toBe(contentDigest(zip));
    const check = checkEvidence([{ name: 'part', read: () => zip }]);
    expect(check).toMatchObject({ intact: true, machines: 3, faults: [] });
    expect(check.entries).toBeGreaterThan(20);
    expect((await get(`${wave}/report`)).json?.['evidence']).toMatchObject({ hash: check.hash });
  });

  it('refuses what is not there, and places that are none', async () => {
    expect((await get('/waves/none/evidence')).json).toMatchObject({ status: 404, code: 'waveNotFound' });
    for (const after of ['x', '2', '2.m.', '2.t.', '2.t.2026', '..%2F1'])
      expect((await get(`${wave}/evidence?after=${after}`)).json).toMatchObject({ code: 'invalidRequest' });
    expect((await get(`${wave}/evidence?after=2.m.999999`)).status).toBe(200);
  });
});
