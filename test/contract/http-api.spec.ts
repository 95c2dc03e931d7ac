import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Answer,
  makePlan,
  openApi,
  startWave,
  type TestApi,
  takeInventory,
} from '../support/contract/api.ts';
import { smallEstate, VM } from '../support/small-estate.ts';

const PROTECTED = [
  ['POST', '/inventories'],
  ['GET', '/inventories/latest'],
  ['GET', '/inventories'],
  ['GET', '/inventories/latest/machines'],
  ['GET', '/inventories/latest/workspaces'],
  ['GET', '/inventories/latest/findings'],
  ['GET', '/inventories/latest/diff'],
  ['POST', '/inventories/latest/network'],
  ['POST', '/proxy-profiles'],
  ['POST', '/tables/migrate'],
  ['GET', '/rulesets/some/blast-radius'],
  ['GET', '/connectors'],
  ['GET', '/connectors/some'],
  ['GET', '/connectors/some/impact'],
  ['POST', '/connectors/some/disable'],
  ['POST', '/connectors/some/restore'],
  ['GET', '/reinstall-paths'],
  ['POST', '/reinstall-paths/auto-provisioning/disable'],
  ['POST', '/guards'],
  ['GET', '/openapi.json'],
  ['GET', '/plans'],
  ['POST', '/plans'],
  ['GET', '/plans/some'],
  ['GET', '/plans/some/blocked'],
  ['GET', '/plans/some/waves/0/machines'],
  ['POST', '/plans/some/runs'],
  ['GET', '/plans/some/runs'],
  ['GET', '/plans/some/runs/one'],
  ['POST', '/plans/some/runs/one/promote'],
  ['POST', '/plans/some/runs/one/hold'],
  ['POST', '/plans/some/runs/one/resume'],
  ['POST', '/plans/some/runs/one/abort'],
  ['POST', '/waves'],
  ['GET', '/waves'],
  ['GET', '/waves/some'],
  ['GET', '/waves/some/machines'],
  ['POST', '/waves/some/approve'],
  ['POST', '/waves/some/hold'],
  ['POST', '/waves/some/resume'],
  ['POST', '/waves/some/abort'],
] as const;

/** Every machine its own batch, so that pages have something to turn. */
const ONE_BY_ONE = { policy: { batchSize: 1 } };

let api: TestApi;
const call: TestApi['call'] = (...parameters) => api.call(...parameters);

function session(prepare: () => Promise<void> = async () => undefined): void {
  beforeAll(async () => {
    api = await openApi(smallEstate());
    await prepare();
  }, 60_000);
  afterAll(() => api.close());
}

describe('access', () => {
  session();

  it.each(PROTECTED)('%s %s needs a key', async (method, path) => {
    expect((await call(method, path, { key: false })).status).toBe(401);
    expect((await call(method, path, { key: 'wrong' })).status).toBe(401);
    expect((await call(method, path)).status).not.toBe(401);
  });

  it('takes the key from the query as well', async () => {
    expect((await call('GET', `/waves?code=${api.session.host.key}`, { key: false })).status).toBe(200);
  });

  it('answers health without a key and says nothing else', async () => {
    const health = await call('GET', '/health', { key: false });
    expect(health).toMatchObject({ status: 200, json: { status: 'healthy' } });
    expect(Object.keys(health.json ?? {})).toEqual(['status']);
  });

  it.each([
    ['DELETE', '/waves'],
    ['PUT', '/plans/some'],
    ['GET', '/waves/some/approve'],
    ['GET', '/nothing'],
  ])('knows no %s %s', async (method, path) => {
    expect([404, 405]).toContain((await call(method, path)).status);
  });
});

describe('before any inventory', () => {
  session();

  it.each([
    ['GET', '/inventories/latest', 'inventoryNotFound'],
    ['GET', '/inventories/latest/machines', 'inventoryNotFound'],
    ['GET', '/inventories/inv-none', 'inventoryNotFound'],
    ['GET', '/plans/none', 'planNotFound'],
    ['GET', '/waves/none', 'waveNotFound'],
    ['GET', '/waves/none/machines', 'waveNotFound'],
    ['GET', '/waves/%2e%2e%2fplans', 'waveNotFound'],
  ])('%s %s is %s', async (method, path, code) => {
    expectProblem(await call(method, path), 404, code);
  });

  it.each(['approve', 'hold', 'resume', 'abort'])('%s of an unknown wave is 404', async (verb) => {
    const body = { by: 'someone', ...(verb === 'hold' || verb === 'abort' ? { reason: 'r' } : {}) };
    expectProblem(await call('POST', `/waves/none/${verb}`, { body }), 404, 'waveNotFound');
  });

  it('makes no plan and no wave', async () => {
    expectProblem(await call('POST', '/plans', { body: {} }), 404, 'inventoryNotFound');
    const body = { planId: 'none', wave: 0, by: 'someone' };
    expectProblem(await call('POST', '/waves', { body }), 404, 'planNotFound');
  });

  it('lists no waves', async () => {
    expect((await call('GET', '/waves')).json).toEqual({ waves: [] });
  });
});

describe('an inventory', () => {
  session();

  it('runs from 202 to completed, and its Location resolves', async () => {
    const started = await call('POST', '/inventories', { body: { scope: { subscriptions: [] } } });
    expect(started.status).toBe(202);
    const path = locationOf(started);
    expect(started.json).toMatchObject({ id: path.split('/').at(-1), status: 'running' });

    const running = await call('GET', path);
    expect(running).toMatchObject({ status: 200, json: { status: 'running' } });
    expect(Number(running.headers.get('retry-after'))).toBeGreaterThan(0);
    const body = { inventoryId: started.json?.['id'] };
    expectProblem(await call('POST', '/plans', { body }), 409, 'inventoryNotReady');
    expectProblem(await call('GET', '/inventories/latest'), 404, 'inventoryNotFound');

    const done = await api.until(path, 'status', 'completed', 'failed');
    expect(done.json).toMatchObject({ status: 'completed', problem: null, summary: { machines: 3 } });
    expect(done.headers.get('retry-after')).toBeNull();
    expect((await call('GET', '/inventories/latest')).text).toBe(done.text);
  });

  it('gives its machines page by page, each once', async () => {
    const ids = await pages('/inventories/latest/machines', 'id');
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(3);
    const all = await call('GET', '/inventories/latest/machines');
    expect(all.json?.['machines']).toHaveLength(3);
    expect(all.json).not.toHaveProperty('next');
  });
});

describe('invalid requests', () => {
  session(async () => {
    await takeInventory(api);
    path = await startWave(api, await makePlan(api, ONE_BY_ONE));
  });
  let path = '';

  const ruleless = { policy: { proxies: { rules: [{ match: {}, profile: 'p' }] } } };
  it.each([
    ['/inventories', { scope: { subscriptions: ['x'] } }, 'scope.subscriptions[0]'],
    ['/inventories', { scope: { subscription: [] } }, 'scope.subscription'],
    ['/inventories', { scpe: {} }, 'scpe'],
    ['/plans', { cohorts: { pilotSize: -1 } }, 'cohorts.pilotSize'],
    ['/plans', { cohorts: { pilotSize: 1.5 } }, 'cohorts.pilotSize'],
    ['/plans', { cohorts: { maxSize: 1e300 } }, 'cohorts.maxSize'],
    ['/plans', { cohorts: { pilotSize: 9, maxSize: 8, firstSize: 8 } }, 'cohorts.pilotSize'],
    ['/plans', { selection: { machineIds: [] } }, 'selection.machineIds'],
    ['/plans', { policy: { batchSize: 0 } }, 'policy.batchSize'],
    ['/plans', { policy: { batchsize: 5 } }, 'policy.batchsize'],
    ['/plans', { policy: { soakSeconds: 1e12 } }, 'policy.soakSeconds'],
    ['/plans', { policy: { gate: { maxNotVerifiedShare: 2 } } }, 'policy.gate.maxNotVerifiedShare'],
    ['/plans', { policy: { expectedSeconds: { install: -1 } } }, 'policy.expectedSeconds.install'],
    ['/plans', { policy: { expectedSeconds: { uninstall: 1e9 } } }, 'policy.expectedSeconds.uninstall'],
    ['/plans', { policy: { promotion: { waitSeconds: -1 } } }, 'policy.promotion.waitSeconds'],
    ['/plans', { policy: { promotion: { waitSeconds: 1e12 } } }, 'policy.promotion.waitSeconds'],
    ['/plans', { policy: { promotion: { maxFailedShare: 1.1 } } }, 'policy.promotion.maxFailedShare'],
    ['/plans', { policy: { promotion: { automatic: 'yes' } } }, 'policy.promotion.automatic'],
    ['/plans', { policy: { freezes: [{ name: 'f' }] } }, 'policy.freezes[0].start'],
    ['/plans', ruleless, 'policy.proxies.rules[0].profile'],
    ['/plans', { name: '' }, 'name'],
    ['/plans', { name: 'x'.repeat(101) }, 'name'],
    ['/waves', { planId: 'p', wave: -1, by: 'a' }, 'wave'],
    ['/waves', { planId: 'p', wave: 1.5, by: 'a' }, 'wave'],
    ['/waves', { planId: 'p', wave: 0, by: 'a', surprise: 1 }, 'surprise'],
    ['/waves', { planId: 'p', by: 'a' }, 'wave'],
    ['/waves', { selection: { machineIds: [] }, by: 'a' }, 'selection.machineIds'],
    [
      '/waves',
      { selection: { machineIds: [VM], policy: { batchSize: 0 } }, by: 'a' },
      'selection.policy.batchSize',
    ],
  ])('POST %s %j names %s', async (where, body, fault) => {
    const answer = await call('POST', where, { body });
    expectProblem(answer, 400, 'invalidRequest');
    expect(faultPaths(answer)).toContain(fault);
  });

  it.each([
    ['approve', { by: 'a', gate: 'soon' }, 'gate'],
    ['approve', { by: 'a', reason: 'not taken' }, 'reason'],
    ['hold', { by: 'a' }, 'reason'],
    ['hold', { by: 'a', reason: '' }, 'reason'],
    ['hold', { by: 'a', reason: 'x'.repeat(501) }, 'reason'],
    ['resume', { by: 5 }, 'by'],
    ['abort', { by: 'a' }, 'reason'],
  ])('%s %j names %s', async (verb, body, fault) => {
    const answer = await call('POST', `${path}/${verb}`, { body });
    expectProblem(answer, 400, 'invalidRequest');
    expect(faultPaths(answer)).toContain(fault);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=99999999999999999999', 'limit'],
    ['limit=ten', 'limit'],
    ['status=broken', 'status'],
    ['surprise=1', 'surprise'],
    ['after=', 'after'],
    // A page that was never given must not start over: a client that turns pages would never end.
    ['after=nowhere', 'after'],
  ])('GET of machines with %s names %s', async (query, fault) => {
    const answer = await call('GET', `${path}/machines?${query}`);
    expectProblem(answer, 400, 'invalidRequest');
    expect(faultPaths(answer)).toContain(fault);
  });

  it.each(['approve', 'hold', 'resume', 'abort'])('%s wants to know who asks', async (verb) => {
    const body = verb === 'hold' || verb === 'abort' ? { reason: 'r' } : {};
    const answer = await call('POST', `${path}/${verb}`, { body });
    expectProblem(answer, 400, 'missingBy');
    expect(faultPaths(answer)).toEqual(['by']);
  });

  it.each(['/inventories', '/plans', '/waves'])('POST %s of something else than JSON', async (where) => {
    for (const raw of ['{', '{"a":1}}', "{'a':1}", '\u0000']) {
      expectProblem(await call('POST', where, { raw }), 400, 'invalidJson');
    }
    for (const raw of ['null', '[]', '"text"', '5']) {
      expectProblem(await call('POST', where, { raw }), 400, 'invalidRequest');
    }
  });

  it('takes the numbers JSON can write but JavaScript cannot hold for faults', async () => {
    const answer = await call('POST', '/plans', { raw: '{"cohorts":{"firstSize":1e999}}' });
    expectProblem(answer, 400, 'invalidRequest');
    expect(faultPaths(answer)).toContain('cohorts.firstSize');
  });

  it('refuses a body of more than 8 MiB', async () => {
    const raw = JSON.stringify({ name: 'x'.repeat(8 * 1024 * 1024) });
    expectProblem(await call('POST', '/plans', { raw }), 413, 'requestTooLarge');
  });

  it('refuses an Idempotency-Key of more than 255 characters', async () => {
    const answer = await call('POST', '/inventories', { body: {}, idempotencyKey: 'k'.repeat(256) });
    expectProblem(answer, 400, 'invalidRequest');
    expect(faultPaths(answer)).toEqual(['headers.Idempotency-Key']);
  });

  it('leaves nothing behind', async () => {
    expect((await call('GET', '/waves')).json?.['waves']).toHaveLength(1);
  });
});

describe('plans', () => {
  session(async () => {
    await takeInventory(api);
  });

  it('answers 201 with a Location that resolves to the same plan', async () => {
    const made = await call('POST', '/plans', { body: { name: 'mine' } });
    expect(made.status).toBe(201);
    expect((await call('GET', locationOf(made))).text).toBe(made.text);
    expect(made.json).toMatchObject({ name: 'mine', counts: { machines: 3, planned: 3 } });
  });

  it('gives the same plan for the same request, another for another', async () => {
    const body = { cohorts: { pilotSize: 1 } };
    const first = await makePlan(api, body);
    expect(await makePlan(api, body)).toBe(first);
    expect(await makePlan(api, { cohorts: { pilotSize: 2 } })).not.toBe(first);
  });
});

describe('starting a wave', () => {
  let planId = '';
  session(async () => {
    await takeInventory(api);
    planId = await makePlan(api, { cohorts: { pilotSize: 1, firstSize: 1 } });
  });

  it('refuses a wave that is not in the plan', async () => {
    const body = { planId, wave: 99, by: 'someone' };
    expectProblem(await call('POST', '/waves', { body }), 404, 'waveNotInPlan');
  });

  it('refuses a wave before the one before it is completed', async () => {
    const body = { planId, wave: 1, by: 'someone' };
    expectProblem(await call('POST', '/waves', { body }), 409, 'previousWaveNotCompleted');
  });

  it('refuses to start for nobody', async () => {
    expectProblem(await call('POST', '/waves', { body: { planId, wave: 0 } }), 400, 'missingBy');
  });

  it('believes no header about who asks while no sign-in stands in front', async () => {
    const headers = { 'x-ms-client-principal-name': 'alice@contoso.example' };
    const body = { planId, wave: 0, dryRun: true, by: 'mallory' };
    const { json } = await call('POST', '/waves', { body, headers });
    expect((await call('GET', `/waves/${json?.['id']}`)).json?.['requestedBy']).toBe('mallory');
  });

  it('answers 202, and 409 with the Location of what is there when asked again', async () => {
    const body = { planId, wave: 0, by: 'someone' };
    const started = await call('POST', '/waves', { body });
    expect(started.status).toBe(202);
    expect((await call('GET', locationOf(started))).json?.['id']).toBe(started.json?.['id']);
    const again = await call('POST', '/waves', { body });
    expectProblem(again, 409, 'waveExists');
    expect(locationOf(again)).toBe(locationOf(started));
  });

  it('refuses a selection of which no machine can be migrated, and says where the reasons are', async () => {
    const unknown = VM.replace('web-01', 'nowhere');
    const body = { selection: { machineIds: [unknown] }, by: 'someone' };
    const answer = await call('POST', '/waves', { body });
    expectProblem(answer, 409, 'emptySelection');
    const plan = /<\/api(\/plans\/[^>]+)>; rel="related"/.exec(answer.headers.get('link') ?? '')?.[1];
    expect((await call('GET', plan ?? '/none')).status).toBe(200);
  });

  it('starts an inline selection', async () => {
    const body = { selection: { machineIds: [VM.toUpperCase()] }, dryRun: true, by: 'someone' };
    const started = await call('POST', '/waves', { body });
    expect(started.status).toBe(202);
    expect((await call('GET', locationOf(started))).json).toMatchObject({ machineCount: 1, dryRun: true });
  });
});

describe('Idempotency-Key', () => {
  session(async () => {
    await takeInventory(api);
  });

  it.each([
    ['/inventories', { scope: {} }, { scope: { subscriptions: ['11111111-1111-4111-8111-111111111111'] } }],
    ['/plans', { name: 'one' }, { name: 'two' }],
  ])('POST %s gives the first answer again, and refuses another body', async (where, body, other) => {
    await expectFirstAnswerAgain(where, body, other);
  });

  it('POST /waves gives the first answer again instead of waveExists', async () => {
    const planId = await makePlan(api, {});
    const body = { planId, wave: 0, by: 'someone' };
    await expectFirstAnswerAgain('/waves', body, { ...body, by: 'someone else' });
    expectProblem(await call('POST', '/waves', { body, idempotencyKey: 'another' }), 409, 'waveExists');
    expect((await call('GET', '/waves')).json?.['waves']).toHaveLength(1);
  });

  it.each(['/inventories', '/plans', '/waves'])(
    'POST %s starts one thing for many at once',
    async (where) => {
      const planId = await makePlan(api, { name: 'at once' });
      const bodies: Record<string, object> = { '/waves': { planId, wave: 0, by: 'someone' } };
      const request = { body: bodies[where] ?? {}, idempotencyKey: `at once ${where}` };
      const answers = await Promise.all(Array.from({ length: 5 }, () => call('POST', where, request)));
      expect(answers.map(({ status }) => status)).toEqual(
        answers.map(() => (where === '/plans' ? 201 : 202)),
      );
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    },
  );

  it('does not remember a refusal of an invalid request', async () => {
    const bad = await call('POST', '/plans', { body: { name: '' }, idempotencyKey: 'mend' });
    expectProblem(bad, 400, 'invalidRequest');
    expect((await call('POST', '/plans', { body: { name: 'mended' }, idempotencyKey: 'mend' })).status).toBe(
      201,
    );
  });

  async function expectFirstAnswerAgain(where: string, body: object, other: object): Promise<void> {
    const idempotencyKey = `key of ${where}`;
    const first = await call('POST', where, { body, idempotencyKey });
    expect(first.status).toBeLessThan(300);
    await api.sleep(1000);
    const again = await call('POST', where, { body, idempotencyKey });
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
    const refused = await call('POST', where, { body: other, idempotencyKey });
    expectProblem(refused, 422, 'idempotencyKeyReused');
  }
});

describe('controlling a wave', () => {
  let path = '';
  session(async () => {
    await takeInventory(api);
    path = await startWave(api, await makePlan(api, { policy: { approvals: { start: true } } }));
    await api.until(path, 'phase', 'awaitingApproval');
  });
  const post = (verb: string, body: object) => call('POST', `${path}/${verb}`, { body });

  it('does not let the requester approve, however they write their name', async () => {
    expectProblem(await post('approve', { by: ' REQUESTER ' }), 403, 'requesterMayNotApprove');
  });

  it('refuses approval of a gate that is not reached', async () => {
    expectProblem(await post('approve', { by: 'approver', gate: 'removal' }), 409, 'notAwaitingApproval');
  });

  it('refuses to resume what is not held', async () => {
    expectProblem(await post('resume', { by: 'approver' }), 409, 'notHeld');
  });

  it('holds, once for the same person and reason, and resumes', async () => {
    const held = await post('hold', { by: 'operator', reason: 'change freeze' });
    expect(held).toMatchObject({ status: 200, json: { phase: 'held' } });
    const again = await post('hold', { by: 'operator', reason: 'change freeze' });
    expect(again.json?.['holds']).toEqual(held.json?.['holds']);
    expect((await post('resume', { by: 'operator' })).json).toMatchObject({ holds: [] });
  });

  it('takes approval by another person, also twice', async () => {
    const approved = await post('approve', { by: 'approver', gate: 'start' });
    expect(approved.json?.['approvals']).toMatchObject([{ gate: 'start', by: 'approver' }]);
    const again = await post('approve', { by: 'second', gate: 'start' });
    expect(again).toMatchObject({ status: 200, json: { approvals: approved.json?.['approvals'] } });
    expectProblem(await post('approve', { by: 'approver' }), 409, 'notAwaitingApproval');
  });

  it('aborts, after which only the end follows', async () => {
    const reason = 'wrong machines';
    expect(await post('abort', { by: 'operator', reason })).toMatchObject({ status: 200 });
    expect((await post('abort', { by: 'operator', reason })).status).toBe(200);
    const late = { by: 'operator', reason: 'late' };
    expectProblem(await post('hold', late), 409, 'waveAborted');
    expectProblem(await post('resume', late), 409, 'waveAborted');
    expectProblem(await post('approve', { by: 'approver' }), 409, 'waveAborted');

    const ended = await api.until(path, 'step', 'finished');
    expect(ended.json).toMatchObject({ phase: 'aborted', finishedAt: expect.any(String) });
    expect(ended.headers.get('retry-after')).toBeNull();
    for (const verb of ['hold', 'resume', 'abort'])
      expectProblem(await post(verb, late), 409, 'waveFinished');
  });
});

describe('machines of a wave', () => {
  let path = '';
  session(async () => {
    await takeInventory(api);
    path = await startWave(api, await makePlan(api, ONE_BY_ONE));
    await api.until(path, 'phase', 'awaitingApproval');
    await call('POST', `${path}/approve`, { body: { by: 'approver' } });
    await api.until(path, 'phase', 'completed');
  });

  it('come page by page, each once', async () => {
    const ids = await pages(`${path}/machines`, 'machineId');
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(3);
  });

  it('come in one page when the limit allows', async () => {
    const { json } = await call('GET', `${path}/machines?limit=1000`);
    expect(json?.['machines']).toHaveLength(3);
    expect(json).not.toHaveProperty('next');
  });

  it('are filtered by status', async () => {
    expect(await pages(`${path}/machines`, 'machineId', '&status=done')).toHaveLength(3);
    expect(await pages(`${path}/machines`, 'machineId', '&status=blocked')).toEqual([]);
    expect(await pages(`${path}/machines`, 'machineId', '&status=failed')).toEqual([]);
  });

  it('agree with the totals of the wave', async () => {
    const { json } = await call('GET', path);
    expect(json).toMatchObject({ machineCount: 3, totals: { machines: 3, inFlight: 0, failed: 0 } });
  });
});

/** Turns pages of one until there is no next; values of a field of every machine seen. */
async function pages(path: string, field: string, query = ''): Promise<unknown[]> {
  const seen: unknown[] = [];
  let after = '';
  for (let turned = 0; turned < 20; turned += 1) {
    const answer = await call('GET', `${path}?limit=1${query}${after}`);
    expect(answer.status, answer.text).toBe(200);
    const machines = answer.json?.['machines'] as Record<string, unknown>[];
    expect(machines.length).toBeLessThanOrEqual(1);
    seen.push(...machines.map((machine) => machine[field]));
    if (answer.json?.['next'] === undefined) return seen;
    after = `&after=${encodeURIComponent(String(answer.json['next']))}`;
  }
  throw new Error(`${path} has no last page`);
}

/** An RFC 9457 answer with this code, and nothing internal in it. */
function expectProblem(answer: Answer, status: number, code: string): void {
  expect(answer.json, answer.text).toMatchObject({
    status,
    code,
    type: expect.stringContaining(code),
    title: expect.any(String),
    detail: expect.any(String),
  });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.text).not.toMatch(/node_modules|\.ts:\d|\.js:\d|at \w+ \(/);
}

function faultPaths({ json }: Answer): readonly string[] {
  const faults = (json?.['errors'] ?? []) as { path: string; message: string }[];
  expect(faults.every(({ message }) => message !== '')).toBe(true);
  return faults.map(({ path }) => path);
}

/** The path of a Location, without the route prefix. */
function locationOf({ headers }: Answer): string {
  const location = headers.get('location') ?? '';
  expect(location).toMatch(/^\/api\//);
  return location.replace(/^\/api/, '');
}
