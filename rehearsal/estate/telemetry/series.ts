import { elapsedIn, type Intervals, instantAfter, NEVER } from '../intervals.ts';

/** Rows at a steady rate over active time: the whole past of a table in three numbers, nothing stored. */
export interface Series {
  readonly active: Intervals;
  /** Rows per millisecond of active time. */
  readonly rate: number;
  /** In [0, 1): where between two rows the series begins. */
  readonly phase: number;
}

/** Rows before an instant. Differences of it are counts, so adjacent windows always add up. */
export function rowsBefore(series: Series, instant: number): number {
  return Math.floor(elapsedIn(series.active, instant) * series.rate + series.phase);
}

/** Rows in [from, until). */
export function rowsIn(series: Series, from: number, until: number): number {
  return until <= from ? 0 : rowsBefore(series, until) - rowsBefore(series, from);
}

/** The first row from an instant on, or undefined where none is before `until`. */
export function firstRowIn(series: Series, from: number, until: number): number | undefined {
  if (rowsIn(series, from, until) <= 0) return undefined;
  const at = instantAfter(series.active, (rowsBefore(series, from) + 1 - series.phase) / series.rate);
  return Math.max(from, Math.min(Math.ceil(at), until - 1));
}

/** The newest row in [from, until), or undefined without one. */
export function lastRowIn(series: Series, from: number, until: number): number | undefined {
  if (rowsIn(series, from, until) <= 0) return undefined;
  const n = rowsBefore(series, until);
  const at = instantAfter(series.active, (n - series.phase) / series.rate);
  return at === NEVER ? until - 1 : Math.max(from, Math.min(Math.floor(at), until - 1));
}

const HOUR_MS = 3_600_000;

/** Rows before the end of each hour from `since` to `until`, and before `since`; none after `visible`. */
export function rowsByHour(
  series: Series,
  { since, until }: { readonly since: number; readonly until: number },
  visible: number,
): number[] {
  const hours = Math.round((until - since) / HOUR_MS);
  return Array.from({ length: hours + 1 }, (_, i) =>
    rowsBefore(series, Math.min(since + i * HOUR_MS, visible)),
  );
}

/** Rows of each hour. */
export function hourlyRows(...parameters: Parameters<typeof rowsByHour>): number[] {
  const before = rowsByHour(...parameters);
  return before.slice(1).map((rows, i) => rows - (before[i] as number));
}
