import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { runtime } from '../compose.ts';
import { answered } from './endpoint.ts';
import { Problem } from './problem.ts';

/** A probe waits no longer, and learns more from an answer than from none. */
const PATIENCE_SECONDS = 10;

/** `GET /health`: the app is configured and its ledger answers. Open to everyone, and says nothing else. */
export function getHealth(_request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  return answered(context, async () => {
    const { ledger, settings } = await runtime();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(reject, Math.min(PATIENCE_SECONDS, settings.answerSeconds) * 1000);
    });
    await Promise.race([ledger.ping(), late])
      .catch(() => {
        throw new Problem('unavailable', 'The ledger does not answer.', [], { 'retry-after': '30' });
      })
      .finally(() => clearTimeout(timer));
    return { jsonBody: { status: 'healthy' } };
  });
}
