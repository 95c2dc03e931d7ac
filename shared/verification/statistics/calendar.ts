import { DAY_MS, HOUR_MS } from './series.ts';

/** Where the machine's people live: decides which hours of two days are the same. */
export interface Calendar {
  /** Milliseconds of the local clock, as if it were UTC, at a UTC instant. */
  readonly local: (instant: number) => number;
  /** Days of the week without work, 0 is Sunday. */
  readonly daysOff: ReadonlySet<number>;
}

/** Hours of the day are those of UTC; Saturday and Sunday are off. */
export const UTC_CALENDAR: Calendar = { local: (instant) => instant, daysOff: new Set([0, 6]) };

/**
 * Hours of the day are those of an IANA time zone, so a job at 02:00 stays at 02:00 when the clock
 * changes. Throws a RangeError on a zone the runtime does not know.
 */
export function zoneCalendar(timeZone: string, daysOff: readonly number[] = [0, 6]): Calendar {
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric' },
    ...{ day: 'numeric', hour: 'numeric', minute: 'numeric' },
  });
  // Formatting is slow and every unit of a machine asks for the same hours.
  const known = new Map<number, number>();
  const local = (instant: number): number => {
    const hour = Math.floor(instant / HOUR_MS) * HOUR_MS;
    let offset = known.get(hour);
    if (offset === undefined) {
      offset = localTime(format, hour) - hour;
      known.set(hour, offset);
    }
    return instant + offset;
  };
  return { local, daysOff: new Set(daysOff) };
}

function localTime(format: Intl.DateTimeFormat, instant: number): number {
  const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const part = (name: string) => parts.get(name as Intl.DateTimeFormatPartTypes) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
}

/** Hour of the local day, 0 to 23, of an instant after 1970. */
export function hourOfDay(local: number): number {
  return Math.floor(local / HOUR_MS) % 24;
}

/** Day of the local week, 0 is Sunday, of an instant after 1970. */
export function dayOfWeek(local: number): number {
  // The epoch was a Thursday.
  return (Math.floor(local / DAY_MS) + 4) % 7;
}
