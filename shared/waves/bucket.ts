/** Requests booked ahead of now: when, how many, and for whom. */
export type Booking = readonly [at: number, tokens: number, flow?: string];

/** One token bucket with bookings ahead of now. */
export interface BucketState {
  /** Tokens at the instant `at`, before any booking; below zero where the service has less than was booked. */
  readonly level: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** In time order. */
  readonly booked: readonly Booking[];
  /** Nothing starts before: the service asked for a pause. */
  readonly closedUntil?: number;
  /** Pauses in a row for a service in trouble. */
  readonly strikes?: number;
  /** What others take of the refill, tokens a millisecond, as far as answers show it. */
  readonly drain?: number;
  /** How the drain is measured: `corrections.ts`. */
  readonly watch?: Watch;
}

export interface Watch {
  /** Start of the measurement under way, milliseconds since the epoch. */
  readonly since: number;
  /** What the service had more than was believed, at least, in the measurement before; null in the first. */
  readonly before: number | null;
  /** The same in the one under way. */
  readonly least: number;
  /** Corrections of the level in all, so that they are not taken for changes. */
  readonly shift: number;
  /** A refusal has cut the refill in this measurement. */
  readonly cut?: boolean;
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
  const booked = passed === 0 ? bucket.booked : bucket.booked.slice(passed);
  return { ...bucket, level: refill(level, now - at, size), at: Math.max(at, now), booked };
}

/** The first instant from `from` on at which `tokens` can be taken without robbing a booking that comes later. */
export function earliest(bucket: BucketState, size: BucketSize, tokens: number, from: number): number {
  const needs = needsBefore(bucket.booked, size);
  let { level, at } = bucket;
  for (let i = 0; i <= bucket.booked.length; i += 1) {
    const [next, spent] = bucket.booked[i] ?? [Number.POSITIVE_INFINITY, 0];
    // Between two bookings the level only rises, so the first instant that suffices is the one to try.
    const enough = Math.max(from, at + Math.max(0, Math.ceil((tokens - level) / size.perMs)));
    if (enough <= next) {
      const left = refill(level, enough - at, size) - tokens;
      const needed = (needs[i] ?? 0) - (next - enough) * size.perMs;
      // Instants are whole milliseconds; a remainder of the arithmetic is no robbery.
      if (i === bucket.booked.length || left >= needed - 1e-6) return enough;
    }
    level = refill(level, next - at, size) - spent;
    at = next;
  }
  return from;
}

/** The level that each booking has to find, so that it and all that follow are served. */
function needsBefore(booked: BucketState['booked'], { perMs }: BucketSize): number[] {
  const needs: number[] = [];
  let after = 0;
  let next = Number.POSITIVE_INFINITY;
  for (let i = booked.length - 1; i >= 0; i -= 1) {
    const [instant, tokens] = booked[i] as Booking;
    after = tokens + (next === Number.POSITIVE_INFINITY ? 0 : Math.max(0, after - (next - instant) * perMs));
    needs[i] = after;
    next = instant;
  }
  return needs;
}

/** Books tokens at an instant. */
export function take(bucket: BucketState, tokens: number, instant: number, flow?: string): BucketState {
  const index = bucket.booked.findIndex(([at]) => at > instant);
  const position = index < 0 ? bucket.booked.length : index;
  const booking: Booking = flow === undefined ? [instant, tokens] : [instant, tokens, flow];
  return { ...bucket, booked: bucket.booked.toSpliced(position, 0, booking) };
}

function refill(level: number, elapsedMs: number, { burst, perMs }: BucketSize): number {
  return Math.min(burst, level + Math.max(0, elapsedMs) * perMs);
}
