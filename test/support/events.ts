import { vi } from 'vitest';
import { z } from 'zod';
import type { EstateFile, Received } from '../../rehearsal/estate/index.ts';
import { scenario } from './scenario.ts';
import { smallEstate } from './small-estate.ts';

export const HOOK = 'https://siem.contoso.com/hooks/ama';
export const FLOW =
  'https://prod-12.westeurope.logic.azure.com:443/workflows/5d1e/triggers/manual/paths/invoke?api-version=2016-10-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=canary-flow-5d1e-not-to-be-seen';
export const TOPIC = 'https://ama-events.westeurope-1.eventgrid.azure.net/api/events';
const VAULT = 'https://kv-events.vault.azure.net/secrets';
export const HOOK_SECRET = `${VAULT}/hook-key`;
export const URL_SECRET = `${VAULT}/hook-url`;
export const SIGNING_KEY = `whsec_${Buffer.from('canary-signing-5d1e-not-to-be-seen').toString('base64')}`;
const SEALING_KEY = 'canary-sealing-5d1e-not-to-be-seen-0123456789';

/** What the app is told of receivers and keys. */
export const EVENT_SETTINGS = {
  AMA_EVENT_HOSTS: 'siem.contoso.com,*.logic.azure.com',
  AMA_EVENT_KEY_SECRET: `${VAULT}/sealing-key`,
  AMA_API_URL: 'https://ama.contoso.com/api',
};

type Fault = NonNullable<NonNullable<EstateFile['behaviour']>['faults']>[number];

/** The small estate with receivers outside of it, and what goes wrong on the way to them. */
export function eventEstate(faults: readonly Fault[] = [], changes: Partial<EstateFile> = {}): EstateFile {
  return smallEstate({
    ...changes,
    behaviour: {
      ...changes.behaviour,
      receivers: [{ url: HOOK }, { url: FLOW, status: 202 }, { url: TOPIC }],
      secrets: [
        { vault: 'kv-events', name: 'hook-key', value: SIGNING_KEY },
        { vault: 'kv-events', name: 'hook-url', value: HOOK },
        { vault: 'kv-events', name: 'sealing-key', value: SEALING_KEY },
      ],
      faults: [...faults],
    },
  });
}

/** Something that goes wrong at the webhook. */
export function atHook(effect: Fault['effect'], count?: number): Fault {
  return { match: { url: 'siem\\.contoso\\.com' }, effect, ...(count === undefined ? {} : { count }) };
}

export const Event = z.looseObject({
  id: z.string(),
  type: z.string(),
  source: z.string(),
  subject: z.string(),
  sequence: z.string(),
  partitionkey: z.string(),
  data: z.looseObject({ message: z.string(), severity: z.string() }),
});

/** Scenarios with people who listen. */
export function eventScenario() {
  const { given, when, then, here } = scenario();

  async function call(method: string, path: string, body?: unknown) {
    const { host } = here().session;
    const response = await host.fetch(
      new Request(`http://127.0.0.1/api${path}`, {
        method,
        headers: { 'x-functions-key': host.key, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    // biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field.
    const json: any = text === '' ? undefined : JSON.parse(text);
    return { status: response.status, headers: response.headers, text, json };
  }

  const steps = {
    settings(more: Readonly<Record<string, string>> = {}): void {
      for (const [name, value] of Object.entries({ ...EVENT_SETTINGS, ...more })) vi.stubEnv(name, value);
    },

    /** Subscribes the webhook unless another address is given; the id of the subscription. */
    async subscribe(request: Readonly<Record<string, unknown>> = {}): Promise<string> {
      const body = { callbackUrl: HOOK, signingSecret: HOOK_SECRET, by: 'olive', ...request };
      const answer = await call('POST', '/subscriptions', body);
      if (answer.status !== 201) throw new Error(`not subscribed: ${answer.text}`);
      return answer.json.id;
    },

    received(url = HOOK): readonly Received[] {
      const place = (address: string) => new URL(address).hostname;
      return here()
        .session.estate.received()
        .filter((one) => place(one.url) === place(url));
    },

    /** What a receiver got of a stream, in the order in which it came. */
    events(url = HOOK, stream = here().waveId) {
      return steps
        .received(url)
        .map(({ body }) => Event.parse(JSON.parse(body)))
        .filter(({ partitionkey }) => partitionkey === stream);
    },

    async aFinishedWave(): Promise<void> {
      await when.theWaveStarts();
      await when.theWaveRunsToItsEnd();
      await when.timePasses({ minutes: 10 });
    },
  };
  return { given, when, then, here, steps, call };
}
