import type { ChangeCalendar, ExpectedSeconds, Freeze, Window } from '../model/calendar.ts';
import type { Fault } from '../model/faults.ts';
import { compilePeriod, type Period } from './recurrence.ts';
import { nextOpening } from './windows.ts';

/** What is wrong with windows, with the path; one that does not open after now is wrong as well. */
export function windowFaults(windows: readonly Window[], path: string, nowMs: number): Fault[] {
  return windows.flatMap((window, i): Fault[] => {
    const faults = periodFaults(window, `${path}[${i}]`);
    if (faults.length > 0 || nextOpening({ windows: [window], freezes: [] }, nowMs) !== null) return faults;
    return [{ path: `${path}[${i}]`, message: 'does not open any more, or never opens' }];
  });
}

/** What is wrong with freezes, with the path. One that is over is no fault; the plan warns of it. */
export function freezeFaults(freezes: readonly Freeze[], path: string): Fault[] {
  return freezes.flatMap((freeze, i) => periodFaults(freeze, `${path}[${i}]`));
}

/** Whether a freeze is over for good. */
export function isOver(freeze: Freeze, nowMs: number): boolean {
  const compiled = compilePeriod(freeze);
  if (!compiled.ok) return false;
  const { after, upTo, endOf } = compiled.occurrences;
  const last = upTo(nowMs);
  return after(nowMs) === null && (last === null || endOf(last) <= nowMs);
}

/** Where the parts of a calendar stand in a request. */
export interface CalendarPlaces {
  readonly windows: string;
  readonly freezes: string;
}

/**
 * Changes for which there is never time: in windows that are too short, or in what freezes leave. Windows and
 * freezes have to be right in themselves.
 */
export function fitFaults(
  calendar: ChangeCalendar,
  expected: Partial<ExpectedSeconds>,
  places: CalendarPlaces,
  nowMs: number,
): Fault[] {
  const { windows } = calendar;
  // Where the longest change fits, all do.
  const [longest] = Object.entries(expected).sort(([, a], [, b]) => b - a);
  if (longest === undefined || nextOpening(calendar, nowMs, longest[1] * 1000) !== null) return [];
  const [name, seconds] = longest;
  const likely = `policy.expectedSeconds.${name} is ${seconds}`;
  if (nextOpening({ windows, freezes: [] }, nowMs, seconds * 1000) !== null) {
    const windowed = windows.length === 0 ? 'no time' : 'no window';
    return [
      {
        path: places.freezes,
        message: `leave ${windowed} in which a change would likely end (${likely}), so nothing would ever start`,
      },
    ];
  }
  return windows.map(({ durationMinutes }, i) => ({
    path: `${places.windows}[${i}].durationMinutes`,
    message: `is ${durationMinutes * 60} seconds, and ${likely}: such a change would never start`,
  }));
}

/** Windows too short for any change at all: they look as if they were of use. */
export function uselessWindowFaults(
  windows: readonly Window[],
  expected: Partial<ExpectedSeconds>,
  path: string,
  nowMs: number,
): Fault[] {
  const [shortest] = Object.entries(expected).sort(([, a], [, b]) => a - b);
  if (shortest === undefined) return [];
  const [name, seconds] = shortest;
  return windows.flatMap((window, i) => {
    if (nextOpening({ windows: [window], freezes: [] }, nowMs, seconds * 1000) !== null) return [];
    const message = `is ${window.durationMinutes * 60} seconds, and the shortest change takes longer (policy.expectedSeconds.${name} is ${seconds})`;
    return [{ path: `${path}[${i}].durationMinutes`, message }];
  });
}

function periodFaults(period: Period, path: string): Fault[] {
  const compiled = compilePeriod(period);
  return compiled.ok ? [] : [{ path: `${path}.${compiled.field}`, message: compiled.message }];
}
