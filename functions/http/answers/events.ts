import { z } from 'zod';
import type { CloudEvent as Sent } from '../../../shared/events/cloud-event.ts';
import { typeName } from '../../../shared/events/cloud-event.ts';
import { EVENT_TYPES, SEVERITIES } from '../../../shared/model/event.ts';
import { DEAD_LETTER_REASONS, type DeadLetterReason } from '../../../shared/model/subscription.ts';
import type { subscriptionDetail, subscriptionView } from '../subscription-view.ts';
import { answer, page, shape } from './answer.ts';

const severity = z.enum(SEVERITIES);

const sub = {
  id: z.string(),
  name: z.string().nullable(),
  sink: z.enum(['webhook', 'eventGrid']),
  host: z.string().describe('Of its address nothing else is shown: the rest may be a secret.'),
  signed: z.boolean().describe('By the signatures of Standard Webhooks.'),
  types: z.array(z.enum(EVENT_TYPES)).exactOptional().describe('Absent: all.'),
  planIds: z.array(z.string()).exactOptional(),
  waveIds: z.array(z.string()).exactOptional(),
  minSeverity: severity.exactOptional(),
  dryRuns: z.boolean(),
  createdAt: z.string(),
  createdBy: z.string(),
  health: z
    .enum(['healthy', 'retrying', 'deadLetters', 'disabled'])
    .describe('`disabled`: its receiver answered 410, and a replay sends to it again.'),
  disabled: z.strictObject({ at: z.string(), reason: z.string() }).nullable(),
  retrying: z.number().describe('Streams whose next event is tried again.'),
  deadLetters: z.number().describe('At most 1000 are counted.'),
  lastDeadLetterAt: z.string().nullable(),
  lastDeliveredAt: z.string().nullable(),
};

export const Subscription = answer<Awaited<ReturnType<typeof subscriptionView>>>()(
  'Subscription',
  z.strictObject(sub),
);

export const SubscriptionDetail = answer<Awaited<ReturnType<typeof subscriptionDetail>>>()(
  'SubscriptionDetail',
  z.strictObject({
    ...sub,
    deliveries: z.array(
      z.strictObject({
        stream: z.string(),
        through: z.number().describe('Number of the last event of the stream that it is through with.'),
        deliveredAt: z.string().nullable(),
        current: z
          .strictObject({
            eventId: z.string(),
            attempts: z.number(),
            retryAt: z.string(),
            trouble: z.string(),
          })
          .nullable()
          .describe('The event that is tried again.'),
      }),
    ),
  }),
);

export const SubscriptionList = shape(
  'SubscriptionList',
  z.strictObject({ subscriptions: z.array(Subscription) }),
);

const about = z.looseObject({
  message: z.string(),
  severity,
  planId: z.string().exactOptional(),
  waveId: z.string().exactOptional(),
  dryRun: z.boolean().exactOptional(),
  links: z.looseObject({ self: z.string() }).describe('Where the API has more.'),
});

/** What webhooks and flows are called with. */
export const CloudEvent = answer<
  Omit<Sent, 'data' | 'type'> & { type: string; data: z.infer<typeof about> }
>()(
  'CloudEvent',
  z.strictObject({
    specversion: z.literal('1.0'),
    id: z.string().describe('The same at every attempt.'),
    source: z.string(),
    type: z.string().describe(`One of those of docs/reference/events.md, such as ${typeName('wave.held')}.`),
    subject: z.string().describe('What it is about, as a path below the API.'),
    time: z.string(),
    datacontenttype: z.literal('application/json'),
    sequence: z.string().describe('Its place in the stream, to be compared as text.'),
    partitionkey: z.string().describe('The stream: events of one come in order.'),
    data: about,
  }),
);

export const DeadLetterPage = page(
  'DeadLetterPage',
  'deadLetters',
  shape(
    'DeadLetter',
    z.strictObject({
      row: z.string().describe('Its place in this list.'),
      id: z.string().describe('Id of the event.'),
      stream: z.string(),
      at: z.string(),
      attempts: z.number(),
      reason: z.enum(Object.keys(DEAD_LETTER_REASONS) as [DeadLetterReason, ...DeadLetterReason[]]),
      trouble: z.string(),
      replayAt: z.string().nullable().describe('When somebody asked for it to be sent again.'),
      event: CloudEvent,
    }),
  ),
);

export const Replaying = shape(
  'Replaying',
  z.strictObject({
    replaying: z.number().describe('Events that are sent again.'),
    streams: z.number(),
    goesOn: z.boolean().describe('There are more dead letters than one call takes.'),
  }),
);
