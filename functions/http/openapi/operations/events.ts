import {
  CloudEvent,
  DeadLetterPage,
  Replaying,
  Subscription,
  SubscriptionDetail,
  SubscriptionList,
} from '../../answers/events.ts';
import { ReplayRequest } from '../../dead-letters.ts';
import { PageQuery } from '../../schemas.ts';
import { SubscribeRequest } from '../../subscriptions.ts';
import { PLANS, SUBSCRIPTIONS, WAVES } from '../choices.ts';
import type { Operation } from '../operation.ts';
import { request } from '../requests.ts';

const path = { id: 'Id of a subscription.' };
const choices = { id: SUBSCRIPTIONS };

export const EVENT_OPERATIONS = {
  postSubscription: {
    tag: 'events',
    summary: 'When something happens',
    description:
      'Subscribes an address to events: from now on those that fit are posted there as CloudEvents 1.0 with Standard Webhooks signatures, in order for each wave, tried again for days. `Location` ends it.',
    body: request('SubscribeRequest', SubscribeRequest),
    example: {
      callbackUrl: 'https://siem.contoso.example/hooks/ama',
      types: ['wave.held', 'wave.awaitingApproval', 'wave.completed'],
      signingSecret: 'https://kv-contoso.vault.azure.net/secrets/siem-hook',
      by: 'olive@contoso.example',
    },
    starts: true,
    answers: { 201: { what: 'The subscription.', body: Subscription, headers: ['location'] } },
    problems: [
      'missingBy',
      'addressRefused',
      'sealingKeyMissing',
      'secretUnavailable',
      'tooManySubscriptions',
    ],
    flows: {
      visibility: 'important',
      choices: { planIds: PLANS, waveIds: WAVES },
      trigger: {
        hint: 'Hold a wave, or start a dry run with dryRuns set to true.',
        callback: 'callbackUrl',
        content: CloudEvent,
      },
    },
  },
  listSubscriptions: {
    tag: 'events',
    summary: 'List subscriptions',
    description: 'Who hears of events, and how well they are reached.',
    answers: { 200: { what: 'The subscriptions.', body: SubscriptionList } },
    flows: { visibility: 'advanced' },
  },
  getSubscription: {
    tag: 'events',
    summary: 'Get a subscription',
    description:
      'A subscription with how far it is in each stream; those that wait for another attempt first.',
    path,
    answers: { 200: { what: 'The subscription.', body: SubscriptionDetail } },
    problems: ['subscriptionNotFound'],
    flows: { visibility: 'advanced', choices },
  },
  deleteSubscription: {
    tag: 'events',
    summary: 'End a subscription',
    description: 'Nothing is sent to it any more. Its dead letters go with it.',
    path,
    answers: { 204: { what: 'It has ended.' } },
    problems: ['subscriptionNotFound', 'subscriptionOfSettings'],
    flows: { visibility: 'internal' },
  },
  getDeadLetters: {
    tag: 'events',
    summary: 'List dead letters',
    description: 'Events that could not be delivered to a subscription, by stream and in order, with why.',
    path,
    query: PageQuery,
    answers: { 200: { what: 'A page of dead letters.', body: DeadLetterPage } },
    problems: ['subscriptionNotFound'],
    flows: { visibility: 'advanced', choices },
  },
  replaySubscription: {
    tag: 'events',
    summary: 'Send dead letters again',
    description:
      'Sends dead letters again, in order for each stream and under the same ids, before anything newer of the stream; without `eventIds` also at once what waits for another attempt. A subscription that was disabled is sent to again.',
    path,
    body: request('ReplayRequest', ReplayRequest),
    example: { by: 'olive@contoso.example', reason: 'the receiver is mended' },
    answers: { 202: { what: 'They are being sent.', body: Replaying } },
    problems: ['missingBy', 'subscriptionNotFound'],
    flows: { visibility: 'advanced', choices },
  },
} as const satisfies Record<string, Operation>;
