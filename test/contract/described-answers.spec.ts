import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseEstate } from '../../rehearsal/estate/index.ts';
import { type Answer, openApi, startWave, type TestApi, takeInventory } from '../support/contract/api.ts';
import { createWitness, type OpenApiDocument } from '../support/contract/described.ts';
import { exampleOf, operationsOf } from '../support/contract/operations.ts';
import { EVENT_SECRETS, EVENT_SETTINGS, FLOW, HOOK, HOOK_SECRET } from '../support/event-estate.ts';

/**
 * Asks every operation over the sample estate. `api.call` throws at any answer that is not as the document says, so
 * what is looked at here is which operations and statuses were seen.
 */
let api: TestApi;
let document: OpenApiDocument;
const by = 'olive';
const reason = 'the tests ask for it';
const csv = { accept: 'text/csv' };

async function get(path: string): Promise<Answer> {
  const answer = await api.call('GET', path);
  expect(answer.status, `${path}: ${answer.text.slice(0, 500)}`).toBe(200);
  return answer;
}
const post = (path: string, body: object) => api.call('POST', path, { body });
// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field.
const field = ({ json }: Answer, ...names: readonly (string | number)[]): any =>
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  names.reduce<any>((value, name) => value?.[name], json);

beforeAll(async () => {
  const text = readFileSync(new URL('../../rehearsal/samples/contoso.json', import.meta.url), 'utf8');
  const parsed = parseEstate(JSON.parse(text));
  if (!parsed.ok) throw new Error('the sample is not valid');
  Object.assign(process.env, EVENT_SETTINGS);
  const { behaviour } = parsed.estate;
  const secrets = [...(behaviour?.secrets ?? []), ...EVENT_SECRETS];
  api = await openApi({ ...parsed.estate, behaviour: { ...behaviour, secrets, receivers: [{ url: FLOW }] } });
  document = (await get('/openapi.json')).json as unknown as OpenApiDocument;
}, 60_000);
afterAll(async () => {
  await api.close();
  for (const name of Object.keys(EVENT_SETTINGS)) delete process.env[name];
});

describe('answers over the sample estate are as described', () => {
  it('of subscriptions, before there is anything to tell', async () => {
    // The estate knows no such receiver, so that its events become dead letters.
    const hook = { callbackUrl: HOOK, signingSecret: HOOK_SECRET, by };
    const made = await post('/subscriptions', {
      ...hook,
      types: ['inventory.completed'],
      minSeverity: 'info',
    });
    expect(made.status, made.text).toBe(201);
    const ended = await post('/subscriptions', {
      callbackUrl: FLOW,
      planIds: ['p'],
      waveIds: ['w'],
      name: 'n',
    });
    expect((await api.call('DELETE', `/subscriptions/${ended.json?.['id']}`)).status).toBe(204);
    for (const wrong of [
      { callbackUrl: HOOK },
      { ...hook, callbackUrl: 'https://elsewhere.example/' },
      { ...hook, signingSecret: `${HOOK_SECRET}-none` },
    ])
      expect((await post('/subscriptions', wrong)).status).toBeGreaterThanOrEqual(400);
  });

  it('of inventories', async () => {
    expect((await post('/plans', {})).status).toBe(404);
    const id = await takeInventory(api);
    await takeInventory(api);
    await get('/inventories?limit=1');
    await get('/inventories/latest');
    for (const part of ['machines', 'findings', `diff?from=${id}`]) {
      await get(`/inventories/latest/${part}`);
      await api.call('GET', `/inventories/latest/${part}`, { headers: csv });
    }
    await get('/inventories/latest/machines?limit=7&status=blocked');
    await get('/inventories/latest/workspaces');
    const network = await post('/inventories/latest/network', { onlyLegacy: false });
    expect(network.status).toBe(200);
    await api.call('POST', '/inventories/latest/network', { body: {}, headers: csv });
    expect((await post('/proxy-profiles', { legacyProxy: 'http://proxy.contoso.example:8080' })).status).toBe(
      200,
    );
  }, 120_000);

  it('of legacy collection', async () => {
    const list = await get('/connectors');
    await api.call('GET', '/connectors', { headers: csv });
    const workspace = String(field(list, 'connectors', 0, 'workspace'));
    await get(`/connectors/${workspace}`);
    await get(`/connectors/${workspace}/impact`);
    await api.call('GET', `/connectors/${workspace}/impact`, { headers: csv });
    expect((await api.call('GET', '/connectors/none')).status).toBe(404);
    for (const { workspace: one } of field(list, 'connectors')) {
      expect((await post(`/connectors/${one}/disable`, { reason })).status).toBe(200);
      await post(`/connectors/${one}/disable`, { whatIf: false, by, reason });
      await post(`/connectors/${one}/disable`, { whatIf: false, by, reason, override: { reason } });
      await post(`/connectors/${one}/restore`, { reason });
      await post(`/connectors/${one}/restore`, { whatIf: false, by, reason });
    }
    await get('/reinstall-paths');
    await api.call('GET', '/reinstall-paths', { headers: csv });
    const subscription = String(
      field(await get('/inventories/latest/machines?limit=1'), 'machines', 0, 'subscriptionId'),
    );
    await post('/reinstall-paths/auto-provisioning/disable', { subscriptionIds: [subscription], reason });
    await post('/reinstall-paths/auto-provisioning/disable', {
      ...{ subscriptionIds: [subscription], reason, by, whatIf: false },
    });
    const scope = `/subscriptions/${subscription}`;
    expect((await post('/guards', { scope, effect: 'Audit' })).status).toBe(200);
    await post('/guards', { scope, effect: 'Deny', whatIf: false, by });
    const location = 'westeurope';
    expect((await post('/agent-policies', { scope, location })).status).toBe(200);
    expect((await post('/agent-policies', { scope, location, whatIf: false, by })).status).toBe(200);
    await get('/duplicate-ingestion?pricePerGb=2.3');
    await api.call('GET', '/duplicate-ingestion', { headers: csv });
  }, 120_000);

  it('of rules', async () => {
    const ids = field(await get('/inventories/latest/workspaces'), 'workspaces').map(
      ({ resourceId }: { resourceId: string }) => resourceId,
    );
    const made = [];
    for (const id of ids)
      made.push(await post('/rulesets', { workspaceIds: [id], cefFacilities: ['local4'] }));
    const ruleSets = made.flatMap((answer) => field(answer, 'ruleSets') ?? []);
    expect(ruleSets.length).toBeGreaterThan(0);
    await get('/rulesets');
    for (const { id } of ruleSets) {
      await get(`/rulesets/${id}`);
      await api.call('GET', `/rulesets/${id}`, { headers: csv });
      await get(`/rulesets/${id}/bicep`);
      await get(`/rulesets/${id}/blast-radius`);
      await api.call('GET', `/rulesets/${id}/blast-radius`, { headers: csv });
      expect((await api.call('GET', `/rulesets/${id}/levers`)).status).toBe(404);
      expect((await post(`/rulesets/${id}/levers`, { pricePerGb: 2 })).status).toBe(201);
      await get(`/rulesets/${id}/levers`);
      await api.call('GET', `/rulesets/${id}/levers`, { headers: csv });
      expect((await post(`/rulesets/${id}/deploy`, {})).status).toBe(200);
      await post(`/rulesets/${id}/deploy`, { whatIf: false, by });
      await post(`/rulesets/${id}/deploy`, { whatIf: false, by });
      await get(`/rulesets/${id}/deployments`);
    }
    await post('/tables/migrate', { workspaceId: ids[0], table: 'None_CL' });
    await post('/tables/migrate', { workspaceId: ids[0], table: 'None_CL', whatIf: false, by });
    const tables = field(await get('/inventories/latest/workspaces'), 'workspaces').flatMap(
      (one: { resourceId: string; use: { tables: { table: string }[] } | null }) =>
        (one.use?.tables ?? []).map(({ table }) => ({ workspaceId: one.resourceId, table })),
    );
    for (const body of tables.filter(({ table }: { table: string }) => table.endsWith('_CL')))
      await post('/tables/migrate', body);
  }, 120_000);

  it('of plans, their runs, waves and exceptions', async () => {
    const text = readFileSync(new URL('../../rehearsal/samples/contoso.plan.json', import.meta.url), 'utf8');
    const made = await post('/plans', JSON.parse(text) as object);
    expect(made.status, made.text.slice(0, 500)).toBe(201);
    const planId = String(made.json?.['id']);
    const listed = await get('/plans');
    expect(field(listed, 'plans')).toEqual([
      expect.objectContaining({ id: planId, waves: field(made, 'waves').length }),
    ]);
    await get(`/plans/${planId}`);
    for (const part of ['blocked', 'waves/0/machines']) {
      await get(`/plans/${planId}/${part}`);
      await api.call('GET', `/plans/${planId}/${part}`, { headers: csv });
    }
    const later = new Date(api.session.clock.now() + 86_400_000).toISOString();
    const run = await post(`/plans/${planId}/runs`, { by, startAt: later });
    expect(run.status, run.text).toBe(202);
    const runPath = `/plans/${planId}/runs/${run.json?.['id']}`;
    await get(runPath);
    await get(`/plans/${planId}/runs`);
    for (const verb of ['hold', 'resume', 'resume', 'promote', 'abort', 'abort'])
      await post(`${runPath}/${verb}`, { by, reason });
    await api.until(runPath, 'state', 'aborted');

    const dry = await post('/waves', { planId, wave: 0, dryRun: true, by });
    expect(dry.status, dry.text).toBe(202);
    const path = await startWave(api, planId);
    for (let looks = 0; looks < 400; looks += 1) {
      const { json } = await get(path);
      if (json?.['step'] === 'finished') break;
      if (looks % 10 === 0) await get(`${path}/machines`);
      if (json?.['phase'] === 'awaitingApproval') await post(`${path}/approve`, { by: 'anna' });
      if (json?.['phase'] === 'held') await post(`${path}/resume`, { by: 'anna', reason });
      if (json?.['phase'] === 'progressing') await post(`${path}/promote`, { by: 'anna', reason });
      if (looks >= 5 && looks < 8) await post(`${path}/retry`, { by: 'anna', reason });
      await api.sleep(6 * 3_600_000);
    }
    expect(field(await get(path), 'step')).toBe('finished');
    await get('/waves');
    await get(`${path}/machines?limit=1000`);
    await get(`${path}/verdicts`);
    await api.call('GET', `${path}/verdicts`, { headers: csv });
    for (const place of [path, `/plans/${planId}`]) {
      await get(`${place}/report`);
      for (const accept of ['text/csv', 'text/html'])
        await api.call('GET', `${place}/report`, { headers: { accept } });
    }
    await get(`${path}/evidence`);
    await get(`${path}/audit?limit=20`);
    await api.call('GET', `${path}/audit`, { headers: csv });
    await api.call('GET', `${path}/audit`, { headers: { accept: 'application/x-ndjson' } });
    expect((await post(`${path}/rollback`, { by, reason })).status).toBe(200);
    expect((await post(`${path}/rollback`, { by, reason, whatIf: false })).status).toBe(200);
    await post(`${path}/abort`, { by, reason });
    await get(path);
    await get(`${path}/machines`);

    const other = await post('/plans', { name: 'other', policy: { approvals: { start: true } } });
    const second = await startWave(api, String(other.json?.['id']));
    const planned = await get(`/plans/${other.json?.['id']}/waves/0/machines?limit=1`);
    const remove = [String(field(planned, 'machines', 0, 'id'))];
    for (const body of [{ remove }, { remove: ['/subscriptions/none'] }])
      await post(`${second}/machines`, { by, reason, ...body });
    for (const verb of ['hold', 'resume', 'promote', 'abort'])
      await post(`${second}/${verb}`, { by, reason });

    const expiresAt = new Date(api.session.clock.now() + 86_400_000).toISOString();
    const waveId = path.split('/').at(-1);
    const exception = await post('/exceptions', { waveId, reason, by, expiresAt });
    expect(exception.status, exception.text).toBe(201);
    await get('/exceptions');
    await api.call('GET', '/exceptions', { headers: csv });
    expect((await post(`/exceptions/${exception.json?.['id']}/revoke`, { by, reason })).status).toBe(200);
    expect((await post('/exceptions/none/revoke', { by, reason })).status).toBe(404);
  }, 300_000);

  it('of subscriptions and what could not be delivered', async () => {
    const list = await get('/subscriptions');
    const path = `/subscriptions/${field(list, 'subscriptions', 0, 'id')}`;
    expect((await get(path)).json).toMatchObject({ health: 'deadLetters' });
    const letters = await get(`${path}/dead-letters?limit=1`);
    expect(field(letters, 'deadLetters', 0, 'event', 'type')).toBe('ama-migration.inventory.completed');
    await get(`${path}/dead-letters?after=${encodeURIComponent(String(letters.json?.['next']))}`);
    const again = await post(`${path}/replay`, {
      by,
      reason,
      eventIds: [field(letters, 'deadLetters', 0, 'id')],
    });
    expect(again).toMatchObject({ status: 202, json: { replaying: 1, streams: 1 } });
    await api.sleep(60_000);
    expect((await get(path)).json).toMatchObject({ health: 'retrying' });
  });

  it('of the service, and of requests that are wrong', async () => {
    await get('/health');
    await get('/openapi.json?format=connector');
    for (const { verb, path, operation } of operationsOf(document)) {
      const address = path.replace(/\{\w+\}/g, 'none');
      if (operation.operationId !== 'getHealth') await api.call(verb, address, { key: false });
      if (verb === 'DELETE') {
        for (const query of ['', '?surprise=1']) await api.call('DELETE', `${address}${query}`);
      } else if (verb === 'GET')
        for (const query of ['', '?surprise=1']) await api.call('GET', `${address}${query}`);
      else {
        for (const raw of ['{', '{"surprise":1}', '[]']) await api.call('POST', address, { raw });
        // As the document shows it, to what is not there.
        if (address.includes('none')) await api.call('POST', address, { body: exampleOf(operation) });
      }
    }
    for (const path of [
      '/inventories',
      '/plans',
      '/rulesets',
      '/subscriptions',
      '/waves',
      `/plans/${await onePlan()}/runs`,
    ]) {
      for (const body of [{}, { surprise: 1 }]) {
        const options = { body: { ...exampleOf(operationOf('post', path)), ...body }, idempotencyKey: path };
        await api.call('POST', path, options);
      }
    }
  }, 60_000);

  it('of the drift check', async () => {
    expect((await post('/drift-policy', { policy: {} })).status).toBe(400);
    const policy = { automatic: ['amaFailed'], caps: { machines: 5 } };
    expect((await post('/drift-policy', { by: 'anna', reason, policy })).status).toBe(200);
    expect((await post('/drift-policy', { by: 'anna', reason, policy: { basePlanId: 'none' } })).status).toBe(
      400,
    );
    await get('/drift-policy');
    expect((await api.call('GET', '/drift/latest')).status).toBe(404);
    const started = await post('/drift', { by });
    expect(started.status, started.text).toBe(202);
    const path = `/drift/${started.json?.['id']}`;
    expect((await post('/drift', { by })).status).toBe(409);
    expect((await post(`${path}/remedies/repair/start`, { by })).status).toBe(409);
    await api.until(path, 'status', 'completed');
    await get('/drift?limit=1');
    await get('/drift/latest/findings?limit=2');
    await get(`${path}/findings?finding=newMachine`);
    await api.call('GET', `${path}/findings`, { headers: csv });
    expect((await post(`${path}/remedies/none/start`, { by })).status).toBe(404);
    expect(field(await get('/fleet/history'), 'items').length).toBeGreaterThan(0);
    await api.call('GET', '/fleet/history?from=2020-01-01', { headers: csv });
    for (const period of ['daily', 'weekly']) await get(`/digest?period=${period}`);
  }, 120_000);

  it('of an inventory that is not complete', async () => {
    const started = await post('/inventories', {});
    expect(started.status, started.text).toBe(202);
    const running = String(started.json?.['id']);
    const parts = ['machines', 'workspaces', 'findings', 'diff?from=latest'];
    for (const part of parts) {
      const answer = await api.call('GET', `/inventories/${running}/${part}`);
      expect(answer.status, `${part}: ${answer.text}`).toBe(409);
    }
    for (const list of ['connectors', 'reinstall-paths', 'duplicate-ingestion'])
      expect((await api.call('GET', `/${list}?inventory=${running}`)).status).toBe(409);
    expect((await post(`/inventories/${running}/network`, {})).status).toBe(409);
    expect((await post('/plans', { inventoryId: running })).status).toBe(409);
    await api.until(`/inventories/${running}`, 'status', 'completed');
  });

  it('of the dashboard', async () => {
    await get('/me');
    // Of those that were started here the first one that came to its machines.
    let [wave, machine] = ['', ''];
    for (const { id } of field(await get('/waves'), 'waves') as readonly { id: string }[]) {
      const table = await get(`/waves/${id}/table?sort=since&order=desc&limit=5`);
      const first = field(table, 'machines', 0);
      if (first !== undefined) [wave, machine] = [id, String(first.id)];
    }
    const polled = [
      ...['/overview', '/throttle', `/waves/${wave}/board`, `/waves/${wave}/timeline`],
      ...[`/waves/${wave}/table?limit=5`, `/machine?${new URLSearchParams({ id: machine, wave })}`],
    ];
    for (const path of polled) {
      const etag = (await get(path)).headers.get('etag') ?? '';
      expect((await api.call('GET', path, { headers: { 'if-none-match': etag } })).status, path).toBe(304);
    }
    const trail = await get(`/waves/${wave}/audit?${new URLSearchParams({ machine })}`);
    for (const { machineId } of field(trail, 'entries')) expect(machineId).toBe(machine);
    expect((await api.call('GET', '/machine?id=none')).json?.['code']).toBe('machineNotFound');
    expect((await api.call('GET', `/machine?id=none&wave=none`)).status).toBe(404);
  }, 60_000);

  it('and every operation was seen to succeed', () => {
    const unseen = operationsOf(document).flatMap(({ operation }) => {
      const statuses = Object.keys(operation.responses).filter((status) => status < '300');
      const { operationId } = operation;
      return statuses.some((status) => api.seen.has(`${operationId} ${status}`)) ? [] : [operationId];
    });
    const statuses = operationsOf(document).flatMap(({ operation }) =>
      Object.keys(operation.responses).map((status) => `${operation.operationId} ${status}`),
    );
    const never = statuses.filter((one) => !api.seen.has(one));
    console.log(
      `${statuses.length - never.length} of ${statuses.length} answers seen; never: ${never.join(', ')}`,
    );
    expect([...api.seen].filter((one) => / 500\b/.test(one))).toEqual([]);
    // To let a run go on needs a wave that ended with failures: test/contract/plan-runs-api.spec.ts. To start a
    // remedy needs drift: test/scenarios/drift.spec.ts. A callback needs a desk: test/scenarios/tickets.spec.ts.
    expect(unseen.sort()).toEqual(['promotePlanRun', 'startDriftRemedy', 'ticketCallback']);
  });

  it('and the judge of answers finds what is wrong', () => {
    const witness = createWitness(document);
    const judged = (status: number, body: unknown, headers: Record<string, string> = {}) =>
      witness.judge({
        ...{ method: 'GET', path: '/health', sent: undefined, status, text: JSON.stringify(body) },
        headers: new Headers({ 'content-type': 'application/json', ...headers }),
      });
    expect(judged(200, { status: 'healthy' })).toBeUndefined();
    expect(judged(200, { status: 'healthy', more: 1 })).toContain('additional properties');
    expect(judged(200, { status: 'ill' })).toContain('not as described');
    expect(judged(202, { status: 'healthy' })).toContain('is not described');
    expect(judged(200, { status: 'healthy' }, { location: '/' })).toContain('location');
    expect(judged(200, 'text', { 'content-type': 'text/plain' })).toContain('text/plain');
  });
});

async function onePlan(): Promise<string> {
  return String(field(await get('/plans?limit=1'), 'plans', 0, 'id'));
}

function operationOf(verb: string, path: string) {
  const operation = document.paths[path.replace(/plans\/[^/]+\/runs/, 'plans/{id}/runs')]?.[verb];
  if (operation === undefined) throw new Error(`there is no ${verb} ${path}`);
  return operation;
}
