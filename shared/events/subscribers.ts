import type { Ledger } from '../ledger/ledger.ts';
import { EVENT_GRID_SUBSCRIPTION, type Subscription } from '../model/subscription.ts';

export interface SubscribersDependencies {
  readonly ledger: Pick<Ledger, 'subscriptions'>;
  readonly settings: { readonly eventGridTopic: string | undefined };
  now(): number;
}

/** Everybody who hears of events; the topic of the settings is one of them while it is named. */
export async function subscribers({
  ledger,
  settings,
  now,
}: SubscribersDependencies): Promise<Subscription[]> {
  const all = await ledger.subscriptions.list();
  const topic = settings.eventGridTopic;
  const others = all.filter(({ id }) => id !== EVENT_GRID_SUBSCRIPTION);
  if (topic === undefined) return others;
  const known = all.find(({ id }) => id === EVENT_GRID_SUBSCRIPTION) ?? topicSubscription(now());
  const host = new URL(topic).hostname;
  if (known.sink.host === host && all.length > others.length) return all;
  const current: Subscription = { ...known, sink: { kind: 'eventGrid', host } };
  if (!(await ledger.subscriptions.create(current)))
    await ledger.subscriptions.update(current.id, (stored) => ({ ...stored, sink: current.sink }));
  return [...others, current];
}

function topicSubscription(nowMs: number): Subscription {
  return {
    ...{
      id: EVENT_GRID_SUBSCRIPTION,
      name: 'Event Grid topic of the settings',
      sink: { kind: 'eventGrid', host: '' },
    },
    // Topics filter for their own subscribers.
    filter: { dryRuns: true },
    ...{ createdAt: new Date(nowMs).toISOString(), createdBy: 'AMA_EVENT_GRID_TOPIC' },
    ...{ disabled: null, lastDeadLetterAt: null },
  };
}
