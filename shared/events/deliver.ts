import type { Ledger } from '../ledger/ledger.ts';
import type { DeadLetterChange } from '../ledger/subscriptions.ts';
import type { AppEvent } from '../model/event.ts';
import type { DeadLetter, DeadLetterReason, Delivery, Subscription } from '../model/subscription.ts';
import { type Attempt, nextAttemptMs } from './backoff.ts';
import { cloudEventOf } from './cloud-event.ts';
import { isFor } from './filter.ts';
import { openSink, type Send, type SinkDependencies } from './sinks.ts';

export interface DeliverDependencies extends SinkDependencies {
  readonly ledger: Ledger;
  readonly settings: SinkDependencies['settings'] & {
    readonly apiUrl: string | undefined;
    readonly eventRetryHours: number;
  };
}

export type DeliverStep =
  /** Look again, at once or at an instant. */
  | { readonly kind: 'again'; readonly at: string | null }
  /** Nothing is left to send. */
  | { readonly kind: 'idle' };

export interface Delivered {
  readonly step: DeliverStep;
  /** What could not be delivered, for the log and the streams. */
  readonly dead: readonly DeadLetter[];
  readonly sent: number;
}

/** Events one look sends at most; the next look goes on. */
const MOST_EVENTS = 10;
/** Longer than one attempt can take. */
const CLAIM_MS = 60_000;
const SCANNED = 100;
const HOUR_MS = 3_600_000;

/** The event whose turn it is; a dead letter that is sent again comes before what is new. */
interface Turn {
  readonly event: AppEvent;
  readonly letter: DeadLetter | undefined;
}

/**
 * Sends what a subscription has not got of a stream, one event after the other. Safe to repeat: what was sent and not
 * noted is sent again under the same id. A claim keeps two from sending side by side, so that order holds.
 */
export async function deliver(
  app: DeliverDependencies,
  subscriptionId: string,
  stream: string,
): Promise<Delivered> {
  const { ledger } = app;
  const done: { dead: DeadLetter[]; sent: number } = { dead: [], sent: 0 };
  const result = (step: DeliverStep): Delivered => ({ ...done, step });
  const subscription = await ledger.subscriptions.get(subscriptionId);
  if (subscription === undefined) return result({ kind: 'idle' });
  const found = await ledger.subscriptions.delivery(subscriptionId, stream);
  let { delivery } = found;
  const waits = blockedUntil(delivery, app.now());
  if (waits !== undefined) return result({ kind: 'again', at: waits });
  let turn = await nextTurn(ledger, subscription, delivery);
  if (turn === undefined) return result({ kind: 'idle' });

  let etag = await ledger.subscriptions.putDelivery(subscriptionId, claimed(delivery, app.now()), found.etag);
  const send = await openWhenEnabled(app, subscription);
  while (etag !== undefined && turn !== undefined && done.sent < MOST_EVENTS) {
    const attempt = await send(turn.event);
    const outcome = settle(app, delivery, turn, attempt);
    delivery = outcome.delivery;
    const next: Turn | undefined = outcome.retries
      ? undefined
      : await nextTurn(ledger, subscription, delivery, turn.event.id);
    const isOver = attempt.kind === 'gone' && subscription.disabled === null;
    const goesOn: boolean = next !== undefined && !isOver && done.sent + 1 < MOST_EVENTS;
    const row = goesOn ? claimed(delivery, app.now()) : delivery;
    etag = await ledger.subscriptions.putDelivery(subscriptionId, row, etag, outcome.change);
    if (etag === undefined) break;
    done.sent += 1;
    if (outcome.change?.kind === 'put') {
      done.dead.push(outcome.change.letter);
      await noteDead(app, subscription, isOver ? outcome.change.letter.trouble : undefined);
    }
    if (outcome.retries) return result({ kind: 'again', at: delivery.current?.retryAt ?? null });
    turn = goesOn ? next : undefined;
    if (!goesOn) return result(next === undefined ? { kind: 'idle' } : { kind: 'again', at: null });
  }
  // Another one sends, or has sent: look at what it left.
  return result({ kind: 'again', at: new Date(app.now() + CLAIM_MS / 6).toISOString() });
}

/** Whether a subscription has anything to get of a stream. */
export async function hasTurn(ledger: Ledger, subscription: Subscription, stream: string): Promise<boolean> {
  const { delivery } = await ledger.subscriptions.delivery(subscription.id, stream);
  return (await nextTurn(ledger, subscription, delivery)) !== undefined;
}

function blockedUntil({ claimedUntil, current }: Delivery, nowMs: number): string | undefined {
  return [claimedUntil, current?.retryAt].find((at) => at != null && Date.parse(at) > nowMs) ?? undefined;
}

function claimed(delivery: Delivery, nowMs: number): Delivery {
  return { ...delivery, claimedUntil: new Date(nowMs + CLAIM_MS).toISOString() };
}

async function nextTurn(
  ledger: Ledger,
  subscription: Subscription,
  { stream, through }: Delivery,
  /** The event whose turn is over, which is not yet written. */
  settled?: string,
): Promise<Turn | undefined> {
  let after: string | undefined;
  do {
    const page = await ledger.subscriptions.deadLetters(subscription.id, { limit: SCANNED, after, stream });
    const letters = page.rows.map((row) => row.letter);
    const letter = letters.find(({ replayAt, event }) => replayAt !== null && event.id !== settled);
    if (letter !== undefined) return { event: letter.event, letter };
    after = page.next;
  } while (after !== undefined);
  for (let from = through; ; ) {
    const events = await ledger.events.after(stream, from, SCANNED);
    const event = events.find((one) => isFor(subscription, one));
    if (event !== undefined) return { event, letter: undefined };
    const last = events.at(-1);
    if (last === undefined) return undefined;
    from = last.number;
  }
}

/** Nothing is sent to a subscription that is disabled: its events are dead letters at once. */
async function openWhenEnabled(
  app: DeliverDependencies,
  subscription: Subscription,
): Promise<(event: AppEvent) => Promise<Attempt>> {
  if (subscription.disabled !== null) {
    const trouble = subscription.disabled.reason;
    return async () => ({ kind: 'gone', trouble });
  }
  const send: Send = await openSink(app, subscription);
  return (event) => send(cloudEventOf(event, app.settings.apiUrl));
}

interface Settled {
  readonly delivery: Delivery;
  readonly change: DeadLetterChange | undefined;
  /** The same event is tried again. */
  readonly retries: boolean;
}

/** What an attempt makes of the place in the stream and of the dead letters. */
function settle(app: DeliverDependencies, delivery: Delivery, turn: Turn, attempt: Attempt): Settled {
  const { event, letter } = turn;
  const nowMs = app.now();
  const at = new Date(nowMs).toISOString();
  const known = delivery.current?.eventId === event.id ? delivery.current.attempts : 0;
  const attempts = known + 1;
  const through = letter === undefined ? event.number : delivery.through;
  const over: Delivery = { ...delivery, through, current: null, claimedUntil: null };
  if (attempt.kind === 'delivered') {
    const change: DeadLetterChange | undefined = letter === undefined ? undefined : { kind: 'drop', letter };
    return { delivery: { ...over, deliveredAt: at }, change, retries: false };
  }
  const untilMs = Date.parse(letter?.replayAt ?? event.time) + app.settings.eventRetryHours * HOUR_MS;
  const retryMs =
    attempt.kind === 'gone'
      ? undefined
      : nextAttemptMs({ eventId: event.id, attempts, attempt, untilMs, nowMs });
  if (retryMs !== undefined) {
    const { trouble } = attempt;
    const current = { eventId: event.id, attempts, retryAt: new Date(retryMs).toISOString(), trouble };
    return {
      delivery: { ...delivery, current, claimedUntil: null },
      change: undefined,
      retries: true,
    };
  }
  const reason = REASON_OF[attempt.kind];
  const dead: DeadLetter = {
    ...{ event, at, reason, trouble: attempt.trouble, replayAt: null },
    attempts: attempts + (letter?.attempts ?? 0),
  };
  return { delivery: over, change: { kind: 'put', letter: dead }, retries: false };
}

const REASON_OF: Readonly<Record<Exclude<Attempt['kind'], 'delivered'>, DeadLetterReason>> = {
  gone: 'disabled',
  troubled: 'gaveUp',
  refused: 'refused',
};

/** What a subscription shows of itself; one whose receiver is gone gets nothing any more. */
async function noteDead(
  { ledger, now }: DeliverDependencies,
  { id }: Subscription,
  goneBecause: string | undefined,
): Promise<void> {
  const at = new Date(now()).toISOString();
  await ledger.subscriptions.update(id, (current) => ({
    ...current,
    lastDeadLetterAt: at,
    disabled: current.disabled ?? (goneBecause === undefined ? null : { at, reason: goneBecause }),
  }));
}
