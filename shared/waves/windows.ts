import type { ChangeCalendar, Freeze, Window } from '../model/calendar.ts';
import { compilePeriod, type Occurrences, type Period } from './recurrence.ts';

/**
 * The one place that knows when changes may start: while a window is open and no freeze is on. No windows at
 * all means always. A change that is likely to take `needMs` needs as much time before that ends.
 */

/** Whether a change may start; `opensAt` is null when there is no time for it any more. */
export type WindowState =
  | { readonly open: true }
  | {
      readonly open: false;
      readonly opensAt: string | null;
      /** Name of the freeze that is on. */
      readonly frozenBy?: string;
      /** Why not, where it is more than a closed window. */
      readonly detail?: string;
    };

/** Openings that a computation walks through at most: three years of daily windows. */
const MAX_OPENINGS = 1100;
/** Looks for an opening that is long enough, two for each that is not: a year of hourly windows. */
const MAX_TOO_SHORT = 20_000;

export function windowAt(calendar: ChangeCalendar, nowMs: number, needMs = 0): WindowState {
  if (openAt(calendar, nowMs, needMs)) return { open: true };
  const next = nextOpening(calendar, nowMs, needMs);
  const freeze = frozenAt(calendar, nowMs);
  const opensAt = next === null ? null : iso(next);
  if (freeze !== undefined) {
    const detail = `Frozen until ${iso(freeze.until)} by ${freeze.name}`;
    return { open: false, opensAt, frozenBy: freeze.name, detail };
  }
  const until = openUntil(calendar, nowMs, needMs);
  if (until === nowMs) return { open: false, opensAt };
  const ends = frozenAt(calendar, until);
  const what = ends === undefined ? 'the window closes' : `the freeze ${ends.name} begins`;
  const detail = `It likely takes ${needMs / 1000} s, and ${what} at ${iso(until)}`;
  return { open: false, opensAt, detail };
}

/** Whether a change may start at an instant. */
export function openAt(calendar: ChangeCalendar, instantMs: number, needMs = 0): boolean {
  return openUntil(calendar, instantMs, needMs) - instantMs >= Math.max(needMs, 1);
}

/** The instant itself when a change may start then, else the next at which it may; null when none comes. */
export function nextOpening(calendar: ChangeCalendar, instantMs: number, needMs = 0): number | null {
  let at = instantMs;
  for (let n = 0; n < MAX_TOO_SHORT; n += 1) {
    const freeze = frozenAt(calendar, at);
    if (freeze === undefined) {
      const until = openUntil(calendar, at, needMs);
      if (until - at >= Math.max(needMs, 1)) return at;
      const next = until > at ? until : nextWindow(calendar, at);
      if (next === null) return null;
      at = next;
    } else at = freeze.until;
  }
  return null;
}

/** Milliseconds between two instants in which changes could start. */
export function openTime(calendar: ChangeCalendar, fromMs: number, toMs: number): number {
  let open = 0;
  if (toMs <= fromMs) return open;
  for (const { from, to } of stretches(calendar, fromMs)) {
    if (from >= toMs) break;
    open += Math.min(to, toMs) - from;
  }
  return open;
}

/**
 * When work of a length is done that rests while nothing may start; null when it never is. Openings with less
 * time than `needMs` are no use.
 */
export function endOfWork(
  calendar: ChangeCalendar,
  fromMs: number,
  workMs: number,
  needMs = 0,
): number | null {
  if (workMs === 0) return fromMs;
  let left = workMs;
  for (const { from, to } of stretches(calendar, fromMs, needMs)) {
    if (left <= to - from) return from + left;
    left -= to - from;
  }
  return null;
}

/** The freeze that is on at an instant and ends last. */
function frozenAt(
  { freezes }: ChangeCalendar,
  instantMs: number,
): { name: string; until: number } | undefined {
  let found: { name: string; until: number } | undefined;
  for (const freeze of freezes) {
    const until = endsAt(freeze, instantMs);
    if (until > (found?.until ?? instantMs)) found = { name: freeze.name, until };
  }
  return found;
}

/** Until when changes may start, followed for `enoughMs` at the least; the instant itself when they may not. */
function openUntil(calendar: ChangeCalendar, instantMs: number, enoughMs: number): number {
  if (frozenAt(calendar, instantMs) !== undefined) return instantMs;
  const frozenFrom = firstAfter(calendar.freezes, instantMs) ?? Number.POSITIVE_INFINITY;
  if (calendar.windows.length === 0) return frozenFrom;
  let until = instantMs;
  for (let n = 0; n < MAX_OPENINGS && until < frozenFrom; n += 1) {
    // Windows that touch or overlap are one.
    const later = Math.max(until, ...calendar.windows.map((window) => endsAt(window, until)));
    if (later === until) break;
    until = later;
    if (until - instantMs >= enoughMs) break;
  }
  return Math.min(until, frozenFrom);
}

/** Stretches of time in which changes may start, in order; those that touch may come as several. */
function* stretches(
  calendar: ChangeCalendar,
  fromMs: number,
  needMs = 0,
): Generator<{ from: number; to: number }> {
  let at = nextOpening(calendar, fromMs, needMs);
  for (let n = 0; n < MAX_OPENINGS && at !== null; n += 1) {
    const to = openUntil(calendar, at, needMs);
    yield { from: at, to };
    // The rest of an opening that went on is of use, however short.
    at = openAt(calendar, to) ? to : nextOpening(calendar, to, needMs);
  }
}

function nextWindow({ windows }: ChangeCalendar, instantMs: number): number | null {
  return windows.length === 0 ? instantMs : firstAfter(windows, instantMs);
}

/** The first beginning of any of these after an instant. */
function firstAfter(periods: readonly Period[], instantMs: number): number | null {
  const next = periods.flatMap((period) => occurrencesOf(period).after(instantMs) ?? []);
  return next.length === 0 ? null : Math.min(...next);
}

/** When the occurrence that is on at an instant ends; the instant, or one before it, when none is. */
function endsAt(period: Window | Freeze, instantMs: number): number {
  const { upTo, endOf } = occurrencesOf(period);
  const began = upTo(instantMs);
  return began === null ? instantMs : endOf(began);
}

const known = new WeakMap<Period, Occurrences>();

function occurrencesOf(period: Period): Occurrences {
  const cached = known.get(period);
  if (cached !== undefined) return cached;
  const compiled = compilePeriod(period);
  // Windows and freezes are checked before a plan is made.
  if (!compiled.ok) throw new Error(`a window or freeze is wrong: ${compiled.field} ${compiled.message}`);
  known.set(period, compiled.occurrences);
  return compiled.occurrences;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
