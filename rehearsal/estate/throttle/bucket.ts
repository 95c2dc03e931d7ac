/** A token bucket with the numbers a throttle report needs. */
export interface Bucket {
  readonly capacity: number;
  readonly refillPerSecond: number;
  tokens: number;
  updatedAt: number;
  taken: number;
  refused: number;
  lowest: number;
  firstAt: number;
  lastAt: number;
}

export function createBucket(capacity: number, refillPerSecond: number, now: number): Bucket {
  return {
    capacity,
    refillPerSecond,
    tokens: capacity,
    updatedAt: now,
    taken: 0,
    refused: 0,
    lowest: capacity,
    firstAt: now,
    lastAt: now,
  };
}

/** Brings the level up to `now` and returns it. */
export function level(bucket: Bucket, now: number): number {
  if (now > bucket.updatedAt) {
    bucket.tokens = Math.min(
      bucket.capacity,
      bucket.tokens + ((now - bucket.updatedAt) / 1000) * bucket.refillPerSecond,
    );
    bucket.updatedAt = now;
  }
  return bucket.tokens;
}

/** Takes one token that is known to be there. */
export function take(bucket: Bucket, now: number): void {
  if (bucket.taken === 0) bucket.firstAt = now;
  bucket.tokens -= 1;
  bucket.taken += 1;
  bucket.lastAt = now;
  if (bucket.tokens < bucket.lowest) bucket.lowest = bucket.tokens;
}

/** Milliseconds until one token is there. */
export function waitFor(bucket: Bucket): number {
  return bucket.tokens >= 1 ? 0 : Math.ceil(((1 - bucket.tokens) / bucket.refillPerSecond) * 1000);
}
