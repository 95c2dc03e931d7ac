import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OPEN_ROUTES, ROUTES } from '../../functions/routes.ts';
import { createSkippingClock } from '../../rehearsal/clock.ts';
import { type AppOptions, DEFAULT_START, startApp } from '../../rehearsal/session.ts';
import { openSqliteStore } from '../../shared/ledger/sqlite-store.ts';
import type { Store } from '../../shared/ledger/store.ts';
import { connectorEstate } from '../support/connectors.ts';
import { openApi, takeInventory } from '../support/contract/api.ts';
import { judgedCall } from '../support/contract/described.ts';
import { CUSTOMER, WORKSPACE } from '../support/small-estate.ts';

/** Nobody answers, ever. */
const never = () => new Promise<never>(() => undefined);
const deafStore: Store = { get: never, list: never, write: never, close: async () => undefined };
const deafAzure = { sendRequest: never };

type App = Awaited<ReturnType<typeof startApp>>;
let app: App | undefined;

beforeEach(() => {
  vi.stubEnv('AMA_ANSWER_SECONDS', '1');
});
afterEach(async () => {
  await app?.close();
  app = undefined;
});

async function start(options: Partial<AppOptions>): Promise<App['host']> {
  const clock = createSkippingClock({ start: Date.parse(DEFAULT_START) });
  const credential = {
    getToken: async () => ({ token: 't', expiresOnTimestamp: Date.now() + 86_400_000 }),
  };
  app = await startApp({ clock, credential, httpClient: deafAzure, ...options });
  return app.host;
}

describe('a call has an answer in time', () => {
  it('whichever it is, when the ledger does not answer', async () => {
    const host = await start({ store: deafStore });
    const begun = performance.now();
    const answers = await Promise.all(
      [...ROUTES, ...OPEN_ROUTES].map(async ([name, method, route]) => {
        const path = `/${route.replace(/\{\w+\}/g, 'x')}`;
        const key = { 'idempotency-key': 'k' };
        const answer = await judgedCall(host, method, path, method === 'GET' ? undefined : {}, key);
        return { name, ...answer };
      }),
    );
    expect(performance.now() - begun).toBeLessThan(5000);

    const late = answers.filter(({ status }) => status === 504);
    // The others need no ledger: the body was wrong, or nothing is looked up.
    for (const { name, status } of answers)
      expect([200, 400, 503, 504], `${name} ${status}`).toContain(status);
    expect(late.length).toBeGreaterThan(30);
    for (const { headers, json } of late) {
      expect(json).toMatchObject({
        code: 'tookTooLong',
        detail: expect.stringContaining('AMA_ANSWER_SECONDS'),
      });
      expect(headers.get('retry-after')).toBe('30');
    }
    const health = answers.find(({ name }) => name === 'getHealth');
    expect([health?.status, health?.json.code]).toEqual([503, 'unavailable']);
  });

  it('when Azure does not answer, and starts nothing twice when it is repeated', async () => {
    const store = await openSqliteStore(':memory:');
    const lasting = { ...store, close: async () => undefined };
    const api = await openApi(connectorEstate(), { store: lasting });
    await takeInventory(api);
    await api.close();

    const host = await start({ store: lasting });
    const asks = [
      ['GET', `/connectors/${CUSTOMER}`],
      ['POST', '/rulesets', { workspaceIds: [WORKSPACE] }],
      ['POST', `/connectors/${CUSTOMER}/disable`, { whatIf: false, by: 'olive', reason: 'late' }],
    ] as const;
    const answers = await Promise.all(
      asks.map(([method, path, body]) => judgedCall(host, method, path, body, { 'idempotency-key': path })),
    );
    expect(answers.map(({ status, json }) => [status, json.code])).toEqual(
      asks.map(() => [504, 'tookTooLong']),
    );
    // The one that ran out of time gave its key back.
    const again = await judgedCall(host, ...asks[1], { 'idempotency-key': asks[1][1] });
    expect(again.status).toBe(504);
    expect(await judgedCall(host, 'GET', '/rulesets')).toMatchObject({ json: { ruleSets: [] } });
  });
});
