import { fSurvival } from './distributions.ts';
import { sumOf } from './series.ts';

/** One day of a unit: how far its rows are from the pattern, on the logarithmic scale. */
export interface DayLevel {
  readonly weekday: number;
  readonly dayOff: boolean;
  readonly level: number;
  /** Share of the day that is known; a part of a day varies more, the more the smaller it is. */
  readonly weight: number;
}

/** Difference of the current days from comparable days of the baseline. */
export interface Difference {
  readonly difference: number;
  /** Variance of one whole day, days of the same kind compared. */
  readonly variance: number;
  /** `variance` times this is the variance of `difference`. */
  readonly factor: number;
  readonly degreesOfFreedom: number;
}

/** Weekdays are told apart where chance would make them differ so much only this often. */
const WEEKDAY_EVIDENCE = 0.05;

/**
 * Compares current days with baseline days of the same kind. Working days and days off are always
 * apart; single weekdays only where the baseline shows that they differ, because two Mondays alone
 * are a poor measure. Undefined where no baseline day is comparable or nothing tells the variance.
 */
export function differenceOf(
  baseline: readonly DayLevel[],
  current: readonly DayLevel[],
): Difference | undefined {
  const byKind = groups(baseline, ({ dayOff }) => (dayOff ? 1 : 0));
  const byWeekday = groups(baseline, ({ weekday }) => weekday);
  const kinds = { groups: byKind, keyOf: (day: DayLevel) => (day.dayOff ? 1 : 0) };
  const weekdays = { groups: byWeekday, keyOf: (day: DayLevel) => day.weekday };
  return compare(
    weekdaysDiffer(byKind, byWeekday, baseline.length) ? weekdays : kinds,
    baseline.length,
    current,
  );
}

interface Grouping {
  readonly groups: ReadonlyMap<number, Group>;
  readonly keyOf: (day: DayLevel) => number;
}

interface Group {
  /** Number of days, parts of days as parts. */
  readonly size: number;
  readonly mean: number;
  /** Sum of squares around the mean. */
  readonly squares: number;
}

function compare({ groups: found, keyOf }: Grouping, days: number, current: readonly DayLevel[]) {
  const degreesOfFreedom = days - found.size;
  const comparable = current.filter((day) => found.has(keyOf(day)));
  if (degreesOfFreedom < 1 || comparable.length === 0) return undefined;
  const total = sumOf(comparable, ({ weight }) => weight);
  const shares = new Map<number, number>();
  let difference = 0;
  for (const day of comparable) {
    const key = keyOf(day);
    const share = day.weight / total;
    shares.set(key, (shares.get(key) ?? 0) + share);
    difference += share * (day.level - (found.get(key) as Group).mean);
  }
  const ofBaseline = sumOf([...shares], ([key, share]) => share ** 2 / (found.get(key) as Group).size);
  return {
    ...{ difference, degreesOfFreedom, factor: 1 / total + ofBaseline },
    variance: squaresOf(found) / degreesOfFreedom,
  };
}

function weekdaysDiffer(
  byKind: ReadonlyMap<number, Group>,
  byWeekday: ReadonlyMap<number, Group>,
  days: number,
): boolean {
  const between = byWeekday.size - byKind.size;
  const within = days - byWeekday.size;
  if (between < 1 || within < 1) return false;
  const rest = squaresOf(byWeekday);
  if (rest === 0) return false;
  const f = (squaresOf(byKind) - rest) / between / (rest / within);
  return fSurvival(Math.max(0, f), between, within) < WEEKDAY_EVIDENCE;
}

function squaresOf(found: ReadonlyMap<number, Group>): number {
  return sumOf([...found.values()], ({ squares }) => squares);
}

function groups(days: readonly DayLevel[], keyOf: (day: DayLevel) => number): Map<number, Group> {
  return new Map(
    [...Map.groupBy(days, keyOf)].map(([key, alike]) => {
      const size = sumOf(alike, ({ weight }) => weight);
      const mean = sumOf(alike, ({ weight, level }) => weight * level) / size;
      return [
        key,
        { size, mean, squares: sumOf(alike, ({ weight, level }) => weight * (level - mean) ** 2) },
      ];
    }),
  );
}
