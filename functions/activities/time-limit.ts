import type { InvocationContext } from '@azure/functions';
import { runtime } from '../compose.ts';

/** Early enough to record what was done before the host ends the activity (`functionTimeout` in host.json). */
const REQUESTS_MS = 8 * 60_000;

/** An activity that gives up its requests to Azure while it can still record what they came to. */
export function timed<I, O>(
  activity: (input: I, context: InvocationContext) => Promise<O>,
): (input: I, context: InvocationContext) => Promise<O> {
  return async (input, context) =>
    (await runtime()).requestsWithin(REQUESTS_MS, () => activity(input, context));
}
