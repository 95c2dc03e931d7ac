import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { runtime } from '../compose.ts';
import { answered } from './endpoint.ts';
import { Problem } from './problem.ts';

/** `GET /health`: the app is configured and its ledger answers. Open to everyone, and says nothing else. */
export function getHealth(_request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  return answered(context, async () => {
    const { ledger } = await runtime();
    await ledger.ping().catch(() => {
      throw new Problem('unavailable', 'The ledger does not answer.');
    });
    return { jsonBody: { status: 'healthy' } };
  });
}
