import { HOUR_MS, type HourCount, type Windows } from '../../../shared/verification/statistics/series.ts';
import type { Random } from './random.ts';

/** How the rows of one machine and table come about. */
export interface Telemetry {
  /** Rows an hour, on average of a working day. */
  readonly rate: number;
  /** Coefficients of variation: of a day, of an hour, of a day of all machines together. */
  readonly dayNoise: number;
  readonly hourNoise: number;
  readonly sharedNoise: number;
  /** Rows of a day off beside a working day; depth of the night beside noon, 0 to 1. */
  readonly dayOff: number;
  readonly night: number;
  /** Coefficient of variation of the weekdays among themselves, the same every week. */
  readonly weekdays: number;
  /** Growth a day. */
  readonly growth: number;
  /** Probability that a day has a flood of one to four hours, five to twenty times the rows. */
  readonly floods: number;
  /** Probability of a reboot or maintenance of one to six hours a day; it is known, so exposure is 0. */
  readonly outages: number;
  /** Share of rows that came too late in the last hour, in the hour before a quarter of it and so on. */
  readonly lag: number;
  /** Probability that a rare key has any row on a day. */
  readonly activeDays: number;
  /** Mean number of rows that come together. */
  readonly burst: number;
}

/** What happened to the stream, and the windows it is seen through. */
export interface Case {
  readonly baselineDays: number;
  readonly currentHours: number;
  /** Share of the new agent's rows that is lost. */
  readonly lost: number;
  /** Share of the baseline's rows the legacy agent still writes. */
  readonly legacy: number;
}

/** When the windows start and what all machines of a wave share. */
export interface Setting {
  /** Hours since the Monday the simulation begins with. */
  readonly startHour: number;
  /** Factor of each day, the same on every machine. */
  readonly shared: readonly number[];
}

/** A Monday, so that simulated weeks are real ones. */
const MONDAY = Date.UTC(2026, 0, 5);

/** Any hour of the week, and the days all machines share. */
export function settingOf({ sharedNoise }: Telemetry, days: number, random: Random): Setting {
  const shared = Array.from({ length: days + 9 }, () => random.around(sharedNoise));
  return { startHour: Math.floor(random.uniform() * 168), shared };
}

/** Counts of one machine before and now. */
export function simulate(telemetry: Telemetry, seen: Case, random: Random, setting: Setting): Windows {
  const weekdays = Array.from({ length: 7 }, () => random.around(telemetry.weekdays));
  const days = setting.shared.map((shared, number) => {
    const weekday = (number + 1) % 7;
    const usual = (weekdays[weekday] ?? 1) * (weekday === 0 || weekday === 6 ? telemetry.dayOff : 1);
    return dayOf(telemetry, number, shared * usual, random);
  });
  const pattern = Array.from(
    { length: 24 },
    (_, hour) => telemetry.rate * (1 - telemetry.night * Math.cos((2 * Math.PI * hour) / 24)),
  );
  const end = setting.startHour + seen.baselineDays * 24;
  const newest = end + seen.currentHours - 1;
  const hours = (from: number, to: number, share: number): HourCount[] => {
    const found: HourCount[] = [];
    for (let hour = from; hour < to; hour++) {
      const clock = hour % 24;
      const start = MONDAY + hour * HOUR_MS;
      const day = days[(hour - clock) / 24] as Day;
      if (clock >= day.quietFrom && clock < day.quietTo) {
        found.push({ start, rows: 0, exposure: 0 });
        continue;
      }
      const busy = clock >= day.floodFrom && clock < day.floodTo ? day.flood : 1;
      const mean = day.level * (pattern[clock] as number) * busy * share;
      // The rows of old hours are all there; of the last hours some are still on their way.
      const late = newest - hour < 6 ? telemetry.lag * 0.25 ** (newest - hour) : 0;
      found.push({ start, rows: draw(mean * (1 - late), telemetry, random), exposure: 1 });
    }
    return found;
  };
  return {
    baseline: hours(setting.startHour, end, 1),
    current: hours(end, end + seen.currentHours, seen.legacy + 1 - seen.lost),
  };
}

interface Day {
  readonly level: number;
  readonly quietFrom: number;
  readonly quietTo: number;
  readonly floodFrom: number;
  readonly floodTo: number;
  readonly flood: number;
}

function dayOf(telemetry: Telemetry, day: number, usual: number, random: Random): Day {
  const active = random.uniform() < telemetry.activeDays ? 1 / telemetry.activeDays : 0;
  const level = active * usual * random.around(telemetry.dayNoise) * (1 + telemetry.growth) ** day;
  const [quietFrom, quietTo] = span(random, telemetry.outages, 6);
  const [floodFrom, floodTo] = span(random, telemetry.floods, 4);
  return { level, quietFrom, quietTo, floodFrom, floodTo, flood: 5 + 15 * random.uniform() };
}

/** Hours of a day something lasts, up to `longest`; none with probability 1 - `chance`. */
function span(random: Random, chance: number, longest: number): [number, number] {
  if (random.uniform() >= chance) return [24, 24];
  const from = Math.floor(random.uniform() * 24);
  return [from, from + 1 + Math.floor(random.uniform() * longest)];
}

/** Rows of an hour: gamma-Poisson, in bursts where rows come together. */
function draw(mean: number, { hourNoise, burst }: Telemetry, random: Random): number {
  const rate = mean * random.around(hourNoise);
  if (burst <= 1) return random.poisson(rate);
  let rows = 0;
  for (let bursts = random.poisson(rate / burst); bursts > 0; bursts--) rows += 1 + random.poisson(burst - 1);
  return rows;
}
