import type { Result } from '../model/trouble.ts';
import type { SealingKey } from './seal.ts';

/** What a receiver answered. */
export interface Answered {
  readonly status: number;
  /** The header `Retry-After`, as it came. */
  readonly retryAfter: string | undefined;
}

/** What the events capability needs from outside. */
export interface EventGateway {
  /** Why an address may not be sent to; undefined when it may. */
  addressFault(address: string): string | undefined;
  /** Sends to a webhook: never to an address with a fault. */
  post(address: string, headers: Readonly<Record<string, string>>, body: string): Promise<Result<Answered>>;
  /** Publishes to the topic that the settings name, signed in as the app. */
  publish(contentType: string, body: string): Promise<Result<Answered>>;
}

/** Secrets of Key Vault; each is read where it is needed and kept nowhere (D11). */
export interface EventSecrets {
  read(address: string): Promise<Result<string>>;
  /** A secret with its version: the newest, or the one that is asked for. */
  readVersion(address: string, version?: string): Promise<Result<SealingKey>>;
}
