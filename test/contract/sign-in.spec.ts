import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, makePlan, openApi, type TestApi, takeInventory } from '../support/contract/api.ts';
import { principalHeader, type SignedIn, TENANT } from '../support/contract/principal.ts';
import { smallEstate, VM } from '../support/small-estate.ts';

const OLIVE = { id: 'olive-1', upn: 'Olive@contoso.example', roles: ['operator'] } as const;
const ANNA = { id: 'anna-1', upn: 'anna@contoso.example', roles: ['approver'] } as const;
const BOTH = ['operator', 'approver'] as const;
const LOGIC_APP = { id: 'logic-1', appId: 'aaaaaaaa-0000-4000-8000-000000000001', roles: BOTH } as const;
const LOGIC_APP_NAME = `app ${LOGIC_APP.appId}`;

let api: TestApi;
let plans = 0;
beforeAll(async () => {
  Object.assign(process.env, { AMA_SIGN_IN: 'platform', AMA_SIGN_IN_TENANTS: TENANT });
  api = await openApi(smallEstate());
  await takeInventory(calledBy(OLIVE));
});
afterAll(async () => {
  await api.close();
  for (const name of ['AMA_SIGN_IN', 'AMA_SIGN_IN_TENANTS', 'WEBSITE_INSTANCE_ID']) delete process.env[name];
});

function as(who: SignedIn, method: string, path: string, body?: object, headers = {}): Promise<Answer> {
  return calledBy(who).call(method, path, { body, headers });
}

/** The app as somebody who is signed in calls it. */
function calledBy(who: SignedIn): TestApi {
  const call: TestApi['call'] = (method, path, options) =>
    api.call(method, path, { ...options, headers: { ...principalHeader(who), ...options?.headers } });
  return {
    ...{ ...api, call },
    async until(path, field, ...values) {
      for (let looks = 0; looks < 100; looks += 1) {
        const answer = await call('GET', path);
        if (values.includes(String(answer.json?.[field]))) return answer;
        await api.sleep(30_000);
      }
      throw new Error(`${path} never had ${values.join(' or ')}`);
    },
  };
}

/** A wave that waits for its first approval, requested by somebody. */
async function waitingWave(who: SignedIn, by?: string): Promise<string> {
  plans += 1;
  const planId = await makePlan(calledBy(OLIVE), {
    name: `plan ${plans}`,
    selection: { machineIds: [VM] },
    cohorts: { pilotSize: 0, firstSize: 1, maxSize: 1 },
    policy: { approvals: { start: true } },
  });
  const { json, text } = await as(who, 'POST', '/waves', { planId, wave: 0, ...(by && { by }) });
  if (json?.['id'] === undefined) throw new Error(text);
  return `/waves/${json['id']}`;
}

describe('where people sign in', () => {
  it('a wave is requested by who signed in, whatever the body leaves out', async () => {
    const wave = await waitingWave(OLIVE);
    expect((await as(ANNA, 'GET', wave)).json).toMatchObject({
      requestedBy: OLIVE.upn,
      requestedById: OLIVE.id,
    });
  });

  it('nobody calls as somebody else', async () => {
    const wave = await waitingWave(OLIVE, OLIVE.upn.toLowerCase());
    const answer = await as(ANNA, 'POST', `${wave}/approve`, { by: 'boss@contoso.example' });
    expect(answer.status).toBe(403);
    expect(answer.json).toMatchObject({ code: 'byDiffers', errors: [{ path: 'by' }] });
    expect((await as(ANNA, 'GET', wave)).json).toMatchObject({ approvals: [] });
  });

  it('the requester is known by the object id, under whatever name', async () => {
    const wave = await waitingWave(OLIVE);
    const renamed = { ...OLIVE, upn: 'olive.married@contoso.example', roles: BOTH };
    const answer = await as(renamed, 'POST', `${wave}/approve`, {});
    expect(answer.json).toMatchObject({ status: 403, code: 'requesterMayNotApprove' });
    const other = await as(ANNA, 'POST', `${wave}/approve`, {});
    expect(other.json).toMatchObject({ approvals: [{ by: ANNA.upn, byId: ANNA.id, gate: 'start' }] });
  });

  it('a workload keeps its own name and says whom it acts for, and counts as both', async () => {
    const wave = await waitingWave(OLIVE);
    const forOlive = await as(LOGIC_APP, 'POST', `${wave}/approve`, { by: OLIVE.upn });
    expect(forOlive.json?.['code']).toBe('requesterMayNotApprove');
    const forAnna = await as(LOGIC_APP, 'POST', `${wave}/approve`, { by: ANNA.upn });
    expect(forAnna.json).toMatchObject({
      approvals: [{ by: LOGIC_APP_NAME, byId: LOGIC_APP.id, onBehalfOf: ANNA.upn }],
    });
  });

  it('a workload that requested a wave approves it for nobody', async () => {
    const wave = await waitingWave(LOGIC_APP);
    const answer = await as(LOGIC_APP, 'POST', `${wave}/approve`, { by: ANNA.upn });
    expect(answer.json?.['code']).toBe('requesterMayNotApprove');
  });

  it('what takes on a risk needs an approver beside the role of the call', async () => {
    const table = {
      workspaceId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w',
      ...{ table: 'App_CL', whatIf: false, confirm: 'x' },
    };
    const refused = await as(OLIVE, 'POST', '/tables/migrate', table);
    expect(refused.json).toMatchObject({ status: 403, code: 'roleMissing' });
    const override = { whatIf: false, reason: 'r', override: { reason: 'known' } };
    const connector = await as(OLIVE, 'POST', '/connectors/x/disable', override);
    expect(connector.json).toMatchObject({ status: 403, code: 'roleMissing' });
    const wave = await waitingWave(OLIVE);
    const rollback = await as(OLIVE, 'POST', `${wave}/rollback`, {
      ...{ whatIf: false, reason: 'r' },
      confirmation: 'x',
    });
    expect(rollback.json).toMatchObject({ status: 403, code: 'roleMissing' });
  });

  it('a plan that nobody else would have to approve needs an approver', async () => {
    const plan = (policy: object, more: object = {}) => ({
      selection: { machineIds: [VM] },
      policy,
      ...more,
    });
    const ask = (who: SignedIn, body: object) => as(who, 'POST', '/plans', body);
    const weak = [
      plan({ approvals: { removal: false } }),
      plan({ approvals: { requesterMayApprove: true } }),
      plan({}, { waveSettings: [{ waves: [0], policy: { approvals: { removal: false } } }] }),
    ];
    for (const body of weak) {
      expect((await ask(OLIVE, body)).json, JSON.stringify(body)).toMatchObject({ code: 'roleMissing' });
      expect((await ask({ ...OLIVE, roles: BOTH }, body)).status).toBe(201);
    }
    const { policy } = weak[0] ?? {};
    const selection = { machineIds: [VM], policy };
    expect((await as(OLIVE, 'POST', '/waves', { selection })).json).toMatchObject({ code: 'roleMissing' });
    expect((await ask(OLIVE, plan({}))).status).toBe(201);
  });

  it("an Idempotency-Key is its caller's own", async () => {
    const first = await calledBy(OLIVE).call('POST', '/inventories', { body: {}, idempotencyKey: 'k' });
    const again = await calledBy(OLIVE).call('POST', '/inventories', { body: {}, idempotencyKey: 'k' });
    const other = await calledBy(LOGIC_APP).call('POST', '/inventories', { body: {}, idempotencyKey: 'k' });
    expect(again.json).toEqual(first.json);
    expect(other.status).toBe(202);
    expect(other.json?.['id']).not.toBe(first.json?.['id']);
  });

  it('a principal of a tenant that is not named is nobody', async () => {
    const foreign = { ...ANNA, tenantId: '22222222-2222-4222-8222-222222222222' };
    expect((await as(foreign, 'GET', '/waves')).json).toMatchObject({ status: 401, code: 'signInRequired' });
  });

  it('the trail says who, how, and from where the platform says', async () => {
    const wave = await waitingWave(OLIVE);
    await api.sleep(1000);
    process.env['WEBSITE_INSTANCE_ID'] = 'i';
    const from = { 'x-forwarded-for': '10.9.9.9, 198.51.100.7:50123' };
    await as(ANNA, 'POST', `${wave}/approve`, {}, from);
    delete process.env['WEBSITE_INSTANCE_ID'];
    const { json } = await as(ANNA, 'GET', `${wave}/audit`);
    const entries = json?.['entries'] as Record<string, unknown>[];
    expect(entries[0]).toMatchObject({
      ...{ by: OLIVE.upn, message: expect.stringContaining('asked for wave 0') },
      origin: { id: OLIVE.id, signedInBy: 'entra', channel: 'api', correlationId: expect.any(String) },
    });
    expect(entries[1]).toMatchObject({
      ...{ by: ANNA.upn, event: 'control', before: { approvals: [] } },
      after: { approvals: [{ by: ANNA.upn, byId: ANNA.id }] },
      origin: { id: ANNA.id, address: '198.51.100.7' },
    });
  });
});

describe('a caller who calls too often', () => {
  it('is told when to come again, and others are not kept', async () => {
    const flood = { ...ANNA, id: 'flood' };
    let last: Answer | undefined;
    for (let i = 0; i <= 1200; i += 1) last = await as(flood, 'GET', '/exceptions');
    expect(last?.json).toMatchObject({ status: 429, code: 'tooManyCalls' });
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await as(ANNA, 'GET', '/exceptions')).status).toBe(200);
  });
});
