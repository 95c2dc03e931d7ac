import type { Subscription } from '../model/subscription.ts';
import { fail, isTransient, ok, type Result, type Trouble } from '../model/trouble.ts';
import { signingKeys, webhookHeaders } from '../model/webhook-signature.ts';
import { type Attempt, attemptOf, retryAfterMs } from './backoff.ts';
import { CLOUD_EVENT_TYPE, type CloudEvent } from './cloud-event.ts';
import type { Answered, EventGateway, EventSecrets } from './gateway.ts';
import { sealVersion, unseal } from './seal.ts';

export interface SinkDependencies {
  readonly events: EventGateway;
  readonly eventSecrets: EventSecrets;
  readonly settings: { readonly eventKeySecret: string | undefined };
  now(): number;
}

/** Sends one event and says what came of it. */
export type Send = (event: CloudEvent) => Promise<Attempt>;

/** Makes ready to send to a subscription: reads its secrets, for as long as they are needed and no longer. */
export async function openSink(app: SinkDependencies, subscription: Subscription): Promise<Send> {
  const { sink } = subscription;
  if (sink.kind === 'eventGrid')
    return async (event) =>
      judged(app, await app.events.publish(CLOUD_EVENT_TYPE, JSON.stringify(event)), []);
  const address = await addressOf(app, subscription.id, sink.address);
  if (!address.ok) return async () => troubled(address.trouble);
  const keys = await keysOf(app, sink.signingSecret);
  if (!keys.ok) return async () => troubled(keys.trouble);
  return async (event) => {
    const body = JSON.stringify(event);
    const headers = {
      'content-type': CLOUD_EVENT_TYPE,
      ...webhookHeaders({ id: event.id, body, nowMs: app.now() }, keys.value),
    };
    return judged(app, await app.events.post(address.value, headers, body), [address.value]);
  };
}

async function addressOf(
  { eventSecrets, settings: { eventKeySecret } }: SinkDependencies,
  id: string,
  address: Extract<Subscription['sink'], { kind: 'webhook' }>['address'],
): Promise<Result<string>> {
  if ('secret' in address) return eventSecrets.read(address.secret);
  if (eventKeySecret === undefined)
    return fail('secretUnavailable', 'AMA_EVENT_KEY_SECRET is not set any more');
  const key = await eventSecrets.readVersion(eventKeySecret, sealVersion(address.sealed));
  if (!key.ok) return key;
  const text = unseal(address.sealed, key.value, id);
  return text === undefined
    ? fail('secretUnavailable', 'the address was sealed with another key; subscribe again')
    : ok(text);
}

/** The keys a subscription is signed with: none where its address is the only secret. */
export async function keysOf(
  { eventSecrets }: Pick<SinkDependencies, 'eventSecrets'>,
  signingSecret: string | null,
): Promise<Result<readonly Buffer[]>> {
  if (signingSecret === null) return ok([]);
  const secret = await eventSecrets.read(signingSecret);
  if (!secret.ok) return secret;
  const keys = signingKeys(secret.value);
  return keys === undefined
    ? fail('secretUnavailable', 'the signing secret must be "whsec_" and 24 to 64 bytes in base64')
    : ok(keys);
}

function judged(
  app: Pick<SinkDependencies, 'now'>,
  answer: Result<Answered>,
  hidden: readonly string[],
): Attempt {
  if (answer.ok) return attemptOf(answer.value.status, retryAfterMs(answer.value.retryAfter, app.now()));
  const { trouble } = answer;
  return troubled({ ...trouble, message: without(trouble.message, hidden) });
}

/** What kept an event from being sent at all. */
function troubled({ code, message, retryAfterMs: wait }: Trouble): Attempt {
  const trouble = `${code}: ${message}`.slice(0, 300);
  // Secrets and permissions are mended by people, and events can wait for that as long as for a receiver.
  const heals = isTransient(code) || code === 'secretUnavailable' || code === 'notAuthorized';
  if (!heals) return { kind: 'refused', trouble };
  return { kind: 'troubled', trouble, ...(wait === undefined ? {} : { retryAfterMs: wait }) };
}

/** A text that says of an address no more than its host. */
function without(text: string, addresses: readonly string[]): string {
  const parts = addresses.flatMap((address) => {
    const url = URL.parse(address);
    return url === null
      ? [address]
      : [address, url.href, `${url.pathname}${url.search}`, url.search, url.pathname];
  });
  return parts
    .filter((part) => part.length > 1)
    .sort((a, b) => b.length - a.length)
    .reduce((clean, part) => clean.replaceAll(part, '***'), text);
}
