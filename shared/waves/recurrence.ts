import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import type { Window } from '../model/policy.ts';

/** When a window opens, milliseconds since the epoch. The two functions give null where there is none. */
export interface Openings {
  readonly durationMs: number;
  /** The first opening after an instant. */
  after(instantMs: number): number | null;
  /** The last opening at or before an instant. */
  upTo(instantMs: number): number | null;
}

export type Compiled =
  | { readonly ok: true; readonly openings: Openings }
  | { readonly ok: false; readonly field: 'start' | 'timeZone' | 'recurrence'; readonly message: string };

/** Makes a window computable, or says which of its fields is wrong. */
export function compileWindow(window: Window): Compiled {
  if (!isTimeZone(window.timeZone)) {
    return wrong('timeZone', `is no time zone that is known here; an IANA name such as Europe/Berlin is`);
  }
  const start = attempt(() => Temporal.PlainDateTime.from(window.start).toZonedDateTime(window.timeZone));
  if (typeof start === 'string') return wrong('start', 'is no date and time that exists');
  const durationMs = window.durationMinutes * 60_000;
  if (window.recurrence === undefined) {
    const at = start.epochMilliseconds;
    const openings = {
      durationMs,
      after: (ms: number) => (at > ms ? at : null),
      upTo: (ms: number) => (at <= ms ? at : null),
    };
    return { ok: true, openings };
  }
  const text = window.recurrence
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, '');
  const fault = partsFault(text);
  if (fault !== undefined) return wrong('recurrence', fault);
  const rule = attempt(
    () => new RRuleTemporal({ rruleString: text, dtstart: start, strict: true, cache: false }),
  );
  if (typeof rule === 'string') return wrong('recurrence', `is no recurrence rule of RFC 5545: ${rule}`);
  const openings: Openings = {
    durationMs,
    after: (ms) => instantOf(() => rule.next(new Date(ms))),
    upTo: (ms) => instantOf(() => rule.previous(new Date(ms), true)),
  };
  return { ok: true, openings };
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

function wrong(field: 'start' | 'timeZone' | 'recurrence', message: string): Compiled {
  return { ok: false, field, message };
}
