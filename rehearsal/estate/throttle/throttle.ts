import { type Bucket, createBucket, type Load, level, take, waitFor } from './bucket.ts';
import type { Policy } from './policies.ts';

export interface Demand {
  readonly policy: Policy;
  /** What shares the bucket, e.g. `subscription|principal`. */
  readonly scope: string;
}

export type Admission =
  | { readonly ok: true; readonly remaining: readonly number[] }
  | { readonly ok: false; readonly policy: Policy; readonly retryAfterMs: number };

export interface BucketReport {
  readonly bucket: string;
  /** What shares it; "(each machine)" for per-machine buckets, which are reported together. */
  readonly scope: string;
  readonly capacity: number;
  readonly refillPerSecond: number;
  readonly taken: number;
  /** Answered with 429. */
  readonly refused: number;
  /** 1 - lowest level / capacity: 1 means it was empty once. */
  readonly peakShare: number;
  /**
   * Taken of all that could be taken between the first and the last request: capacity + refill x time, less what
   * others took.
   */
  readonly sustainedShare: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

export interface Throttle {
  /** Takes one token from every bucket, or none when one of them is empty. */
  admit(demands: readonly Demand[], now: number): Admission;
  report(): readonly BucketReport[];
}

export interface ThrottleOptions {
  readonly factor: number;
  readonly off: boolean;
  /** Multiplies refill rates when the estate's seconds are shortened. */
  readonly timeScale: number;
  /** Who else uses a bucket of ARM or Compute. */
  loadsOn?(policy: Policy, scope: string): readonly Load[];
}

/** All token buckets of the estate, made when first used. Platform facts 6. */
export function createThrottle(options: ThrottleOptions): Throttle {
  const byPolicy = new Map<Policy, Map<string, Bucket>>();

  function bucketOf(demand: Demand, now: number): Bucket {
    let buckets = byPolicy.get(demand.policy);
    if (buckets === undefined) {
      buckets = new Map();
      byPolicy.set(demand.policy, buckets);
    }
    let bucket = buckets.get(demand.scope);
    if (bucket === undefined) {
      const { capacity, refillPerSecond } = demand.policy;
      bucket = createBucket(
        capacity * options.factor,
        refillPerSecond * options.factor * options.timeScale,
        now,
        options.loadsOn?.(demand.policy, demand.scope),
      );
      buckets.set(demand.scope, bucket);
    }
    return bucket;
  }

  return {
    admit(demands, now) {
      const buckets = demands.map((demand) => bucketOf(demand, now));
      if (!options.off) {
        for (let i = 0; i < buckets.length; i++) {
          const bucket = buckets[i] as Bucket;
          // A hair under one token is one: refills are fractions of seconds.
          if (level(bucket, now) < 1 - 1e-6) {
            bucket.refused += 1;
            bucket.lastAt = now;
            return { ok: false, policy: (demands[i] as Demand).policy, retryAfterMs: waitFor(bucket) };
          }
        }
      }
      for (const bucket of buckets) {
        level(bucket, now);
        take(bucket, now);
      }
      return { ok: true, remaining: buckets.map((bucket) => Math.max(0, Math.floor(bucket.tokens))) };
    },
    report() {
      const out: BucketReport[] = [];
      for (const [policy, buckets] of byPolicy) {
        const used = [...buckets].filter(([, bucket]) => bucket.taken + bucket.refused > 0);
        if (used.length === 0) continue;
        const reports = used.map(([scope, bucket]) => reportOf(policy, scope, bucket));
        if (policy.per === 'machine') out.push(merge(reports));
        else out.push(...reports);
      }
      return out;
    },
  };
}

function reportOf(policy: Policy, scope: string, bucket: Bucket): BucketReport {
  const refilled = ((bucket.lastAt - bucket.firstAt) / 1000) * bucket.refillPerSecond;
  const could = bucket.capacity + refilled - bucket.drained;
  return {
    bucket: policy.name,
    scope,
    capacity: bucket.capacity,
    refillPerSecond: bucket.refillPerSecond,
    taken: bucket.taken,
    refused: bucket.refused,
    peakShare: 1 - Math.max(0, bucket.lowest) / bucket.capacity,
    sustainedShare: bucket.taken / could,
    firstAt: bucket.firstAt,
    lastAt: bucket.lastAt,
  };
}

function merge(reports: readonly BucketReport[]): BucketReport {
  const first = reports[0] as BucketReport;
  return {
    ...first,
    scope: '(each machine)',
    taken: reports.reduce((n, one) => n + one.taken, 0),
    refused: reports.reduce((n, one) => n + one.refused, 0),
    peakShare: reports.reduce((most, one) => Math.max(most, one.peakShare), 0),
    sustainedShare: reports.reduce((most, one) => Math.max(most, one.sustainedShare), 0),
    firstAt: reports.reduce((least, one) => Math.min(least, one.firstAt), first.firstAt),
    lastAt: reports.reduce((most, one) => Math.max(most, one.lastAt), first.lastAt),
  };
}
