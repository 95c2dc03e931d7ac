import { type BucketState, earliest, settle, take } from './bucket.ts';

/**
 * How many requests may start when. Callers reserve what a batch will send and are told when to start;
 * nobody is refused (D5). A batch starts at the first instant at which every bucket it needs can serve
 * it, and its requests are booked for that instant in all of them: booked earlier, a bucket that is not
 * the slow one would refill meanwhile and be spent twice.
 */
export interface Limit {
  /** Requests the bucket holds. */
  readonly burst: number;
  /** Requests that flow back per second. */
  readonly perSecond: number;
}

/** Share of each documented limit that is used: calls arrive a little later than they were booked for. */
const SHARE = 0.95;
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
} as const satisfies Record<string, Limit>;
export type LimitName = keyof typeof LIMITS;

export type BudgetState = Readonly<Record<string, BucketState>>;

export interface Reservation {
  /** Bucket of its own per region for Compute; one per subscription for ARM. */
  readonly bucket: string;
  readonly limit: LimitName;
  readonly count: number;
}

/** Searches for a common instant end quickly: each step moves past at least one booking. */
const MAX_STEPS = 1000;

/** Books all requests of one batch at the first instant, from now on, at which every bucket can serve them. */
export function reserve(
  state: BudgetState,
  reservations: readonly Reservation[],
  nowMs: number,
): { state: BudgetState; startAt: number } {
  const wanted = reservations
    .filter(({ count }) => count > 0)
    .map(({ bucket, limit, count }) => {
      const size = sizeOf(limit);
      const settled = settle(state[bucket] ?? { level: size.burst, at: nowMs, booked: [] }, size, nowMs);
      // What exceeds a full bucket can never be served at once; the rest is made up by the next bookings.
      return { bucket, size, settled, count: Math.min(count, size.burst) };
    });
  let startAt = nowMs;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const next = wanted.reduce(
      (at, { settled, size, count }) => Math.max(at, earliest(settled, size, count, startAt)),
      startAt,
    );
    if (next === startAt) break;
    startAt = next;
  }
  const booked = wanted.map(({ bucket, settled, count }) => [bucket, take(settled, count, startAt)] as const);
  return { state: { ...state, ...Object.fromEntries(booked) }, startAt };
}

function sizeOf(limit: LimitName): { burst: number; perMs: number } {
  const { burst, perSecond } = LIMITS[limit];
  return { burst: burst * BURST_SHARE, perMs: (perSecond * SHARE) / 1000 };
}
