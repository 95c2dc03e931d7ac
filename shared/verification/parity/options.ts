import type { Policy } from '../../model/policy.ts';
import { UTC_CALENDAR, zoneCalendar } from '../statistics/calendar.ts';
import { DAILY_OPTIONS, type JudgeOptions } from '../statistics/options.ts';

/** What a plan's policy asks of the judges for one table. */
export function optionsFor(
  { tolerance, tolerances, timeZone }: Policy['verification'],
  table: string,
): JudgeOptions {
  return {
    // The first pass counts, so every further look is one more chance to pass wrongly.
    ...DAILY_OPTIONS,
    tolerance: tolerances[table] ?? tolerance,
    calendar: timeZone === undefined ? UTC_CALENDAR : zoneCalendar(timeZone),
  };
}
