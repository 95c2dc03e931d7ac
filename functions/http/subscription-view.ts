import { cloudEventOf } from '../../shared/events/cloud-event.ts';
import type { DeadLetter, Delivery, Subscription } from '../../shared/model/subscription.ts';
import type { Runtime } from '../compose.ts';

/** Deliveries that are shown at most; those that wait come first. */
const MOST_SHOWN = 100;

/** A subscription as the API shows it: of its address the host alone, which is no secret. */
export async function subscriptionView(app: Runtime, subscription: Subscription) {
  const { deliveries, deadLetters } = await read(app, subscription);
  return viewOf(subscription, deliveries, deadLetters);
}

export async function subscriptionDetail(app: Runtime, subscription: Subscription) {
  const { deliveries, deadLetters } = await read(app, subscription);
  const waiting = deliveries.filter(({ current }) => current !== null);
  const others = deliveries
    .filter(({ current }) => current === null)
    .sort((a, b) => ((a.deliveredAt ?? '') < (b.deliveredAt ?? '') ? 1 : -1));
  const shown = [...waiting, ...others].slice(0, MOST_SHOWN).map(deliveryView);
  return { ...viewOf(subscription, deliveries, deadLetters), deliveries: shown };
}

async function read({ ledger }: Runtime, { id }: Subscription) {
  const [deliveries, deadLetters] = await Promise.all([
    ledger.subscriptions.deliveries(id),
    ledger.subscriptions.countDeadLetters(id),
  ]);
  return { deliveries, deadLetters };
}

function viewOf(subscription: Subscription, deliveries: readonly Delivery[], deadLetters: number) {
  const { id, name, sink, filter, createdAt, createdBy, disabled, lastDeadLetterAt } = subscription;
  const retrying = deliveries.filter(({ current }) => current !== null).length;
  const delivered = deliveries.flatMap(({ deliveredAt }) => deliveredAt ?? []).sort();
  return {
    ...{ id, name, sink: sink.kind, host: sink.host },
    signed: sink.kind === 'webhook' && sink.signingSecret !== null,
    ...filter,
    ...{ createdAt, createdBy, health: healthOf(disabled !== null, retrying, deadLetters), disabled },
    ...{ retrying, deadLetters, lastDeadLetterAt, lastDeliveredAt: delivered.at(-1) ?? null },
  };
}

type Health = 'healthy' | 'retrying' | 'deadLetters' | 'disabled';

function healthOf(isDisabled: boolean, retrying: number, deadLetters: number): Health {
  if (isDisabled) return 'disabled';
  if (retrying > 0) return 'retrying';
  return deadLetters > 0 ? 'deadLetters' : 'healthy';
}

function deliveryView({ stream, through, current, deliveredAt }: Delivery) {
  return { stream, through, deliveredAt, current };
}

/** A dead letter with the event as it would be sent. */
export function deadLetterView(row: string, letter: DeadLetter, apiUrl: string | undefined) {
  const { event, at, attempts, reason, trouble, replayAt } = letter;
  return {
    row,
    id: event.id,
    stream: event.stream,
    at,
    attempts,
    reason,
    trouble,
    replayAt,
    event: cloudEventOf(event, apiUrl),
  };
}
