import { type Calendar, dayOfWeek } from './calendar.ts';
import { type Profile, profileOf, withoutBursts } from './profile.ts';
import { DAY_MS, HOUR_MS, type HourCount, type Windows } from './series.ts';

/**
 * What is known of one local day. Days, not hours, are what varies independently: hours of one day rise
 * and fall together, so counting them as independent would make every interval too narrow.
 */
export interface Block {
  /** Number of the local day since the epoch. */
  readonly day: number;
  readonly weekday: number;
  readonly rows: number;
  /** Rows the baseline's pattern puts into the exposed hours. */
  readonly weight: number;
  /** Share of the whole day's pattern that was exposed, about 0 to 1. */
  readonly coverage: number;
}

export interface Blocks {
  readonly baseline: readonly Block[];
  readonly current: readonly Block[];
}

/** A day of which less is known than this is left out. */
const MIN_COVERAGE = { baseline: 0.5, current: 0.05 };

/** Both windows by local day, each day beside what the baseline's pattern expects of its exposed hours. */
export function blocksOf({ baseline, current }: Windows, calendar: Calendar): Blocks {
  const calm = withoutBursts(baseline, profileOf(baseline, calendar), calendar);
  const profile = profileOf(calm, calendar);
  return {
    baseline: byDay(calm, profile, calendar, MIN_COVERAGE.baseline),
    current: byDay(withoutBursts(current, profile, calendar), profile, calendar, MIN_COVERAGE.current),
  };
}

function byDay(
  series: readonly HourCount[],
  profile: Profile,
  calendar: Calendar,
  minCoverage: number,
): Block[] {
  const days = new Map<number, { rows: number; weight: number }>();
  for (const { start, rows, exposure } of series) {
    if (exposure <= 0) continue;
    const local = calendar.local(start);
    const day = Math.floor(local / DAY_MS);
    const sums = days.get(day) ?? { rows: 0, weight: 0 };
    sums.rows += rows;
    sums.weight += exposure * profile(local);
    days.set(day, sums);
  }
  const found: Block[] = [];
  for (const [day, { rows, weight }] of days) {
    let full = 0;
    for (let hour = 0; hour < 24; hour++) full += profile(day * DAY_MS + hour * HOUR_MS);
    const coverage = full > 0 ? weight / full : 0;
    if (coverage >= minCoverage)
      found.push({ day, weekday: dayOfWeek(day * DAY_MS), rows, weight, coverage });
  }
  return found;
}
