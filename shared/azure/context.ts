import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';

/** What every Azure client of the app is built from. */
export interface AzureContext {
  readonly credential: TokenCredential;
  /** Undefined: the SDKs' own transport. */
  readonly httpClient: HttpClient | undefined;
}

/**
 * Options shared by all SDK clients. Retries that sleep are off (D4): a 429 or an outage comes back as a
 * value and the orchestrator decides when to ask again.
 */
export function clientOptions(context: AzureContext) {
  return {
    retryOptions: { maxRetries: 0 },
    userAgentOptions: { userAgentPrefix: 'ama-migration-backend' },
    ...(context.httpClient === undefined ? {} : { httpClient: context.httpClient }),
  };
}

/** Builds a value on first use, once per key; a failed build is tried again. */
export function memoize<T>(build: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const built = new Map<string, Promise<T>>();
  return (key) => {
    const known = built.get(key);
    if (known !== undefined) return known;
    const fresh = build(key);
    built.set(key, fresh);
    fresh.catch(() => built.delete(key));
    return fresh;
  };
}
