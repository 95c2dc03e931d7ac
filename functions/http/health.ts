import type { HttpResponseInit } from '@azure/functions';
import { endpoint } from './endpoint.ts';
import { Problem } from './problem.ts';

/** `GET /health`: the app is configured and its ledger answers. Anonymous, and says nothing else. */
export const getHealth = endpoint(async ({ app }): Promise<HttpResponseInit> => {
  try {
    await app.ledger.ping();
  } catch {
    throw new Problem('unavailable', 'The ledger does not answer.');
  }
  return { jsonBody: { status: 'healthy' } };
});
