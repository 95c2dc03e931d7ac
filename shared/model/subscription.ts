import type { AppEvent, EventType, Severity } from './event.ts';

/** Which events a subscription is for; every field given must fit. */
export interface EventFilter {
  readonly types?: readonly EventType[];
  readonly planIds?: readonly string[];
  readonly waveIds?: readonly string[];
  readonly minSeverity?: Severity;
  /** Whether those of dry runs are wanted. */
  readonly dryRuns: boolean;
}

/**
 * Where events go. The address of a webhook may be a secret by itself, so it is kept sealed, or in Key Vault; only its
 * host is ever shown.
 */
export type Sink =
  | {
      readonly kind: 'webhook';
      readonly host: string;
      readonly address: { readonly sealed: string } | { readonly secret: string };
      /** Key Vault address of the key that signs; null: the address is the only secret. */
      readonly signingSecret: string | null;
    }
  | { readonly kind: 'eventGrid'; readonly host: string };

/** Who wants to hear of events: its record in the ledger. */
export interface Subscription {
  readonly id: string;
  readonly name: string | null;
  readonly sink: Sink;
  readonly filter: EventFilter;
  readonly createdAt: string;
  readonly createdBy: string;
  /** Why nothing is sent to it; null: it is sent to. */
  readonly disabled: { readonly at: string; readonly reason: string } | null;
  readonly lastDeadLetterAt: string | null;
}

/** How far a subscription is in a stream. */
export interface Delivery {
  readonly stream: string;
  /** The last event of the stream it is through with. */
  readonly through: number;
  /** The event that is being sent, once an attempt failed. */
  readonly current: {
    readonly eventId: string;
    readonly attempts: number;
    readonly retryAt: string;
    readonly trouble: string;
  } | null;
  /** Somebody is sending until then; others leave the stream alone. */
  readonly claimedUntil: string | null;
  readonly deliveredAt: string | null;
}

/** An event that was not delivered, whole: it outlives its stream. */
export interface DeadLetter {
  readonly event: AppEvent;
  readonly at: string;
  readonly attempts: number;
  readonly reason: DeadLetterReason;
  readonly trouble: string;
  /** When somebody asked for it to be sent again; null: nobody did. */
  readonly replayAt: string | null;
}

/** Why an event was not delivered. */
export const DEAD_LETTER_REASONS = {
  gaveUp: 'The receiver did not take it for as long as it is tried.',
  refused: 'The receiver, or a rule of this app, refuses it; trying again does not help.',
  disabled: 'The receiver was gone already.',
} as const;
export type DeadLetterReason = keyof typeof DEAD_LETTER_REASONS;

/** The subscription that is there while the setting names a topic. */
export const EVENT_GRID_SUBSCRIPTION = 'event-grid';

/** The orchestration that delivers a stream to a subscription. */
export function deliveryId(subscriptionId: string, stream: string): string {
  return `deliver-${subscriptionId}-${stream}`;
}
