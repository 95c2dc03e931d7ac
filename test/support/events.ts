import { vi } from 'vitest';
import type { Received } from '../../rehearsal/estate/index.ts';
import { EVENT_SETTINGS, Event, HOOK, HOOK_SECRET } from './event-estate.ts';
import { scenario } from './scenario.ts';

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
