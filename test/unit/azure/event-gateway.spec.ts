import { describe, expect, it } from 'vitest';
import { createEventGateway } from '../../../shared/azure/event-gateway.ts';
import { fakeHttp } from './fake-http.ts';

const TOPIC = 'https://evgt-ama.westeurope-1.eventgrid.azure.net/api/events';
const EVENT = '{"specversion":"1.0"}';

function gateway(status: number, headers: Record<string, string> = {}, topic: string | undefined = TOPIC) {
  const { context, sent } = fakeHttp(() => ({ status, headers }));
  const scopes: unknown[] = [];
  const credential = {
    async getToken(scope: string | string[]) {
      scopes.push(scope);
      return { token: 'token', expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  };
  const hosts = ['siem.contoso.com', '*.logic.azure.com'];
  return { events: createEventGateway({ ...context, credential }, { hosts, topic }), sent, scopes };
}

describe('sending events', () => {
  it('to a topic goes with a token for Event Grid of its cloud', async () => {
    const { events, sent, scopes } = gateway(200);
    expect(await events.publish('application/cloudevents+json', EVENT)).toMatchObject({
      value: { status: 200 },
    });
    expect(sent).toMatchObject([
      {
        method: 'POST',
        url: `${TOPIC}?api-version=2018-01-01`,
        authorization: 'Bearer token',
        body: { specversion: '1.0' },
      },
    ]);
    expect(scopes.flat()).toEqual(['https://eventgrid.azure.net/.default']);
    const government = gateway(200, {}, TOPIC.replace('.net/', '.us/'));
    await government.events.publish('application/cloudevents+json', EVENT);
    expect(government.scopes.flat()).toEqual(['https://eventgrid.azure.us/.default']);
  });

  it('to a topic that refuses says so, and when to come back', async () => {
    const { events } = gateway(429, { 'retry-after': '30' });
    expect(await events.publish('t', EVENT)).toEqual({ ok: true, value: { status: 429, retryAfter: '30' } });
  });

  it('to a webhook goes without the app, to allowed hosts and those below a name', async () => {
    const { events, sent } = gateway(503, { 'retry-after': '7' });
    const flow = 'https://prod-1.westeurope.logic.azure.com:443/x?sig=1';
    expect(await events.post(flow, { 'webhook-id': 'a' }, EVENT)).toMatchObject({
      value: { status: 503, retryAfter: '7' },
    });
    expect(sent).toMatchObject([{ method: 'POST', url: flow, authorization: undefined }]);
    for (const address of [
      'https://logic.azure.com/',
      'https://xlogic.azure.com/',
      'https://siem.contoso.com.evil.example/',
      'https://a.siem.contoso.com/',
    ]) {
      expect(events.addressFault(address), address).toContain('AMA_EVENT_HOSTS');
      expect(await events.post(address, {}, EVENT)).toMatchObject({
        ok: false,
        trouble: { code: 'requestRefused' },
      });
    }
    expect(sent).toHaveLength(1);
  });
});
