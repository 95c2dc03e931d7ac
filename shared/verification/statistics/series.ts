/** Rows of one unit (a machine or cohort, a table, perhaps a key) in one hour. */
export interface HourCount {
  /** Start of the hour, milliseconds since the epoch (UTC). */
  readonly start: number;
  readonly rows: number;
  /** Share of the hour, 0 to 1, in which the machine was up and whose rows must have arrived by now. */
  readonly exposure: number;
}

/** The same unit before and now. */
export interface Windows {
  readonly baseline: readonly HourCount[];
  readonly current: readonly HourCount[];
}

/** What the rows now are expected to be, as shares of the baseline's rate. */
export interface Expectation {
  /** What the legacy agent still writes: 1 while both agents run, 0 once it has stopped. */
  readonly legacy: number;
  /** What the new agent should write: 1, less where its rules are narrower, more where they are wider. */
  readonly added: number;
}

/** What is compared, and with what. */
export interface Comparison extends Windows {
  readonly expected: Expectation;
  /**
   * Counts of the same table of machines nobody touched, in the same hours: what moved them (a holiday,
   * a patch day, growth) is then not taken for loss. Absent where every machine is migrated at once.
   */
  readonly reference?: Windows;
}

/**
 * Takes what may still arrive out of the judged hours: an hour counts once its end is `lagMs` ago.
 * `now` in milliseconds since the epoch.
 */
export function withoutLag(hours: readonly HourCount[], now: number, lagMs: number): HourCount[] {
  return hours.map((hour) => (hour.start + HOUR_MS <= now - lagMs ? hour : { ...hour, exposure: 0 }));
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Sum over anything. */
export function sumOf<T>(items: readonly T[], value: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += value(item);
  return total;
}

/** The middle value, or the mean of the two middle ones; NaN of none. */
export function median(values: readonly number[]): number {
  return medianWithout(new Float64Array(values).sort());
}

/** The median of values that are in order, but for one of them if it is given. */
export function medianWithout(sorted: Float64Array, left?: number): number {
  const gap = left === undefined ? Number.POSITIVE_INFINITY : firstNotBelow(sorted, left);
  const at = (n: number) => sorted[n < gap ? n : n + 1] ?? Number.NaN;
  const length = left === undefined ? sorted.length : sorted.length - 1;
  const middle = length >> 1;
  return length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
}

function firstNotBelow(sorted: Float64Array, value: number): number {
  let from = 0;
  let until = sorted.length;
  while (from < until) {
    const middle = (from + until) >> 1;
    if ((sorted[middle] as number) < value) from = middle + 1;
    else until = middle;
  }
  return from;
}

/** Makes a median absolute deviation the standard deviation of normal values. */
export const NORMAL_DEVIATION = 1.4826;

/** Median absolute deviation, scaled so that it is the standard deviation of normal values. */
export function medianDeviation(values: readonly number[], middle: number): number {
  return NORMAL_DEVIATION * median(values.map((value) => Math.abs(value - middle)));
}
