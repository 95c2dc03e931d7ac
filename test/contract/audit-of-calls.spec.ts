import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../../functions/routes.ts';
import type { EstateFile } from '../../rehearsal/estate/index.ts';
import { openSqliteStore } from '../../shared/ledger/sqlite-store.ts';
import type { Store } from '../../shared/ledger/store.ts';
import type { AuditEntry } from '../../shared/model/wave.ts';
import { connectorEstate } from '../support/connectors.ts';
import { type Answer, openApi, type TestApi, takeInventory } from '../support/contract/api.ts';
import { principalHeader } from '../support/contract/principal.ts';
import { EVENT_SECRETS, EVENT_SETTINGS, HOOK, HOOK_SECRET } from '../support/event-estate.ts';
import { LOG, SILENT_SOON, TABLE } from '../support/infra/estate-traffic.ts';
import { TOLERANT_GATE } from '../support/removal-estate.ts';
import { CUSTOMER, GROUP, SUBSCRIPTION, VM, WORKSPACE } from '../support/small-estate.ts';

/**
 * Makes every call that writes, once, as it succeeds, and looks at what it adds to the trails. A new one is missing
 * in `CALLS`, and does not compile.
 */
type Route = (typeof ROUTES)[number];
type WritingCall = Extract<Route, readonly [string, string, string, 'operator' | 'approver']>[0];

const ANNA = { id: 'anna-1', upn: 'anna@contoso.example', roles: ['operator', 'approver'] } as const;
const OLIVE = { id: 'olive-1', upn: 'olive@contoso.example', roles: ['operator', 'approver'] } as const;
const HOUR = 3_600_000;
const reason = 'the tests ask for it';

/** What the trails got while it was watched; entries that the app wrote by itself are not of a call. */
function watched(inner: Store): { store: Store; taken(): readonly AuditEntry[] } {
  let entries: AuditEntry[] = [];
  const store: Store = {
    ...inner,
    async write(partition, operations) {
      if (partition.startsWith('audit|'))
        for (const one of operations) if ('value' in one) entries.push(one.value as AuditEntry);
      return inner.write(partition, operations);
    },
  };
  return {
    store,
    taken: () => {
      const found = entries.filter(({ origin }) => origin !== undefined);
      entries = [];
      return found;
    },
  };
}

const SETTINGS = { AMA_SIGN_IN: 'platform', ...EVENT_SETTINGS };

let api: TestApi;
let store: ReturnType<typeof watched>;
const made = {
  remedy: '',
  drift: '',
  subscription: '',
  ruleSet: '',
  exception: '',
  wave: '',
  run: '',
  migrated: '',
};

beforeAll(async () => {
  for (const [name, value] of Object.entries(SETTINGS)) process.env[name] = value;
  api = await open(connectorEstate({ behaviour: { secrets: EVENT_SECRETS } }));
}, 120_000);
afterAll(async () => {
  await api.close();
  for (const name of Object.keys(SETTINGS)) delete process.env[name];
});

/** The app over an estate as Olive calls it. */
async function open(estate: EstateFile): Promise<TestApi> {
  store = watched(await openSqliteStore(':memory:'));
  const inner = await openApi(estate, { store: store.store });
  const call: TestApi['call'] = (method, path, options) =>
    inner.call(method, path, { ...options, headers: { ...principalHeader(OLIVE), ...options?.headers } });
  api = { ...inner, call, until };
  await takeInventory(api);
  return api;
}

async function until(path: string, field: string, ...values: readonly string[]): Promise<Answer> {
  for (let looks = 0; looks < 2000; looks += 1) {
    const answer = await api.call('GET', path);
    if (values.includes(String(answer.json?.[field]))) return answer;
    await api.sleep(60_000);
  }
  const { text } = await api.call('GET', path);
  throw new Error(`${path} never had ${field} ${values.join(' or ')}: ${text}`);
}

const post = (path: string, body: object = {}, who?: typeof ANNA) =>
  api.call('POST', path, { body, ...(who === undefined ? {} : { headers: principalHeader(who) }) });
const idOf = ({ json, text }: Answer): string => {
  if (typeof json?.['id'] !== 'string') throw new Error(text);
  return json['id'];
};

/** What somebody does in Azure without the app. */
function inAzure(method: string, path: string, body?: object): void {
  const { estate } = api.session;
  const headers = { authorization: `Bearer ${estate.issueToken()}`, 'content-type': 'application/json' };
  const url = `https://management.azure.com${path}`;
  const { response } = estate.handleNow({
    ...{ method, url, headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (response.status >= 300) throw new Error(response.body);
}

let plans = 0;
async function aPlan(more: object = {}): Promise<string> {
  plans += 1;
  const policy = { approvals: { start: true }, soakSeconds: 86_400 };
  return idOf(await post('/plans', { name: `plan ${plans}`, policy, ...more }));
}

async function aWave(more: object = {}): Promise<string> {
  const id = idOf(await post('/waves', { planId: await aPlan(more), wave: 0 }));
  await until(`/waves/${id}`, 'phase', 'awaitingApproval', 'progressing', 'completed', 'degraded');
  return `/waves/${id}`;
}

async function aRun(more: object = {}): Promise<string> {
  const planId = await aPlan({ cohorts: { pilotSize: 0, firstSize: 1, growth: 1 }, ...more });
  return `/plans/${planId}/runs/${idOf(await post(`/plans/${planId}/runs`))}`;
}

/** Each prepares what it needs and returns the call itself. */
const CALLS: Readonly<Record<WritingCall, () => Promise<() => Promise<Answer>>>> = {
  postInventory: async () => () => post('/inventories', { scope: { subscriptions: [SUBSCRIPTION] } }),
  postRuleSets: async () => () => post('/rulesets', { workspaceIds: [WORKSPACE] }),
  postRuleSetDeploy: async () => () => post(`/rulesets/${made.ruleSet}/deploy`, { whatIf: false }),
  postRuleSetLevers: async () => () => post(`/rulesets/${made.ruleSet}/levers`, { pricePerGb: 2 }),
  disableConnectorNow: async () => () =>
    post(`/connectors/${CUSTOMER}/disable`, { whatIf: false, reason, override: { reason } }),
  restoreConnector: async () => () => post(`/connectors/${CUSTOMER}/restore`, { whatIf: false, reason }),
  disableAutoProvisioning: async () => () =>
    post('/reinstall-paths/auto-provisioning/disable', {
      ...{ subscriptionIds: [SUBSCRIPTION], whatIf: false, reason },
    }),
  postGuards: async () => () => post('/guards', { scope: GROUP, effect: 'Audit', whatIf: false }),
  postException: async () => () =>
    post('/exceptions', {
      ...{ workspaceId: WORKSPACE, reason },
      expiresAt: new Date(api.session.clock.now() + HOUR).toISOString(),
    }),
  revokeException: async () => () => post(`/exceptions/${made.exception}/revoke`, { reason }),
  postSubscription: async () => () =>
    post('/subscriptions', { callbackUrl: HOOK, signingSecret: HOOK_SECRET }),
  replaySubscription: async () => () => post(`/subscriptions/${made.subscription}/replay`, { reason }),
  deleteSubscription: async () => () => api.call('DELETE', `/subscriptions/${made.subscription}`),
  postPlan: async () => () => post('/plans', { name: 'walked' }),
  postPlanRun: async () => {
    const planId = await aPlan();
    return () => post(`/plans/${planId}/runs`);
  },
  holdPlanRun: async () => {
    made.run = await aRun();
    return () => post(`${made.run}/hold`, { reason });
  },
  resumePlanRun: async () => () => post(`${made.run}/resume`, { reason }),
  abortPlanRun: async () => () => post(`${made.run}/abort`, { reason }),
  promotePlanRun: async () => {
    const run = await aRun({ policy: { ...TOLERANT_GATE, approvals: { removal: false } } });
    const { json } = await until(run, 'state', 'awaitingPromotion');
    made.migrated = `/waves/${json?.['planId']}-wave-0`;
    return () => post(`${run}/promote`, { reason }, ANNA);
  },
  postWave: async () => {
    const planId = await aPlan();
    return () => post('/waves', { planId, wave: 0 });
  },
  changeWaveMachines: async () => {
    made.wave = await aWave();
    return () => post(`${made.wave}/machines`, { remove: [VM], reason });
  },
  holdWave: async () => () => post(`${made.wave}/hold`, { reason }),
  resumeWave: async () => () => post(`${made.wave}/resume`, { reason }),
  approveWave: async () => () => post(`${made.wave}/approve`, {}, ANNA),
  retryWave: async () => {
    for (let looks = 0; looks < 200; looks += 1) {
      if ((await api.call('GET', `${made.wave}/machines`)).text.includes('"waiting"')) break;
      await api.sleep(60_000);
    }
    return () => post(`${made.wave}/retry`, { reason });
  },
  promoteWave: async () => {
    await until(made.wave, 'step', 'gate');
    return () => post(`${made.wave}/promote`, { reason }, ANNA);
  },
  postDriftPolicy: async () => () => post('/drift-policy', { reason, policy: {} }, ANNA),
  postDrift: async () => () => post('/drift'),
  startDriftRemedy: async () => {
    await until(`/drift/${made.drift}`, 'status', 'completed');
    // The app turned it off above; somebody turns it on again.
    const setting = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Security/autoProvisioningSettings/default`;
    inAzure('PUT', `${setting}?api-version=2017-08-01-preview`, {
      properties: { autoProvision: 'On' },
    });
    const id = idOf(await post('/drift'));
    const { json } = await until(`/drift/${id}`, 'status', 'completed');
    const { remedies } = json as { readonly remedies: readonly { kind: string; about: string }[] };
    const [remedy] = remedies;
    made.remedy = `/drift/${id}/remedies/${remedy?.kind}/start`;
    return () => api.call('POST', made.remedy, { body: { about: remedy?.about }, idempotencyKey: 'remedy' });
  },
  postAgentPolicies: async () => () =>
    post('/agent-policies', { scope: GROUP, location: 'westeurope', whatIf: false }, ANNA),
  rollbackWave: async () => () => post(`${made.migrated}/rollback`, { whatIf: false, reason }),
  abortWave: async () => {
    const wave = await aWave({ selection: { machineIds: [VM] } });
    return () => post(`${wave}/abort`, { reason });
  },
  postTableMigration: async () => {
    // Over an estate of its own, in which nobody writes the table any more.
    await api.close();
    const estate = connectorEstate({ behaviour: SILENT_SOON });
    await open({ ...estate, resources: [...estate.resources, LOG] });
    inAzure('DELETE', `${LOG.id}?api-version=2020-08-01`);
    await api.sleep(28 * HOUR);
    const { confirmation } = (await post('/tables/migrate', TABLE)).json ?? {};
    return () => post('/tables/migrate', { ...TABLE, whatIf: false, confirm: confirmation });
  },
};

/** What later calls are about. */
const MADE: Partial<Record<WritingCall, (answer: Answer) => void | Promise<void>>> = {
  startDriftRemedy: async () => {
    const other = { body: { about: 'another' }, idempotencyKey: 'remedy' };
    expect((await api.call('POST', made.remedy, other)).json).toMatchObject({ code: 'idempotencyKeyReused' });
  },
  postRuleSets: ({ json }) => {
    made.ruleSet = (json as { ruleSets: readonly { id: string }[] }).ruleSets[0]?.id ?? '';
  },
  postSubscription: (answer) => {
    made.subscription = idOf(answer);
  },
  postDrift: (answer) => {
    made.drift = idOf(answer);
  },
  postException: (answer) => {
    made.exception = idOf(answer);
  },
};

describe('every call that writes', () => {
  const names = Object.keys(CALLS) as WritingCall[];

  it('is made here', () => {
    const writing = ROUTES.filter(([, , , role]) => role !== 'reader').map(([name]) => name);
    expect([...names].sort()).toEqual([...writing].sort());
  });

  it.each(names)(
    '%s leaves who, what, when, from where, and what changed',
    async (name) => {
      const call = await CALLS[name]();
      store.taken();
      const before = api.session.clock.now();
      const answer = await call();
      expect(answer.status, answer.text).toBeLessThan(300);
      await MADE[name]?.(answer);

      const entries = store.taken();
      expect(entries.length, name).toBeGreaterThan(0);
      const [first] = entries;
      const who = first?.origin?.id === ANNA.id ? ANNA : OLIVE;
      expect(first?.by).toBe(who.upn);
      for (const { at, origin, message } of entries) {
        expect(Date.parse(at)).toBeGreaterThanOrEqual(before);
        expect(origin).toEqual({
          ...{ id: who.id, signedInBy: 'entra', channel: 'api', correlationId: expect.any(String) },
        });
        expect(message.length).toBeGreaterThan(10);
      }
      // State before: of a record, null for what is new, and as it was read for what is in Azure.
      const isOfRecord = first?.before !== undefined && first.after !== undefined;
      expect(isOfRecord || first?.data !== undefined, JSON.stringify(first)).toBe(true);
    },
    120_000,
  );

  it('leaves nothing where it changes nothing', async () => {
    store.taken();
    const refused = [
      await post('/waves', { planId: 'none', wave: 0 }),
      await post('/inventories', { surprise: 1 }),
      await post('/guards', { scope: GROUP, effect: 'Audit' }),
      await post(`/connectors/${CUSTOMER}/disable`, { reason }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([404, 400, 200, 200]);
    expect(store.taken()).toEqual([]);
  });
});
