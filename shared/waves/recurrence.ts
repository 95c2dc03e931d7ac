import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { MAX_FREEZE_DAYS } from '../model/calendar.ts';

/** A window or a freeze: it begins in local time, once or again and again. */
export interface Period {
  readonly start: string;
  readonly timeZone: string;
  readonly recurrence?: string | undefined;
  readonly durationMinutes?: number | undefined;
  readonly end?: string | undefined;
}

/** When a period begins, milliseconds since the epoch; null where there is none. */
export interface Occurrences {
  /** The first beginning after an instant. */
  after(instantMs: number): number | null;
  /** The last beginning at or before an instant. */
  upTo(instantMs: number): number | null;
  /** When the occurrence that begins at an instant ends. */
  endOf(beginsMs: number): number;
}

export type Compiled =
  | { readonly ok: true; readonly occurrences: Occurrences }
  | { readonly ok: false; readonly field: keyof Period; readonly message: string };

/** Makes a window or a freeze computable, or says which of its fields is wrong. */
export function compilePeriod(period: Period): Compiled {
  const { timeZone } = period;
  if (!isTimeZone(timeZone)) {
    return wrong('timeZone', `is no time zone that is known here; an IANA name such as Europe/Berlin is`);
  }
  const start = localTime(period.start);
  if (start === undefined) return wrong('start', 'is no date and time that exists');
  const length = lengthOf(period, start);
  if (typeof length === 'string') return wrong('end', length);
  const endOf = (ms: number) => endAfter(ms, length, timeZone);
  const first = start.toZonedDateTime(timeZone);
  if (period.recurrence === undefined) {
    const at = first.epochMilliseconds;
    const after = (ms: number) => (at > ms ? at : null);
    const upTo = (ms: number) => (at <= ms ? at : null);
    return { ok: true, occurrences: { after, upTo, endOf } };
  }
  const text = period.recurrence
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, '');
  const fault = partsFault(text);
  if (fault !== undefined) return wrong('recurrence', fault);
  const rule = attempt(
    () => new RRuleTemporal({ rruleString: text, dtstart: first, strict: true, cache: false }),
  );
  if (typeof rule === 'string') return wrong('recurrence', `is no recurrence rule of RFC 5545: ${rule}`);
  return { ok: true, occurrences: { ...remembering(rule), endOf } };
}

/** Milliseconds, or days and hours of the calendar: over a change of the clocks these differ. */
type Length = number | Temporal.Duration;

function lengthOf({ durationMinutes = 0, end }: Period, start: Temporal.PlainDateTime): Length | string {
  if (end === undefined) return durationMinutes * 60_000;
  const ends = localTime(end);
  if (ends === undefined) return 'is no date and time that exists';
  if (Temporal.PlainDateTime.compare(ends, start) <= 0) return 'must be later than start';
  const length = ends.since(start, { largestUnit: 'days' });
  return length.days < MAX_FREEZE_DAYS ? length : `must be less than ${MAX_FREEZE_DAYS} days after start`;
}

function endAfter(beginsMs: number, length: Length, timeZone: string): number {
  if (typeof length === 'number') return beginsMs + length;
  const begins = Temporal.Instant.fromEpochMilliseconds(beginsMs).toZonedDateTimeISO(timeZone);
  return begins.toPlainDateTime().add(length).toZonedDateTime(timeZone).epochMilliseconds;
}

/** Rules are asked about instants that lie close together: what holds between two occurrences is kept. */
function remembering(rule: RRuleTemporal): Pick<Occurrences, 'after' | 'upTo'> {
  let known: { last: number | null; next: number | null } | undefined;
  const around = (ms: number) => {
    if (known !== undefined && (known.last ?? ms) <= ms && (known.next === null || known.next > ms))
      return known;
    known = {
      last: instantOf(() => rule.previous(new Date(ms), true)),
      next: instantOf(() => rule.next(new Date(ms))),
    };
    return known;
  };
  return { after: (ms) => around(ms).next, upTo: (ms) => around(ms).last };
}

/** The parts of a rule with the numbers they take; the library drops what it does not know. */
const PARTS: Readonly<Record<string, readonly [number, number] | undefined>> = {
  FREQ: undefined,
  UNTIL: undefined,
  WKST: undefined,
  BYDAY: undefined,
  COUNT: [1, 100_000],
  INTERVAL: [1, 1000],
  BYHOUR: [0, 23],
  BYMINUTE: [0, 59],
  BYSECOND: [0, 59],
  BYMONTH: [1, 12],
  BYMONTHDAY: [1, 31],
  BYYEARDAY: [1, 366],
  BYWEEKNO: [1, 53],
  BYSETPOS: [1, 366],
};
const FROM_THE_END = ['BYMONTHDAY', 'BYYEARDAY', 'BYWEEKNO', 'BYSETPOS'];

function partsFault(text: string): string | undefined {
  const seen = new Set<string>();
  for (const part of text.split(';')) {
    const [name = '', value = ''] = part.split('=');
    if (!Object.hasOwn(PARTS, name)) return `has the part "${part}", which RFC 5545 does not know`;
    if (seen.has(name)) return `has ${name} twice`;
    seen.add(name);
    const range = PARTS[name];
    if (range === undefined) continue;
    const sign = FROM_THE_END.includes(name) ? /^[+-]?\d+$/ : /^\d+$/;
    for (const item of value.split(',')) {
      const number = Math.abs(Number(item));
      if (!sign.test(item) || number < range[0] || number > range[1]) {
        return `has ${name}=${value}; ${range[0]} to ${range[1]} is possible`;
      }
    }
  }
  return /FREQ=(SECONDLY|MINUTELY)/.test(text) ? 'may recur every hour at the most often' : undefined;
}

function isTimeZone(name: string): boolean {
  // Offsets such as +01:00 would be taken too, and know no daylight saving time.
  if (!/^[A-Za-z]/.test(name)) return false;
  return typeof attempt(() => new Intl.DateTimeFormat('en', { timeZone: name })) !== 'string';
}

function localTime(text: string): Temporal.PlainDateTime | undefined {
  const found = attempt(() => Temporal.PlainDateTime.from(text));
  return typeof found === 'string' ? undefined : found;
}

/** A rule that fits no date makes the library give up with an error: it never opens. */
function instantOf(find: () => { epochMilliseconds: number } | null): number | null {
  const found = attempt(find);
  return found === null || typeof found === 'string' ? null : found.epochMilliseconds;
}

function attempt<T>(run: () => T): T | string {
  try {
    return run();
  } catch (error) {
    return (error as Error).message;
  }
}

function wrong(field: keyof Period, message: string): Compiled {
  return { ok: false, field, message };
}
