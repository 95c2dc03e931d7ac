/** Names of the limits that are planned for. ARM's three are per subscription and caller, `compute` per region as well. */
export const LIMIT_NAMES = ['reads', 'writes', 'deletes', 'compute', 'queries'] as const;
export type LimitName = (typeof LIMIT_NAMES)[number];

/** Requests by the limit they count in. */
export type RequestCounts = Readonly<Partial<Record<LimitName, number>>>;

/** What the answers of one look said of one limit: a few numbers, whatever the size of the batch. */
export interface LimitSeen {
  readonly limit: LimitName;
  /** Requests that were admitted; null where the service counts them and did not say. */
  readonly calls: number | null;
  /** The least that any answer said is left; null where none did. */
  readonly remaining: number | null;
  /** When that was, milliseconds since the epoch. */
  readonly at: number;
  /** The longest wait that an answer 429 asked for; null without one. */
  readonly retryAfterMs: number | null;
  /** Requests that the service answered with 503 or its like, or not at all. */
  readonly unavailable: number;
}
