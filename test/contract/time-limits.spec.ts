import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSkippingClock } from '../../rehearsal/clock.ts';
import { type AppOptions, DEFAULT_START, startApp } from '../../rehearsal/session.ts';
import { openSqliteStore } from '../../shared/ledger/sqlite-store.ts';
import type { Store } from '../../shared/ledger/store.ts';
import { connectorEstate } from '../support/connectors.ts';
import { openApi, takeInventory } from '../support/contract/api.ts';
import { judgedCall } from '../support/contract/described.ts';
import { documentOf, exampleOf, operationsOf } from '../support/contract/operations.ts';
import { CUSTOMER, WORKSPACE } from '../support/small-estate.ts';

/** Nobody answers, ever. */
const never = () => new Promise<never>(() => undefined);
const deafStore: Store = { get: never, list: never, write: never, close: async () => undefined };
const deafAzure = { sendRequest: never };

type App = Awaited<ReturnType<typeof startApp>>;
let app: App | undefined;

afterEach(async () => {
  await app?.close();
  app = undefined;
});

/** An app that gives up after a second. */
async function start(options: Partial<AppOptions>): Promise<App['host']> {
  vi.stubEnv('AMA_ANSWER_SECONDS', '1');
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
    const answers = await Promise.all(
      operationsOf(await documentOf(host)).map(async ({ verb, address, operation }) => {
        const body = verb === 'GET' ? undefined : exampleOf(operation);
        const answer = await judgedCall(host, verb, address, body, { 'idempotency-key': 'k' });
        return { name: operation.operationId, ...answer };
      }),
    );

    const late = answers.filter(({ status }) => status === 504);
    // The others need no ledger: the body was wrong, a signature was missing, or nothing is looked up.
    for (const { name, status } of answers)
      expect([200, 400, 401, 503, 504], `${name} ${status}`).toContain(status);
    expect(late.length).toBeGreaterThan(50);
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
