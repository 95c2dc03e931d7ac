import { type Calendar, dayOfWeek, hourOfDay } from './calendar.ts';
import { DAY_MS, type HourCount, median, medianDeviation } from './series.ts';

/** Rows to expect in a full hour, by kind of day and hour of the day. */
export type Profile = (local: number) => number;

/** Hours this far above the rest of their day, in robust standard deviations of the logarithm, are bursts. */
const BURST = 3.5;
/** Less than twice the rows is no burst, however steady the rest is. */
const BURST_MIN = Math.log(2);
/** A pattern of fewer rows an hour says nothing about bursts. */
const BURST_MIN_ROWS = 10;
/** What happens in more hours than this share is not a burst but the way the machine is. */
const BURST_MAX_SHARE = 0.25;

/** The pattern of a day in the baseline: the mean of each hour, working days and days off apart. */
export function profileOf(hours: readonly HourCount[], calendar: Calendar): Profile {
  const rows = new Float64Array(48);
  const exposure = new Float64Array(48);
  for (const hour of hours) {
    const at = cell(calendar.local(hour.start), calendar);
    if (hour.exposure <= 0) continue;
    rows[at] = (rows[at] as number) + hour.rows;
    exposure[at] = (exposure[at] as number) + hour.exposure;
  }
  return (local) => {
    const at = cell(local, calendar);
    return (exposure[at] as number) > 0 ? (rows[at] as number) / (exposure[at] as number) : 0;
  };
}

/**
 * The hours without bursts: a flood of a few hours says nothing about a lost stream and would hide one.
 * An hour is measured by its own day, so neither a busy weekday nor a loss changes what is a burst.
 */
export function withoutBursts(
  hours: readonly HourCount[],
  profile: Profile,
  calendar: Calendar,
): readonly HourCount[] {
  const days = new Map<number, { hour: HourCount; ratio: number }[]>();
  for (const hour of hours) {
    const local = calendar.local(hour.start);
    const expected = hour.exposure * profile(local);
    if (expected < BURST_MIN_ROWS || hour.rows === 0) continue;
    const day = Math.floor(local / DAY_MS);
    const known = days.get(day) ?? [];
    known.push({ hour, ratio: Math.log(hour.rows / expected) });
    days.set(day, known);
  }
  const heights = [...days.values()].flatMap((day) => {
    const middle = median(day.map(({ ratio }) => ratio));
    return day.map(({ hour, ratio }) => ({ hour, height: ratio - middle }));
  });
  const deviation = medianDeviation(
    heights.map(({ height }) => height),
    0,
  );
  const limit = Math.max(BURST_MIN, BURST * deviation);
  const bursts = new Set(heights.filter(({ height }) => height > limit).map(({ hour }) => hour));
  if (bursts.size === 0 || bursts.size > BURST_MAX_SHARE * heights.length) return hours;
  return hours.map((hour) => (bursts.has(hour) ? { ...hour, exposure: 0 } : hour));
}

function cell(local: number, calendar: Calendar): number {
  return (calendar.daysOff.has(dayOfWeek(local)) ? 24 : 0) + hourOfDay(local);
}
