/**
 * How many requests may start when: the generic cell rate algorithm (GCRA) over the documented token
 * buckets. Callers reserve a batch and are told when to start; nobody is ever refused (D5).
 */
export interface Limit {
  /** Requests the bucket holds. */
  readonly burst: number;
  /** Requests that flow back per second. */
  readonly perSecond: number;
}

/** Share of each documented limit that is used: calls arrive a little later than they were reserved for. */
const SHARE = 0.95;
const BURST_SHARE = 0.9;

/** Per subscription: ARM. Per subscription and region: the Compute "update VM" group. Platform facts 6. */
export const LIMITS = {
  reads: { burst: 250, perSecond: 25 },
  writes: { burst: 200, perSecond: 10 },
  deletes: { burst: 200, perSecond: 10 },
  compute: { burst: 1500, perSecond: 500 / 60 },
} as const satisfies Record<string, Limit>;
export type LimitName = keyof typeof LIMITS;

/** Theoretical arrival time per bucket, milliseconds since the epoch. */
export type BudgetState = Readonly<Record<string, number>>;

export interface Reservation {
  /** Bucket of its own per region for Compute; one per subscription for ARM. */
  readonly bucket: string;
  readonly limit: LimitName;
  readonly count: number;
}

/** Takes all reservations of one batch; the batch starts when the slowest bucket allows. */
export function reserve(
  state: BudgetState,
  reservations: readonly Reservation[],
  nowMs: number,
): { state: BudgetState; startAt: number } {
  const next: Record<string, number> = { ...state };
  let startAt = nowMs;
  for (const { bucket, limit, count } of reservations) {
    if (count <= 0) continue;
    const { burst, perSecond } = LIMITS[limit];
    const interval = 1000 / (perSecond * SHARE);
    const arrival = Math.max(next[bucket] ?? 0, nowMs) + count * interval;
    next[bucket] = arrival;
    startAt = Math.max(startAt, arrival - burst * BURST_SHARE * interval);
  }
  return { state: next, startAt: Math.ceil(startAt) };
}
