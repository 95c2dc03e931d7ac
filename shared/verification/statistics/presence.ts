import { type Calendar, dayOfWeek } from './calendar.ts';
import { countCdf, countSurvival } from './distributions.ts';
import type { JudgeOptions } from './options.ts';
import { type Comparison, DAY_MS, type HourCount, sumOf } from './series.ts';
import { silenceProbability } from './silence.ts';
import type { Undecided } from './volume.ts';

/** What the rows of a rare key say about its stream. */
export interface PresenceEstimate {
  readonly kind: 'presence';
  readonly rows: number;
  readonly expectedRows: number;
  /** Probability of so many rows if the new agent wrote none of them; 0 once the legacy agent is silent. */
  readonly passP: number;
  /** Probability of so few rows, or of such a silence, if nothing were lost. */
  readonly failP: number;
}

/** Rows and exposed hours of a day. */
interface Day {
  readonly dayOff: boolean;
  readonly rows: number;
  readonly hours: number;
}

/** A day of which fewer hours are known than this says nothing about empty days. */
const MIN_HOURS = 12;

/** Whether a rare key still comes, apart from its volume. */
export function estimatePresence(
  { baseline, current, expected }: Comparison,
  { calendar, minBaselineDays }: JudgeOptions,
): PresenceEstimate | Undecided {
  const before = days(baseline, calendar);
  const now = days(current, calendar);
  if (sumOf(before, ({ rows }) => rows) === 0) return { kind: 'undecided', reason: 'noBaseline' };
  if (now.length === 0) return { kind: 'undecided', reason: 'noCurrent' };
  if (before.length < minBaselineDays) return { kind: 'undecided', reason: 'tooFewDays' };

  const rows = sumOf(now, (day) => day.rows);
  const mean = sumOf(now, ({ dayOff, hours }) => hours * hourlyRate(before, dayOff));
  // Days vary on their own now as they did before, and the mean was itself only counted.
  const ofDays = 1 / Math.max(1, sumOf(now, ({ hours }) => hours) / 24) + 1 / before.length;
  const dispersion = dispersionOf(before) * ofDays + 1 / sumOf(before, (day) => day.rows);
  const fewer = countCdf(rows, mean * (expected.legacy + expected.added), dispersion);
  const full = before.filter(({ hours }) => hours >= MIN_HOURS);
  const failP =
    rows > 0
      ? fewer
      : Math.max(
          fewer,
          silenceProbability(baseline, current),
          emptyDays(full, now.filter(({ hours }) => hours >= MIN_HOURS).length),
        );
  const passP = countSurvival(rows, mean * expected.legacy, dispersion);
  return { kind: 'presence', rows, expectedRows: mean * (expected.legacy + expected.added), passP, failP };
}

/** Days like today where the baseline has such days, else all. */
function hourlyRate(before: readonly Day[], dayOff: boolean): number {
  const alike = before.filter((day) => day.dayOff === dayOff);
  const days = alike.length > 0 ? alike : before;
  return sumOf(days, ({ rows }) => rows) / sumOf(days, ({ hours }) => hours);
}

/**
 * By how much days differ beyond counting: variance = mean + dispersion * mean^2, by moments. A fortnight
 * measures it badly, so it is the value that is exceeded with a probability of a tenth only (Wilson and
 * Hilferty's approximation of the chi-square distribution, 1931).
 */
function dispersionOf(before: readonly Day[]): number {
  let excess = 0;
  let scale = 0;
  for (const { rows, hours, dayOff } of before) {
    const mean = hours * hourlyRate(before, dayOff);
    excess += (rows - mean) ** 2 - mean;
    scale += mean ** 2;
  }
  const degreesOfFreedom = before.length - new Set(before.map(({ dayOff }) => dayOff)).size;
  const nine = 2 / (9 * degreesOfFreedom);
  const low = degreesOfFreedom * (1 - nine + TENTH * Math.sqrt(nine)) ** 3;
  return scale > 0 ? (Math.max(0, excess) / scale) * (before.length / low) : 0;
}

/** Quantile of the normal distribution at a tenth. */
const TENTH = -1.2816;

/**
 * Probability of `count` empty days where the baseline has empty days at all: a key that is off on some
 * days is off for many hours in a row. Jeffreys' estimate of a share: half an empty day is added.
 */
function emptyDays(full: readonly Day[], count: number): number {
  const empty = full.filter(({ rows }) => rows === 0).length;
  return empty === 0 ? 0 : ((empty + 0.5) / (full.length + 1)) ** count;
}

function days(series: readonly HourCount[], calendar: Calendar): Day[] {
  const found = new Map<number, { dayOff: boolean; rows: number; hours: number }>();
  for (const { start, rows, exposure } of series) {
    if (exposure <= 0) continue;
    const local = calendar.local(start);
    const day = Math.floor(local / DAY_MS);
    const sums = found.get(day) ?? { dayOff: calendar.daysOff.has(dayOfWeek(local)), rows: 0, hours: 0 };
    sums.rows += rows;
    sums.hours += exposure;
    found.set(day, sums);
  }
  return [...found.values()];
}
