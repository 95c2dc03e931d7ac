import type { LimitName } from '../model/limits.ts';
import { type BucketSize, type BucketState, earliest, settle, take } from './bucket.ts';

/**
 * How many requests may start when. Callers reserve what a batch will send and are told when to start;
 * nobody is refused (D5). A batch starts at the first instant at which every bucket it needs can serve
 * it, and its requests are booked for that instant in all of them: booked earlier, a bucket that is not
 * the slow one would refill meanwhile and be spent twice. Who may book when is up to `queues.ts`, what
 * the service says of its buckets to `corrections.ts`.
 */
export interface Limit {
  /** Requests the bucket holds. */
  readonly burst: number;
  /** Requests that flow back per second. */
  readonly perSecond: number;
}

/**
 * Share of each documented limit that is used. What is kept of the burst stands for calls that arrive later than
 * they were booked for, and for what another user of the limit takes until answers show it.
 */
const SHARE = 0.985;
const BURST_SHARE = 0.9;

/**
 * ARM: per subscription. Compute's "update VM" group: per subscription and region. Log Analytics queries:
 * per user. Platform facts 6.
 */
export const LIMITS = {
  reads: { burst: 250, perSecond: 25 },
  writes: { burst: 200, perSecond: 10 },
  deletes: { burst: 200, perSecond: 10 },
  compute: { burst: 1500, perSecond: 500 / 60 },
  queries: { burst: 200, perSecond: 200 / 30 },
} as const satisfies Record<LimitName, Limit>;

export type Buckets = Readonly<Record<string, BucketState>>;

export interface Reservation {
  /** Bucket of its own per region for Compute; one per subscription for ARM. */
  readonly bucket: string;
  readonly limit: LimitName;
  readonly count: number;
}

/** One reservation against its bucket as it is now. */
export interface Wanted {
  readonly bucket: string;
  readonly limit: LimitName;
  readonly size: BucketSize;
  readonly settled: BucketState;
  readonly count: number;
}

/** Searches for a common instant end quickly: each step moves past at least one booking. */
const MAX_STEPS = 1000;

/** The buckets of a look, carried forward to now, and the first instant, not before `fromMs`, at which all can serve it. */
export function findStart(
  buckets: Buckets,
  reservations: readonly Reservation[],
  nowMs: number,
  fromMs = nowMs,
): { wanted: Wanted[]; startAt: number } {
  const wanted = reservations
    .filter(({ count }) => count > 0)
    .map(({ bucket, limit, count }) => {
      const { state, size } = bucketAt(buckets, bucket, limit, nowMs);
      // What exceeds a full bucket can never be served at once; the rest is made up by the next bookings.
      return { bucket, limit, size, settled: state, count: Math.min(count, size.burst) };
    });
  let startAt = Math.max(nowMs, fromMs, ...wanted.map(({ settled }) => settled.closedUntil ?? 0));
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const next = wanted.reduce(
      (at, { settled, size, count }) => Math.max(at, earliest(settled, size, count, startAt)),
      startAt,
    );
    if (next === startAt) break;
    startAt = next;
  }
  return { wanted, startAt };
}

/** A bucket carried forward to now; a new one is full. */
export function bucketAt(
  buckets: Buckets,
  bucket: string,
  limit: LimitName,
  nowMs: number,
): { state: BucketState; size: BucketSize } {
  const full = sizeOf(limit);
  const known = buckets[bucket] ?? { level: full.burst, at: nowMs, booked: [] };
  const size = { ...full, perMs: full.perMs - drainOf(known, full) };
  return { state: settle(known, size, nowMs), size };
}

/** What others take; that it is all there is, is never believed. */
function drainOf({ drain = 0 }: BucketState, { perMs }: BucketSize): number {
  return drain < perMs * IGNORED_DRAIN ? 0 : Math.min(drain, perMs * MOST_DRAIN);
}

/** Less is within the inaccuracy of the measurement. */
const IGNORED_DRAIN = 0.05;
const MOST_DRAIN = 0.95;

/** Books a look at its start in all of its buckets. */
export function book(buckets: Buckets, wanted: readonly Wanted[], startAt: number, flow?: string): Buckets {
  const booked = wanted.map(
    ({ bucket, settled, count }) => [bucket, take(settled, count, startAt, flow)] as const,
  );
  return { ...buckets, ...Object.fromEntries(booked) };
}

/** Books all requests of one batch at the first instant, from now on, at which every bucket can serve them. */
export function reserve(
  state: Buckets,
  reservations: readonly Reservation[],
  nowMs: number,
): { state: Buckets; startAt: number } {
  const { wanted, startAt } = findStart(state, reservations, nowMs);
  return { state: book(state, wanted, startAt), startAt };
}

/** What is used of a limit. */
export function sizeOf(limit: LimitName): BucketSize {
  const { burst, perSecond } = LIMITS[limit];
  return { burst: burst * BURST_SHARE, perMs: (perSecond * SHARE) / 1000 };
}

/** What is left in the service when the books say that nothing is. */
export function keptBack(limit: LimitName): number {
  return LIMITS[limit].burst * (1 - BURST_SHARE);
}
