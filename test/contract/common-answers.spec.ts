import { afterEach, describe, expect, it, vi } from 'vitest';
import { OPEN_ROUTES } from '../../functions/routes.ts';
import type { EstateFile } from '../../rehearsal/estate/index.ts';
import { openSqliteStore } from '../../shared/ledger/sqlite-store.ts';
import type { Store } from '../../shared/ledger/store.ts';
import { connectorEstate } from '../support/connectors.ts';
import {
  type Answer,
  makePlan,
  openApi,
  startWave,
  type TestApi,
  takeInventory,
} from '../support/contract/api.ts';
import { documentOf, exampleOf, operationsOf, type Placed } from '../support/contract/operations.ts';
import { CUSTOMER, GROUP, SUBSCRIPTION, smallEstate, WORKSPACE } from '../support/small-estate.ts';

/** Answers that many operations have in common, asked of each of them; `api.call` judges them by the document. */
let api: TestApi;
afterEach(async () => {
  vi.unstubAllEnvs();
  await api.close();
});

const DAY = 86_400_000;
const why = { by: 'olive', reason: 'the tests ask for it' };

async function walk(
  wanted: (one: Placed) => boolean,
  ask: (one: Placed) => Promise<Answer>,
): Promise<ReadonlyMap<string, Answer>> {
  const answers = new Map<string, Answer>();
  for (const one of operationsOf(await documentOf(api.session.host)))
    if (wanted(one)) answers.set(one.operation.operationId, await ask(one));
  return answers;
}
const call = ({ verb, address, operation }: Placed) =>
  api.call(verb, address, verb === 'GET' ? {} : { body: bodyOf(operation), idempotencyKey: address });
const bodyOf = (operation: Placed['operation']) => ({
  ...exampleOf(operation),
  // What is there, so that it is not refused for what it names.
  ...(operation.operationId === 'disableAutoProvisioning' && {
    ...{ subscriptionIds: [SUBSCRIPTION], whatIf: false },
  }),
});
const codes = (answers: ReadonlyMap<string, Answer>) =>
  [...answers].map(([name, { status, json }]) => `${name} ${status} ${json?.['code']}`);

/** A table of an estate that has none: Azure says so before the ledger is asked. */
const OTHERWISE: Readonly<Record<string, readonly [number, string]>> = {
  getHealth: [503, 'unavailable'],
  postTableMigration: [502, 'azureRefused'],
};

describe('every operation', () => {
  it('with a body refuses one that is too large', async () => {
    api = await openApi(smallEstate());
    const headers = { 'content-length': String(9_000_000) };
    const answers = await walk(
      // The open one looks for a signature first.
      ({ operation }) => operation.requestBody !== undefined && operation.operationId !== 'ticketCallback',
      ({ verb, address }) => api.call(verb, address, { raw: '{}', headers }),
    );
    expect(answers.size).toBeGreaterThan(25);
    expect(codes(answers)).toEqual([...answers.keys()].map((name) => `${name} 413 requestTooLarge`));
  });

  it('says nothing of what is broken within', async () => {
    const broken = async () => {
      throw new Error('secret inner state');
    };
    const store: Store = { get: broken, list: broken, write: broken, close: async () => undefined };
    api = await openApi(connectorEstate(), { store });
    const answers = await walk(() => true, call);
    const needNoLedger = [...answers].filter(([, { status }]) => status < 500).map(([name]) => name);
    const open = ['getMe', 'getOpenApi', 'postProxyProfile', 'ticketCallback'];
    expect(needNoLedger.sort()).toEqual(open);
    for (const [name, { status, json, text }] of answers) {
      expect(text, name).not.toContain('secret inner state');
      if (status >= 500)
        expect([status, json?.['code']], name).toEqual(OTHERWISE[name] ?? [500, 'internalError']);
    }
  });
});

describe('calls that need what is not there, or not any more', () => {
  it('say so', async () => {
    api = await openApi(connectorEstate());
    const refused = async (path: string, body: object, key?: string) => {
      const answer = await api.call('POST', path, {
        body,
        ...(key === undefined ? {} : { idempotencyKey: key }),
      });
      return `${answer.status} ${answer.json?.['code']}`;
    };
    expect(await refused('/guards', { scope: GROUP, effect: 'Audit' })).toBe('404 inventoryNotFound');
    const policies = { scope: GROUP, location: 'westeurope' };
    expect(await refused('/agent-policies', policies)).toBe('404 inventoryNotFound');
    const started = String((await api.call('POST', '/inventories', { body: {} })).json?.['id']);
    for (const part of ['', '/impact'])
      expect(
        (await api.call('GET', `/connectors/${CUSTOMER}${part}?inventory=${started}`)).json,
      ).toMatchObject({
        code: 'inventoryNotReady',
      });
    await api.until(`/inventories/${started}`, 'status', 'completed');

    const expiresAt = new Date(api.session.clock.now() + DAY).toISOString();
    expect(await refused('/exceptions', { waveId: 'none', ...why, expiresAt })).toBe('404 waveNotFound');
    const planId = await makePlan(api, {});
    await api.call('POST', '/rulesets', { body: { workspaceIds: [WORKSPACE] }, idempotencyKey: 'k' });
    expect(await refused('/rulesets', { workspaceIds: [`${WORKSPACE}x`] }, 'k')).toBe(
      '422 idempotencyKeyReused',
    );
    const run = await api.call('POST', `/plans/${planId}/runs`, {
      body: { by: 'olive' },
      idempotencyKey: 'k',
    });
    expect(await refused(`/plans/${planId}/runs`, { by: 'anna' }, 'k')).toBe('422 idempotencyKeyReused');
    await api.call('POST', '/drift', { body: { by: 'olive' }, idempotencyKey: 'k' });
    expect(await refused('/drift', { by: 'anna' }, 'k')).toBe('422 idempotencyKeyReused');
    const { runs } = (await api.call('GET', '/drift')).json as { readonly runs: readonly { id: string }[] };
    const unknown = await api.call('GET', `/drift/${runs[0]?.id}/findings?finding=surprise`);
    expect(unknown.json).toMatchObject({ code: 'invalidRequest' });
    const path = `/plans/${planId}/runs/${run.json?.['id']}`;
    await api.call('POST', `${path}/abort`, { body: why });
    await api.until(path, 'state', 'aborted');
    expect(await refused(`${path}/hold`, why)).toMatch(/^409 run(Finished|Aborted)$/);
    expect(await refused(`/waves/${planId}-wave-0/rollback`, { ...why, whatIf: false })).toMatch(
      /^409 |^404 /,
    );
  }, 60_000);

  it('of a wave whose machines were deleted for their age', async () => {
    vi.stubEnv('AMA_WAVE_RETENTION_DAYS', '1');
    api = await openApi(smallEstate());
    await takeInventory(api);
    const path = await startWave(api, await makePlan(api, { policy: { approvals: { start: true } } }));
    await api.call('POST', `${path}/abort`, { body: why });
    await api.until(path, 'step', 'finished');
    await api.sleep(4 * DAY);
    for (const part of ['machines', 'verdicts', 'report', 'evidence', 'timeline', 'table'])
      expect((await api.call('GET', `${path}/${part}`)).json).toMatchObject({
        status: 410,
        code: 'detailsPurged',
      });
  });
});

/** Calls that change or read the estate, with what they need. */
function ofAzure(ruleSet: string): readonly (readonly [string, string, object?])[] {
  const real = { ...why, whatIf: false };
  return [
    ['POST', '/rulesets', { workspaceIds: [WORKSPACE] }],
    ['GET', `/rulesets/${ruleSet}/blast-radius`],
    ['POST', `/rulesets/${ruleSet}/deploy`, {}],
    ['POST', `/rulesets/${ruleSet}/levers`, {}],
    ['POST', '/tables/migrate', { workspaceId: WORKSPACE, table: 'App_CL' }],
    ['GET', `/connectors/${CUSTOMER}/impact`],
    ['POST', `/connectors/${CUSTOMER}/disable`, real],
    ['POST', `/connectors/${CUSTOMER}/restore`, real],
    ['POST', '/reinstall-paths/auto-provisioning/disable', { ...real, subscriptionIds: [SUBSCRIPTION] }],
    ['POST', '/guards', { scope: GROUP, effect: 'Audit', whatIf: false, by: 'olive' }],
    ['POST', '/agent-policies', { scope: GROUP, location: 'westeurope', whatIf: false, by: 'olive' }],
    ['GET', '/duplicate-ingestion'],
  ];
}

describe('where Azure is in the way', () => {
  type Fault = NonNullable<NonNullable<EstateFile['behaviour']>['faults']>[number];
  const busy: Fault = { match: { url: '.' }, effect: { status: 429, retryAfterSeconds: 17 } };
  const denied: Fault = { match: { url: '.' }, effect: { status: 403, code: 'AuthorizationFailed' } };
  const noWrites: Fault = { ...denied, match: { method: 'PUT' } };

  /** A ledger with an inventory, a rule set, and legacy collection that was switched off. */
  async function prepared(): Promise<{ store: Store; ruleSet: string }> {
    const store = { ...(await openSqliteStore(':memory:')), close: async () => undefined };
    api = await openApi(connectorEstate(), { store });
    await takeInventory(api);
    const { json } = await api.call('POST', '/rulesets', { body: { workspaceIds: [WORKSPACE] } });
    const off = { ...why, whatIf: false, override: { reason: 'tests' } };
    await api.call('POST', `/connectors/${CUSTOMER}/disable`, { body: off });
    await api.close();
    return { store, ruleSet: (json as { ruleSets: readonly { id: string }[] }).ruleSets[0]?.id ?? '' };
  }

  async function askAll(fault: Fault): Promise<string[]> {
    const { store, ruleSet } = await prepared();
    api = await openApi(connectorEstate({ behaviour: { faults: [fault] } }), { store });
    const found: string[] = [];
    for (const [method, path, body] of ofAzure(ruleSet)) {
      const { status, json } = await api.call(method, path, body === undefined ? {} : { body });
      found.push(`${path.replace(ruleSet, 'ID').replace(CUSTOMER, 'ID')} ${status} ${json?.['code']}`);
    }
    return found;
  }

  it('a busy service is a matter of time', async () => {
    expect(await askAll(busy)).toEqual([
      '/rulesets 503 unavailable',
      '/rulesets/ID/blast-radius 503 unavailable',
      '/rulesets/ID/deploy 503 unavailable',
      '/rulesets/ID/levers 503 unavailable',
      '/tables/migrate 503 unavailable',
      '/connectors/ID/impact 503 unavailable',
      '/connectors/ID/disable 503 unavailable',
      '/connectors/ID/restore 503 unavailable',
      '/reinstall-paths/auto-provisioning/disable 503 unavailable',
      '/guards 503 unavailable',
      '/agent-policies 503 unavailable',
      '/duplicate-ingestion 503 unavailable',
    ]);
  });

  it('a service that refuses everything is named', async () => {
    expect(await askAll(denied)).toEqual([
      '/rulesets 409 workspaceNotReadable',
      '/rulesets/ID/blast-radius 409 workspaceNotReadable',
      '/rulesets/ID/deploy 409 workspaceNotReadable',
      '/rulesets/ID/levers 409 workspaceNotReadable',
      '/tables/migrate 502 azureRefused',
      '/connectors/ID/impact 502 azureRefused',
      '/connectors/ID/disable 502 azureRefused',
      '/connectors/ID/restore 502 azureRefused',
      '/reinstall-paths/auto-provisioning/disable 502 azureRefused',
      '/guards 502 azureRefused',
      '/agent-policies 502 azureRefused',
      '/duplicate-ingestion 200 undefined',
    ]);
  });

  it('one that refuses changes leaves a deployment in the middle', async () => {
    const { store, ruleSet } = await prepared();
    for (const [fault, answer] of [
      [noWrites, '502 azureRefused'],
      [{ ...busy, match: { method: 'PUT' } }, '202 undefined'],
    ] as const) {
      api = await openApi(connectorEstate({ behaviour: { faults: [fault] } }), { store });
      const body = { whatIf: false, by: 'olive' };
      const { status, json } = await api.call('POST', `/rulesets/${ruleSet}/deploy`, { body });
      expect(`${status} ${json?.['code']}`).toBe(answer);
      if (status === 502) await api.close();
    }
  });
});

// Last, because who called too often is known to the process for a minute of its clock.
describe('each of them', () => {
  it('counts who calls, but the open ones', async () => {
    vi.stubEnv('AMA_CALLS_PER_MINUTE', '10');
    api = await openApi(smallEstate());
    for (let i = 0; i < 10; i += 1) await api.call('GET', '/waves');
    const { paths } = await import('../../docs/reference/openapi.json', { with: { type: 'json' } }).then(
      (one) => one.default as unknown as Awaited<ReturnType<typeof documentOf>>,
    );
    const answers = new Map<string, Answer>();
    for (const one of operationsOf({ paths })) answers.set(one.operation.operationId, await call(one));
    expect(answers.get('getHealth')?.status).toBe(200);
    for (const [name] of OPEN_ROUTES) answers.delete(name);
    expect(codes(answers)).toEqual([...answers.keys()].map((name) => `${name} 429 tooManyCalls`));
    for (const { headers } of answers.values()) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
