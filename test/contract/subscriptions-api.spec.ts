import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openApi, type TestApi } from '../support/contract/api.ts';
import {
  atHook,
  EVENT_SETTINGS,
  eventEstate,
  FLOW,
  HOOK,
  HOOK_SECRET,
  TOPIC,
  URL_SECRET,
} from '../support/event-estate.ts';

const HOOK_BODY = { callbackUrl: HOOK, signingSecret: HOOK_SECRET, by: 'olive' };

describe('the API of subscriptions', () => {
  let api: TestApi;
  const logged: string[] = [];
  async function open(settings: Readonly<Record<string, string>> = {}, vault: readonly object[] = []) {
    for (const [name, value] of Object.entries({ ...EVENT_SETTINGS, ...settings })) vi.stubEnv(name, value);
    const estate = eventEstate([atHook({ status: 500 })]);
    const secrets = [...(estate.behaviour?.secrets ?? []), ...(vault as never[])];
    api = await openApi(
      { ...estate, behaviour: { ...estate.behaviour, secrets } },
      {
        log: (entry) => logged.push(JSON.stringify(entry)),
      },
    );
  }
  beforeEach(() => {
    logged.length = 0;
  });
  afterEach(async () => {
    await api.close();
    vi.unstubAllEnvs();
  });
  const subscribe = (body: object, idempotencyKey?: string) =>
    api.call('POST', '/subscriptions', { body, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) });

  it('gives a flow the whole address that ends its subscription', async () => {
    await open({ AMA_API_URL: '' });
    const made = await subscribe({ callbackUrl: FLOW });
    expect(made).toMatchObject({
      status: 201,
      json: { sink: 'webhook', host: 'prod-12.westeurope.logic.azure.com', signed: false, health: 'healthy' },
    });
    const location = new URL(made.headers.get('location') ?? '');
    expect(location.href).toBe(`http://127.0.0.1/api/subscriptions/${made.json?.['id']}`);
    const path = location.pathname.replace('/api', '');
    expect((await api.call('DELETE', path)).status).toBe(204);
    expect((await api.call('DELETE', path)).json).toMatchObject({ code: 'subscriptionNotFound' });
    expect((await api.call('GET', '/subscriptions')).json).toEqual({ subscriptions: [] });
  });

  it('does not end the subscription that the settings make', async () => {
    await open({ AMA_EVENT_GRID_TOPIC: TOPIC });
    const { subscriptions } = (await api.call('GET', '/subscriptions')).json as {
      readonly subscriptions: readonly { id: string }[];
    };
    const answer = await api.call('DELETE', `/subscriptions/${subscriptions[0]?.id}`);
    expect(answer).toMatchObject({ status: 409, json: { code: 'subscriptionOfSettings' } });
  });

  it('subscribes once for one Idempotency-Key', async () => {
    await open();
    const [first, second] = [await subscribe(HOOK_BODY, 'k'), await subscribe(HOOK_BODY, 'k')];
    expect(second.json).toEqual(first.json);
    const other = await subscribe({ ...HOOK_BODY, name: 'another' }, 'k');
    expect(other.json).toMatchObject({ code: 'idempotencyKeyReused' });
    expect(second.headers.get('location')).toBe(
      `https://ama.contoso.com/api/subscriptions/${first.json?.['id']}`,
    );
    expect((await api.call('GET', '/subscriptions')).json?.['subscriptions']).toHaveLength(1);
  });

  it.each([
    ['http', { callbackUrl: 'http://siem.contoso.com/' }, 'addressRefused'],
    ['another host', { callbackUrl: 'https://elsewhere.example/hook' }, 'addressRefused'],
    [
      'a host that only looks like one',
      { callbackUrl: 'https://logic.azure.com.evil.example/' },
      'addressRefused',
    ],
    [
      'the name itself where those below it are allowed',
      { callbackUrl: 'https://logic.azure.com/' },
      'addressRefused',
    ],
    ['a number', { callbackUrl: 'https://169.254.169.254/metadata' }, 'addressRefused'],
    ['credentials', { callbackUrl: 'https://u:p@siem.contoso.com/' }, 'addressRefused'],
    ['a port', { callbackUrl: 'https://siem.contoso.com:8443/' }, 'addressRefused'],
    ['no address', { callbackUrl: 'siem' }, 'addressRefused'],
    [
      'no signature where the address has none',
      { callbackUrl: HOOK, signingSecret: undefined },
      'invalidRequest',
    ],
    ['a key that is none', { signingSecret: URL_SECRET }, 'secretUnavailable'],
    ['a secret that is not there', { signingSecret: `${URL_SECRET}-none` }, 'secretUnavailable'],
    ['a secret in the body', { signingSecret: 'whsec_abc' }, 'invalidRequest'],
    ['an event that is none', { types: ['wave.exploded'] }, 'invalidRequest'],
    ['too many plans', { planIds: Array.from({ length: 51 }, String) }, 'invalidRequest'],
    ['a misspelt field', { type: 'wave.held' }, 'invalidRequest'],
  ])('refuses %s, and keeps nothing', async (_, change, code) => {
    await open();
    const answer = await subscribe({ ...HOOK_BODY, ...change });
    expect(answer.json?.['code'], answer.text).toBe(code);
    expect((await api.call('GET', '/subscriptions')).json).toEqual({ subscriptions: [] });
  });

  it('keeps no address in the open: without a key to seal it, only Key Vault takes it', async () => {
    await open({ AMA_EVENT_KEY_SECRET: '' });
    expect((await subscribe(HOOK_BODY)).json).toMatchObject({ code: 'sealingKeyMissing' });
    expect((await subscribe({ ...HOOK_BODY, callbackUrl: URL_SECRET })).status).toBe(201);
  });

  it('seals with nothing that could be guessed', async () => {
    const vault = [{ vault: 'kv-events', name: 'short', value: 'hunter2' }];
    await open({ AMA_EVENT_KEY_SECRET: 'https://kv-events.vault.azure.net/secrets/short' }, vault);
    expect((await subscribe(HOOK_BODY)).json).toMatchObject({ code: 'secretUnavailable' });
  });

  it('has an end', async () => {
    await open();
    for (let i = 0; i < 100; i += 1) expect((await subscribe(HOOK_BODY)).status).toBe(201);
    expect((await subscribe(HOOK_BODY)).json).toMatchObject({ code: 'tooManySubscriptions' });
  });

  it('writes who subscribed whom into the trail, by host alone', async () => {
    await open();
    const made = await subscribe({ ...HOOK_BODY, callbackUrl: FLOW });
    await api.sleep(1000);
    await api.call('POST', `/subscriptions/${made.json?.['id']}/replay`, {
      body: { by: 'anna', reason: 'mended' },
    });
    await api.sleep(1000);
    await api.call('DELETE', `/subscriptions/${made.json?.['id']}`);
    const trail = await api.call('GET', '/audit');
    const entries = trail.json?.['entries'] as { by: string; message: string }[];
    expect(entries.map(({ by, message }) => `${by} ${message}`)).toEqual([
      `olive subscribed prod-12.westeurope.logic.azure.com to events as ${made.json?.['id']}`,
      `anna has 0 events sent to ${made.json?.['id']} again: mended`,
      `a function key ended the subscription ${made.json?.['id']} of prod-12.westeurope.logic.azure.com`,
    ]);
    expect(trail.text).not.toContain('sig=');
  });

  it('still opens what was sealed after the key was rotated', async () => {
    await open();
    const made = await subscribe({ callbackUrl: FLOW, types: ['inventory.completed'] });
    api.session.estate.mutate.setSecret(
      'kv-events',
      'sealing-key',
      'another-key-of-at-least-thirty-two-characters',
    );
    await subscribe({ callbackUrl: FLOW, types: ['inventory.failed'] });
    await api.call('POST', '/inventories', { body: {} });
    await api.sleep(600_000);
    expect(api.session.estate.received()).toHaveLength(1);
    expect((await api.call('GET', `/subscriptions/${made.json?.['id']}`)).json).toMatchObject({
      health: 'healthy',
    });
  });

  it('shows what is tried again, and where it failed, without the address', async () => {
    await open();
    const made = await subscribe({ ...HOOK_BODY, types: ['inventory.completed'] });
    await api.call('POST', '/inventories', { body: {} });
    await api.sleep(600_000);
    const shown = await api.call('GET', `/subscriptions/${made.json?.['id']}`);
    expect(shown.json).toMatchObject({
      health: 'retrying',
      deliveries: [{ through: 0, current: { trouble: 'The receiver answered 500' } }],
    });
    expect(shown.text).not.toContain('/hooks/');
    const tried = () => api.session.estate.requestLog.count('event.receive');
    const before = tried();
    const replay = await api.call('POST', `/subscriptions/${made.json?.['id']}/replay`, { body: {} });
    expect(replay.json).toEqual({ replaying: 0, streams: 1, goesOn: false });
    await api.sleep(1000);
    expect(tried()).toBe(before + 1);
    expect(logged.join('\n')).not.toContain('/hooks/');
  });
});
