import { shortHash } from '../model/ids.ts';

/** Seconds before each further attempt; the last one repeats. As Standard Webhooks advises, over days. */
const WAITS = [5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800];
/** A receiver that asks for more is asked again after this. */
const MOST_WAIT_MS = 8 * 3_600_000;
/** Share of a wait that chance takes away: receivers that came back are not met by all at once. */
const JITTER = 0.2;
/** Attempts at what a receiver refuses: time for a person who is just setting it up. */
const MOST_REFUSALS = 6;

/** What an attempt came to. */
export type Attempt =
  | { readonly kind: 'delivered' }
  /** The receiver says it is there no more. */
  | { readonly kind: 'gone'; readonly trouble: string }
  /** Time heals it. */
  | { readonly kind: 'troubled'; readonly trouble: string; readonly retryAfterMs?: number }
  /** A person has to mend it. */
  | { readonly kind: 'refused'; readonly trouble: string };

/**
 * What the status of an answer means. Redirects are not followed, so they are refusals; 410 ends a subscription
 * (Standard Webhooks, "Operational considerations").
 */
export function attemptOf(status: number, retryAfterMs: number | undefined): Attempt {
  const trouble = `The receiver answered ${status}`;
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status === 410) return { kind: 'gone', trouble };
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    return { kind: 'troubled', trouble, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  return { kind: 'refused', trouble };
}

/** `Retry-After` in milliseconds: seconds or a date (RFC 9110, 10.2.3); undefined where it says nothing. */
export function retryAfterMs(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

interface Failed {
  readonly eventId: string;
  /** Attempts so far, the failed one among them. */
  readonly attempts: number;
  readonly attempt: Exclude<Attempt, { kind: 'delivered' | 'gone' }>;
  /** Until when it is tried. */
  readonly untilMs: number;
  readonly nowMs: number;
}

/** When it is tried again; undefined: no more. Chance is the event's own, so that it is the same at a repetition. */
export function nextAttemptMs({ eventId, attempts, attempt, untilMs, nowMs }: Failed): number | undefined {
  if (nowMs >= untilMs || (attempt.kind === 'refused' && attempts >= MOST_REFUSALS)) return undefined;
  const wait = (WAITS[Math.min(attempts, WAITS.length) - 1] ?? 5) * 1000;
  const chance = Number.parseInt(shortHash(`${eventId} ${attempts}`, 8), 16) / 0xffff_ffff;
  const asked = attempt.kind === 'troubled' ? (attempt.retryAfterMs ?? 0) : 0;
  // Never before the receiver said; a last attempt is made when the time is up.
  const due = nowMs + Math.max(wait * (1 - JITTER * chance), Math.min(asked, MOST_WAIT_MS));
  return Math.min(due, Math.max(untilMs, nowMs + 1000));
}
