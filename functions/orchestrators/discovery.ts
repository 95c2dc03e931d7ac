import type { DiscoveryCursor } from '../../shared/model/discovery.ts';
import { isPast } from '../../shared/model/instants.ts';
import type { DiscoveryInput } from '../contracts/payloads.ts';
import {
  callActivity,
  messageOf,
  now,
  type OrchestrationContext,
  type Steps,
  sleepUntil,
} from './durable.ts';

/** Looks after which discovery starts over with an empty history. */
const MAX_LOOKS = 100;

/** Takes an inventory, a bounded piece of work a look; what is read and when it is done is up to the activity. */
export function* discoveryOrchestrator(context: OrchestrationContext): Steps<string | undefined> {
  const input = context.df.getInput() as DiscoveryInput;
  const { inventoryId } = input;
  try {
    const cursor = yield* advance(context, input);
    if (cursor.phase === 'done') return 'completed';
    context.df.continueAsNew({ ...input, cursor });
    return undefined;
  } catch (error) {
    yield* callActivity(context, 'failInventory', { inventoryId, problem: messageOf(error) });
    return 'failed';
  }
}

/** Goes on until it is done or the history is long; returns where to go on. */
function* advance(context: OrchestrationContext, input: DiscoveryInput): Steps<DiscoveryCursor> {
  const { inventoryId, deadline } = input;
  let cursor = input.cursor;
  for (let look = 0; look < MAX_LOOKS && cursor.phase !== 'done'; look += 1) {
    const result = yield* callActivity(context, 'advanceInventory', { inventoryId, cursor });
    if (result.problem !== null) throw new Error(result.problem);
    cursor = result.cursor;
    if (result.waitMs > 0) yield* sleepUntil(context, now(context) + result.waitMs);
    if (cursor.phase !== 'done' && isPast(deadline, now(context))) {
      throw new Error(
        `The inventory was given up at its deadline, ${deadline}, in the phase "${cursor.phase}".`,
      );
    }
  }
  return cursor;
}
