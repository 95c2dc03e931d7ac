import { DAY_MS, HOUR_MS } from '../statistics/series.ts';
import type { Placed, SetWindows } from './sets.ts';
import type { TableHours } from './table-hours.ts';

/** The last hours, in which a stream that stopped must not hide behind the rows of the days before. */
const RECENT_HOURS = 3;
/** Rows the quietest day of the baseline had in these hours, below which silence is nothing strange. */
const MIN_ROWS = 10;

/** Whether a table fell silent in hours in which every day of the baseline was busy. */
export function fellSilent(
  { hours, machines }: TableHours,
  machine: Placed,
  { baselineSince }: SetWindows,
): boolean {
  const counts = machines.get(machine.id);
  if (counts === undefined) return false;
  const rowsIn = (end: number) => {
    let rows = 0;
    for (let at = end - RECENT_HOURS * HOUR_MS; at < end; at += HOUR_MS)
      rows += counts[Math.round((at - hours.since) / HOUR_MS)] ?? 0;
    return rows;
  };
  if (rowsIn(hours.until) > 0 || hours.until - RECENT_HOURS * HOUR_MS < machine.currentSince) return false;
  let quietest = Number.POSITIVE_INFINITY;
  for (let end = hours.until - DAY_MS; end - RECENT_HOURS * HOUR_MS >= baselineSince; end -= DAY_MS)
    if (end <= machine.baselineUntil) quietest = Math.min(quietest, rowsIn(end));
  return quietest !== Number.POSITIVE_INFINITY && quietest >= MIN_ROWS;
}
