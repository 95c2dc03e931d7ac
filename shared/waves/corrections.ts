import { shortHash } from '../model/ids.ts';
import type { LimitSeen } from '../model/limits.ts';
import type { BucketSize, BucketState, Watch } from './bucket.ts';
import { type Buckets, bucketAt, keptBack, sizeOf } from './budget.ts';

/** What a look came to in one bucket: what was booked for it and what the service said. */
export interface Report {
  readonly bucket: string;
  readonly booked: number;
  readonly seen: LimitSeen;
}

/** Time over which what others take is measured. */
const MEASURE_MS = 10_000;
/** Weight of the newest measurement. */
const NEWEST = 0.5;
/** Part of the refill that is given up at once when the service refuses, once in a measurement. */
const CUT = 0.3;
const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 300_000;

/**
 * Makes the books follow the service. What was booked and not sent is given back. Where the service has less left
 * than the books say, they follow at once, and how fast the two drift apart is what somebody else takes of the
 * refill. Where it has more, others take less, and the refill grows again measurement by measurement. An answer
 * 429 empties the bucket and closes it for as long as it says; a service that answers most requests of a look with
 * 503 is left alone for a time that doubles.
 */
export function correct(buckets: Buckets, reports: readonly Report[], nowMs: number): Buckets {
  let next = buckets;
  for (const { bucket, booked, seen } of reports) {
    const { state, size } = bucketAt(next, bucket, seen.limit, nowMs);
    const refunded = refund(state, size, booked, seen.calls);
    const remaining = seen.retryAfterMs === null ? seen.remaining : 0;
    const followed = remaining === null ? refunded : follow(refunded, size, { ...seen, remaining }, nowMs);
    next = { ...next, [bucket]: paused(followed, bucket, seen, nowMs) };
  }
  return next;
}

function refund(
  state: BucketState,
  { burst }: BucketSize,
  booked: number,
  calls: number | null,
): BucketState {
  if (calls === null || calls === booked) return state;
  return { ...state, level: Math.min(burst, state.level + booked - calls) };
}

function follow(
  state: BucketState,
  size: BucketSize,
  seen: LimitSeen & { readonly remaining: number },
  nowMs: number,
): BucketState {
  const full = sizeOf(seen.limit);
  const since = Math.max(0, nowMs - seen.at) * size.perMs;
  const observed = Math.min(size.burst, seen.remaining - keptBack(seen.limit) + since);
  const watch: Watch = state.watch ?? {
    since: nowMs,
    before: null,
    least: Number.MAX_SAFE_INTEGER,
    shift: 0,
  };
  // Requests that are booked and on their way are not in the answer yet: the least of many answers is the nearest.
  const least = Math.min(watch.least, observed - state.level + watch.shift);
  const shift = watch.shift + Math.min(0, observed - state.level);
  const level = Math.min(state.level, observed);
  const elapsed = nowMs - watch.since;
  const cut = seen.retryAfterMs !== null && watch.cut !== true;
  const known = cut ? (state.drain ?? 0) + CUT * (full.perMs - (state.drain ?? 0)) : (state.drain ?? 0);
  if (elapsed < MEASURE_MS) {
    const going: Watch = { ...watch, least, shift, ...(cut ? { cut } : {}) };
    return { ...state, level, ...(cut ? { drain: known } : {}), watch: going };
  }
  // A full bucket grows no further, so it would hide that nobody else takes of it any more.
  const untouched = observed + (seen.calls ?? 0) >= size.burst && state.level < size.burst / 2;
  const drift = untouched ? -known : watch.before === null ? 0 : (watch.before - least) / elapsed;
  const drain = Math.min(full.perMs, Math.max(0, known + NEWEST * drift));
  // What was corrected so far is in `least`; counted from here anew, so that numbers stay small.
  return {
    ...state,
    level,
    drain,
    watch: { since: nowMs, before: least - shift, least: Number.MAX_SAFE_INTEGER, shift: 0 },
  };
}

/** Closes a bucket for a while. Jitter by name and time: two principals that were refused together come apart. */
function paused(state: BucketState, bucket: string, seen: LimitSeen, nowMs: number): BucketState {
  if (seen.retryAfterMs !== null) {
    const until = nowMs + jittered(seen.retryAfterMs, bucket, nowMs);
    return { ...state, closedUntil: Math.max(state.closedUntil ?? 0, until) };
  }
  if (seen.unavailable * 2 > (seen.calls ?? 0) && seen.unavailable > 0) {
    const strikes = (state.strikes ?? 0) + 1;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (strikes - 1));
    const closedUntil = Math.max(state.closedUntil ?? 0, nowMs + jittered(pause, bucket, nowMs));
    return { ...state, strikes, closedUntil };
  }
  const { strikes: _, ...healthy } = state;
  return healthy;
}

/** A wait and up to a quarter more. */
function jittered(waitMs: number, bucket: string, nowMs: number): number {
  const part = Number.parseInt(shortHash(`${bucket}|${nowMs}`, 6), 16) / 0xff_ff_ff;
  return Math.round(waitMs * (1 + part / 4));
}
