/** Somebody else who uses a bucket: a share of what flows back, for a time. */
export interface Load {
  /** Clock milliseconds; `until` excluded. */
  readonly from: number;
  readonly until: number;
  /** Of the refill, 0 to 1. */
  readonly share: number;
}

/** A token bucket with the numbers a throttle report needs. */
export interface Bucket {
  readonly capacity: number;
  readonly refillPerSecond: number;
  readonly loads: readonly Load[];
  tokens: number;
  updatedAt: number;
  taken: number;
  /** What others took of the refill since the first request. */
  drained: number;
  refused: number;
  lowest: number;
  firstAt: number;
  lastAt: number;
}

export function createBucket(
  capacity: number,
  refillPerSecond: number,
  now: number,
  loads: readonly Load[] = [],
): Bucket {
  return {
    capacity,
    refillPerSecond,
    loads,
    tokens: capacity,
    updatedAt: now,
    taken: 0,
    drained: 0,
    refused: 0,
    lowest: capacity,
    firstAt: now,
    lastAt: now,
  };
}

/** Brings the level up to `now` and returns it. */
export function level(bucket: Bucket, now: number): number {
  if (now > bucket.updatedAt) {
    const refill = ((now - bucket.updatedAt) / 1000) * bucket.refillPerSecond;
    const drained = Math.min(refill, drainedBetween(bucket, bucket.updatedAt, now));
    bucket.drained += drained;
    bucket.tokens = Math.min(bucket.capacity, bucket.tokens + refill - drained);
    bucket.updatedAt = now;
  }
  return bucket.tokens;
}

/** What others take of the refill between two instants. */
function drainedBetween({ loads, refillPerSecond }: Bucket, from: number, to: number): number {
  return loads.reduce((sum, load) => {
    const overlap = Math.max(0, Math.min(to, load.until) - Math.max(from, load.from));
    return sum + (overlap / 1000) * refillPerSecond * load.share;
  }, 0);
}

/** Takes one token that is known to be there. */
export function take(bucket: Bucket, now: number): void {
  if (bucket.taken === 0) {
    bucket.firstAt = now;
    bucket.drained = 0;
  }
  bucket.tokens -= 1;
  bucket.taken += 1;
  bucket.lastAt = now;
  if (bucket.tokens < bucket.lowest) bucket.lowest = bucket.tokens;
}

/** Milliseconds until one token is there, if nobody else takes it. */
export function waitFor(bucket: Bucket): number {
  return bucket.tokens >= 1 ? 0 : Math.ceil(((1 - bucket.tokens) / bucket.refillPerSecond) * 1000);
}
