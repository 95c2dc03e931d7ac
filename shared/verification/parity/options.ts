import type { Policy } from '../../model/policy.ts';
import { UTC_CALENDAR, zoneCalendar } from '../statistics/calendar.ts';
import { DAILY_OPTIONS, type JudgeOptions } from '../statistics/options.ts';

/**
 * Tables for which a plan's general tolerance is too fine: the two generations of change tracking look at intervals
 * of their own and write a few rows a day, so that a fifth could not be told apart for weeks. Own choice.
 */
const COARSE: Readonly<Record<string, number>> = { ConfigurationChange: 0.5 };

/** What a plan's policy asks of the judges for one table. */
export function optionsFor(
  { tolerance, tolerances, timeZone }: Policy['verification'],
  table: string,
): JudgeOptions {
  return {
    // The first pass counts, so every further look is one more chance to pass wrongly.
    ...DAILY_OPTIONS,
    tolerance: tolerances[table] ?? Math.max(tolerance, COARSE[table] ?? 0),
    calendar: timeZone === undefined ? UTC_CALENDAR : zoneCalendar(timeZone),
  };
}
