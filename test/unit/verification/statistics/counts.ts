import { HOUR_MS, type HourCount } from '../../../../shared/verification/statistics/series.ts';

/** A Monday at midnight. */
export const MONDAY = Date.UTC(2026, 0, 5);

/** Hours from `from` days after that Monday on; the rows may depend on the day and the hour of it. */
export function hours(
  from: number,
  days: number,
  rows: (day: number, hour: number) => number,
  exposure: (day: number, hour: number) => number = () => 1,
): HourCount[] {
  return Array.from({ length: Math.round(days * 24) }, (_, i) => {
    const day = from + Math.floor(i / 24);
    const share = exposure(day, i % 24);
    return {
      start: MONDAY + (from * 24 + i) * HOUR_MS,
      rows: Math.round(rows(day, i % 24) * share),
      exposure: share,
    };
  });
}

/** About `rows` an hour, by a few percent more or less by day: the same every time. */
export function wavering(rows: number, spread = 0.03): (day: number) => number {
  return (day) => rows * (1 + spread * Math.sin(day * 2.4 + 1));
}
