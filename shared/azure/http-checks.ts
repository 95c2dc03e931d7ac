import { ok, type Result } from '../model/trouble.ts';
import type { HttpCheckGateway } from '../waves/checks/ask.ts';
import type { AzureContext } from './context.ts';
import { createOutgoing } from './outgoing.ts';

/**
 * Asks addresses that a plan names, as `outgoing.ts` allows. What is not allowed is an answer, too: the check fails
 * and says why.
 */
export function createHttpChecks(
  { httpClient }: Pick<AzureContext, 'httpClient'>,
  hosts: readonly string[],
): HttpCheckGateway {
  const send = createOutgoing(httpClient, { hosts, setting: 'AMA_CHECK_HOSTS' });
  return {
    async get(url): Promise<Result<{ status: number; body: unknown }>> {
      const answer = await send({ method: 'GET', url, headers: { accept: 'application/json' } });
      if (!answer.ok) return answer;
      const { status, text } = answer.value;
      return ok({ status, body: parsed(text) });
    },
  };
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
