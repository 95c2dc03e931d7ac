import { HOUR_MS } from '../statistics/series.ts';

/** A stretch of whole hours that ends where the judged window does, milliseconds since the epoch. */
export interface Hours {
  readonly since: number;
  readonly until: number;
}

/** Windows end on this grid, so that looks of many batches share one answer. */
const GRID_MS = 300_000;

/** The newest instant up to which all rows must have arrived. */
export function judgedUntil(nowMs: number, lagSeconds: number): number {
  return Math.floor((nowMs - lagSeconds * 1000) / GRID_MS) * GRID_MS;
}

/** When data up to `untilMs` can be judged: the window that has it has ended and its rows have arrived. */
export function judgedFrom(untilMs: number, lagSeconds: number): number {
  return Math.ceil(untilMs / GRID_MS) * GRID_MS + lagSeconds * 1000;
}

/** The shortest stretch of whole hours that ends at `until` and reaches back to `from`. */
export function hoursBack(until: number, from: number): Hours {
  return { since: until - Math.max(1, Math.ceil((until - from) / HOUR_MS)) * HOUR_MS, until };
}

/** How many hours they are. */
export function hourCount({ since, until }: Hours): number {
  return Math.round((until - since) / HOUR_MS);
}
