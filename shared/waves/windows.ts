import type { Fault } from '../model/faults.ts';
import type { Window } from '../model/policy.ts';
import { compileWindow, type Openings } from './recurrence.ts';

/** Whether changes may start; `opensAt` is null when no window opens any more. */
export type WindowState = { readonly open: true } | { readonly open: false; readonly opensAt: string | null };

/** Openings that a computation walks through at most: three years of daily windows. */
const MAX_OPENINGS = 1100;

export function windowAt(windows: readonly Window[], nowMs: number): WindowState {
  if (openAt(windows, nowMs)) return { open: true };
  const next = nextOpening(windows, nowMs);
  return { open: false, opensAt: next === null ? null : new Date(next).toISOString() };
}

/** Whether a change may start at an instant. No windows at all means always. */
export function openAt(windows: readonly Window[], instantMs: number): boolean {
  return windows.length === 0 || closesAt(windows, instantMs) > instantMs;
}

/** The instant itself when a window is open, else the next opening; null when none comes. */
export function nextOpening(windows: readonly Window[], instantMs: number): number | null {
  if (openAt(windows, instantMs)) return instantMs;
  const next = windows.flatMap((window) => openingsOf(window).after(instantMs) ?? []);
  return next.length === 0 ? null : Math.min(...next);
}

/** Milliseconds between two instants in which changes could start. */
export function openTime(windows: readonly Window[], fromMs: number, toMs: number): number {
  if (windows.length === 0) return Math.max(0, toMs - fromMs);
  let open = 0;
  for (const { from, to } of stretches(windows, fromMs)) {
    if (from >= toMs) break;
    open += Math.min(to, toMs) - from;
  }
  return open;
}

/** When work of a length is done that rests while the windows are closed; null when it never is. */
export function endOfWork(windows: readonly Window[], fromMs: number, workMs: number): number | null {
  if (windows.length === 0 || workMs === 0) return fromMs + workMs;
  let left = workMs;
  for (const { from, to } of stretches(windows, fromMs)) {
    if (left <= to - from) return from + left;
    left -= to - from;
  }
  return null;
}

/** What is wrong with windows, with the path; one that does not open after now is wrong as well. */
export function windowFaults(windows: readonly Window[], path: string, nowMs: number): Fault[] {
  return windows.flatMap((window, i): Fault[] => {
    const compiled = compileWindow(window);
    if (!compiled.ok) return [{ path: `${path}[${i}].${compiled.field}`, message: compiled.message }];
    if (nextOpening([window], nowMs) !== null) return [];
    return [{ path: `${path}[${i}]`, message: 'does not open any more, or never opens' }];
  });
}

/** Stretches of time in which windows are open, in order; those that touch may come as several. */
function* stretches(windows: readonly Window[], fromMs: number): Generator<{ from: number; to: number }> {
  let at: number | null = nextOpening(windows, fromMs);
  for (let n = 0; n < MAX_OPENINGS && at !== null; n += 1) {
    const to = closesAt(windows, at);
    yield { from: at, to };
    at = nextOpening(windows, to);
  }
}

/** When the window that closes last of those open at an instant closes; the instant when none is open. */
function closesAt(windows: readonly Window[], instantMs: number): number {
  return windows.reduce((latest, window) => {
    const { upTo, durationMs } = openingsOf(window);
    const opened = upTo(instantMs);
    return opened === null ? latest : Math.max(latest, opened + durationMs);
  }, instantMs);
}

const known = new WeakMap<Window, Openings>();

function openingsOf(window: Window): Openings {
  const cached = known.get(window);
  if (cached !== undefined) return cached;
  const compiled = compileWindow(window);
  // Windows are checked before a plan is made.
  if (!compiled.ok) throw new Error(`a window is wrong: ${compiled.field} ${compiled.message}`);
  known.set(window, compiled.openings);
  return compiled.openings;
}
