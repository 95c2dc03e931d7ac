import type { InvocationContext } from '@azure/functions';
import pMap from 'p-map';
import { isFor } from '../shared/events/filter.ts';
import { subscribers } from '../shared/events/subscribers.ts';
import type { AppEvent } from '../shared/model/event.ts';
import { deliveryId, type Subscription } from '../shared/model/subscription.ts';
import type { Runtime } from './compose.ts';
import { type DeliverInput, ORCHESTRATORS } from './contracts/payloads.ts';
import { wake } from './http/durable-client.ts';

const AT_ONCE = 8;

/**
 * Tells what is new and has it delivered. Never fails: what is not told now is found by the next look at the same
 * records, and by the watch at the latest.
 */
export async function tell(
  app: Runtime,
  context: InvocationContext,
  announce: () => Promise<readonly AppEvent[]>,
): Promise<void> {
  try {
    const events = await announce();
    if (events.length > 0) await startDeliveries(context, await subscribers(app), events);
  } catch (error) {
    context.warn('news could not be told', { error: String(error) });
  }
}

/** Wakes the deliveries of those who get one of the events, which are of one stream. */
async function startDeliveries(
  context: InvocationContext,
  all: readonly Subscription[],
  events: readonly AppEvent[],
): Promise<void> {
  const stream = events[0]?.stream ?? '';
  const hearers = all.filter((subscription) => events.some((event) => isFor(subscription, event)));
  await pMap(hearers, ({ id }) => wakeDelivery(context, id, stream), { concurrency: AT_ONCE });
}

export function wakeDelivery(
  context: InvocationContext,
  subscriptionId: string,
  stream: string,
): Promise<void> {
  const input: DeliverInput = { subscriptionId, stream };
  return wake(context, deliveryId(subscriptionId, stream), ORCHESTRATORS.deliver, input);
}
