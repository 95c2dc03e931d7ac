import type { InvocationContext } from '@azure/functions';
import { appendEvent } from '../../shared/events/append.ts';
import { deliver } from '../../shared/events/deliver.ts';
import type { EventDraft } from '../../shared/model/event.ts';
import type { DeadLetter } from '../../shared/model/subscription.ts';
import { tell } from '../announce.ts';
import { runtime } from '../compose.ts';
import type { Activities } from '../contracts/payloads.ts';

/** One look at a stream for a subscription: sends what is due. Dead letters are news, too, for others than it. */
export async function deliverEventsActivity(
  { subscriptionId, stream }: Activities['deliverEvents']['input'],
  context: InvocationContext,
): Promise<Activities['deliverEvents']['output']> {
  const app = await runtime();
  const { step, dead } = await deliver(app, subscriptionId, stream);
  for (const letter of dead) {
    const { event, reason, attempts } = letter;
    const about = { eventId: event.id, type: event.type, reason, attempts };
    context.warn('an event could not be delivered', { subscriptionId, stream, ...about });
    // News of it that cannot be delivered are none.
    if (event.type.startsWith('subscription.')) continue;
    await tell(app, context, () =>
      appendEvent(
        app,
        `subscription-${subscriptionId}`,
        draftOf(subscriptionId, letter),
        `${event.id} ${letter.at}`,
      ),
    );
  }
  return step;
}

function draftOf(subscriptionId: string, { event, reason, trouble }: DeadLetter): EventDraft {
  const isGone = reason === 'disabled';
  return {
    type: isGone ? 'subscription.disabled' : 'subscription.deadLettered',
    subject: `subscriptions/${subscriptionId}`,
    message: isGone
      ? `Nothing is sent to it any more: ${trouble}`
      : `${event.id} was not delivered: ${trouble}`,
    data: { subscriptionId, eventId: event.id, reason: trouble },
  };
}
