import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient, PipelinePolicy } from '@azure/core-rest-pipeline';
import type { Cloud } from '../model/clouds.ts';
import { limitPolicy } from './limit-watch.ts';
import { ANSWER_MS, timeLimitPolicy } from './time-limit.ts';

/** What every Azure client of the app is built from. */
export interface AzureContext {
  readonly credential: TokenCredential;
  readonly cloud: Cloud;
  /** Undefined: the SDKs' own transport. */
  readonly httpClient: HttpClient | undefined;
}

/**
 * Gives every error answer the form the SDKs expect. Gateways before a service answer in forms of their own,
 * and the generated code fails on those with a TypeError, as if the fault were ours.
 */
const errorBodyPolicy: PipelinePolicy = {
  name: 'errorBodyPolicy',
  async sendRequest(request, next) {
    const response = await next(request);
    if (response.status < 400 || hasErrorMember(response.bodyAsText)) return response;
    const message = response.bodyAsText?.slice(0, 300) || `status ${response.status}`;
    return {
      ...response,
      bodyAsText: JSON.stringify({ error: { code: `Http${response.status}`, message } }),
    };
  },
};

function hasErrorMember(text: string | null | undefined): boolean {
  try {
    const body = JSON.parse(text ?? '') as { error?: unknown } | null;
    return typeof body?.error === 'object' && body.error !== null;
  } catch {
    return false;
  }
}

/**
 * Options shared by all SDK clients. Retries that sleep are off (D4): a 429 or an outage comes back as a
 * value and the orchestrator decides when to ask again. So does a request that nobody answers.
 */
export function clientOptions(context: AzureContext, answerMs = ANSWER_MS) {
  return {
    retryOptions: { maxRetries: 0 },
    additionalPolicies: [
      { policy: errorBodyPolicy, position: 'perCall' as const },
      { policy: limitPolicy, position: 'perCall' as const },
      { policy: timeLimitPolicy(answerMs), position: 'perCall' as const },
    ],
    userAgentOptions: { userAgentPrefix: 'ama-migration-backend' },
    ...(context.httpClient === undefined ? {} : { httpClient: context.httpClient }),
  };
}

/**
 * Options of the clients that speak to ARM. Each generation of SDKs has its own word for the token scope, and
 * all of them ask for one of the public cloud unless told otherwise.
 */
export function armClientOptions(context: AzureContext) {
  const { endpoint, scope } = context.cloud.arm;
  return {
    ...clientOptions(context),
    endpoint,
    credentialScopes: [scope],
    credentials: { scopes: [scope] },
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
