import { createDefaultHttpClient, createPipelineRequest } from '@azure/core-rest-pipeline';
import { fail, ok, type Result } from '../model/trouble.ts';
import type { HttpCheckGateway } from '../waves/checks/ask.ts';
import type { AzureContext } from './context.ts';

const TIMEOUT_MS = 10_000;
/** Characters of an answer that are read as JSON. */
const MOST_CHARACTERS = 65_536;

/**
 * Asks addresses that a plan names: https, hosts that the setting allows, no redirects, no credentials. What is not
 * allowed is an answer, too: the check fails and says why.
 */
export function createHttpChecks(
  { httpClient }: Pick<AzureContext, 'httpClient'>,
  hosts: readonly string[],
): HttpCheckGateway {
  const client = httpClient ?? createDefaultHttpClient();
  const allowed = new Set(hosts.map((host) => host.toLowerCase()));
  return {
    async get(address): Promise<Result<{ status: number; body: unknown }>> {
      const url = new URL(address);
      if (url.protocol !== 'https:' || !allowed.has(url.hostname.toLowerCase()))
        return fail('requestRefused', `${url.hostname} is not among the hosts of AMA_CHECK_HOSTS`);
      const request = createPipelineRequest({ url: address, method: 'GET', timeout: TIMEOUT_MS });
      request.headers.set('accept', 'application/json');
      try {
        // The bare transport: no policy follows redirects or adds a token.
        const { status, bodyAsText } = await client.sendRequest(request);
        return ok({ status, body: parsed(bodyAsText) });
      } catch (error) {
        return fail('serviceUnavailable', (error as Error).message.slice(0, 300));
      }
    },
  };
}

function parsed(text: string | null | undefined): unknown {
  if (text === null || text === undefined || text.length > MOST_CHARACTERS) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
