import { secretReference } from '../model/secret-reference.ts';
import type { Sink } from '../model/subscription.ts';
import type { Trouble } from '../model/trouble.ts';
import type { EventGateway } from './gateway.ts';
import { LEAST_KEY_CHARACTERS, type SealingKey, seal } from './seal.ts';
import { keysOf, type SinkDependencies } from './sinks.ts';

export interface SinkRequest {
  /** Of the subscription that is made. */
  readonly id: string;
  /** An address, or the Key Vault secret that holds one. */
  readonly callbackUrl: string;
  readonly signingSecret: string | undefined;
}

export type SinkResult =
  | { readonly ok: true; readonly sink: Extract<Sink, { kind: 'webhook' }> }
  | {
      readonly ok: false;
      readonly code: 'addressRefused' | 'sealingKeyMissing' | 'secretUnavailable' | 'signingNeeded';
      /** Says nothing of an address but its host. */
      readonly message: string;
    };

/** A signature in the query is as long as a key. */
const LEAST_SIGNATURE = 20;

/**
 * Looks at an address before anything is kept of it, and makes the sink of it. What cannot be read or is not allowed
 * now would fail at every event.
 */
export async function makeSink(
  app: Pick<SinkDependencies, 'events' | 'eventSecrets' | 'settings'>,
  { id, callbackUrl, signingSecret }: SinkRequest,
): Promise<SinkResult> {
  const isReference = secretReference.safeParse(callbackUrl).success;
  const read = isReference ? await app.eventSecrets.read(callbackUrl) : undefined;
  if (read?.ok === false) return unavailable(read.trouble);
  const address = read?.value.trim() ?? callbackUrl;
  const fault = faultOf(app.events, address);
  if (fault !== undefined) return { ok: false, code: 'addressRefused', message: `The address ${fault}.` };
  const url = new URL(address);
  if (signingSecret === undefined && !carriesOwnSecret(url)) {
    const message = 'is needed: who receives at this address could not tell these events from made-up ones';
    return { ok: false, code: 'signingNeeded', message };
  }
  const keys = await keysOf(app, signingSecret ?? null);
  if (!keys.ok) return unavailable(keys.trouble);
  const about = { kind: 'webhook', host: url.hostname, signingSecret: signingSecret ?? null } as const;
  if (isReference) return { ok: true, sink: { ...about, address: { secret: callbackUrl } } };
  const key = await sealingKey(app);
  if (!key.ok) return key;
  return { ok: true, sink: { ...about, address: { sealed: seal(address, key.value, id) } } };
}

function faultOf(events: EventGateway, address: string): string | undefined {
  return events.addressFault(address) ?? (URL.parse(address)?.hash ? 'has a fragment' : undefined);
}

/** Flows are called at addresses that are signed themselves: who knows one is let in, and they check nothing else. */
export function carriesOwnSecret(url: URL): boolean {
  return (url.searchParams.get('sig') ?? '').length >= LEAST_SIGNATURE;
}

async function sealingKey({
  eventSecrets,
  settings: { eventKeySecret },
}: Pick<SinkDependencies, 'eventSecrets' | 'settings'>): Promise<
  { ok: true; value: SealingKey } | Extract<SinkResult, { ok: false }>
> {
  if (eventKeySecret === undefined) {
    const message =
      'The app has no key to keep the address with. Set AMA_EVENT_KEY_SECRET, or put the address into Key Vault and give that as callbackUrl.';
    return { ok: false, code: 'sealingKeyMissing', message };
  }
  const key = await eventSecrets.readVersion(eventKeySecret);
  if (!key.ok) return unavailable(key.trouble);
  if (key.value.value.length >= LEAST_KEY_CHARACTERS) return { ok: true, value: key.value };
  const message = `The secret of AMA_EVENT_KEY_SECRET is shorter than ${LEAST_KEY_CHARACTERS} characters.`;
  return { ok: false, code: 'secretUnavailable', message };
}

function unavailable({ message }: Trouble): Extract<SinkResult, { ok: false }> {
  return { ok: false, code: 'secretUnavailable', message: `A secret cannot be used: ${message}` };
}
