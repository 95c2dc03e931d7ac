/** One token bucket with bookings ahead of now. */
export interface BucketState {
  /** Tokens at the instant `at`, before any booking. */
  readonly level: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Bookings in time order: instant and tokens. */
  readonly booked: readonly (readonly [at: number, tokens: number])[];
}

export interface BucketSize {
  readonly burst: number;
  readonly perMs: number;
}

/** Carries the bucket forward to `now`: bookings that have passed are spent. */
export function settle(bucket: BucketState, size: BucketSize, now: number): BucketState {
  let { level, at } = bucket;
  let passed = 0;
  for (const [instant, tokens] of bucket.booked) {
    if (instant > now) break;
    level = refill(level, instant - at, size) - tokens;
    at = instant;
    passed += 1;
  }
  return { level: refill(level, now - at, size), at: Math.max(at, now), booked: bucket.booked.slice(passed) };
}

/** The first instant from `from` on at which `tokens` can be taken without robbing a booking that comes later. */
export function earliest(bucket: BucketState, size: BucketSize, tokens: number, from: number): number {
  let { level, at } = bucket;
  for (let i = 0; i <= bucket.booked.length; i += 1) {
    const [next, spent] = bucket.booked[i] ?? [Number.POSITIVE_INFINITY, 0];
    // Between two bookings the level only rises, so the first instant that suffices is the one to try.
    const enough = Math.max(from, at + Math.max(0, Math.ceil((tokens - level) / size.perMs)));
    if (enough <= next) {
      const left = refill(level, enough - at, size) - tokens;
      if (servesAll(bucket.booked.slice(i), size, left, enough)) return enough;
    }
    level = refill(level, next - at, size) - spent;
    at = next;
  }
  return from;
}

/** Whether every booking can be served from a level at an instant. */
function servesAll(booked: BucketState['booked'], size: BucketSize, level: number, at: number): boolean {
  for (const [instant, tokens] of booked) {
    level = refill(level, instant - at, size) - tokens;
    // Instants are whole milliseconds; a remainder of the arithmetic is no robbery.
    if (level < -1e-6) return false;
    at = instant;
  }
  return true;
}

/** Books tokens at an instant. */
export function take(bucket: BucketState, tokens: number, instant: number): BucketState {
  const index = bucket.booked.findIndex(([at]) => at > instant);
  const position = index < 0 ? bucket.booked.length : index;
  return { ...bucket, booked: bucket.booked.toSpliced(position, 0, [instant, tokens]) };
}

function refill(level: number, elapsedMs: number, { burst, perMs }: BucketSize): number {
  return Math.min(burst, level + Math.max(0, elapsedMs) * perMs);
}
