const MINUTE_MS = 60_000;
/** Callers that are remembered; more than this many at once are a flood, and the oldest are forgotten. */
const MOST_CALLERS = 10_000;

/**
 * A rate limit by caller: the generic cell rate algorithm, one number a caller. A minute's calls may come at once.
 * Kept in the memory of this instance: an app on several answers as many times as much (ADR 0025).
 */
export function createRateLimit() {
  /** When the calls of a caller would be through at the allowed rate. */
  const through = new Map<string, number>();

  /** Milliseconds until a call is answered; 0: now, and it counts. */
  return function waitFor(caller: string, perMinute: number, nowMs: number): number {
    const each = MINUTE_MS / perMinute;
    const known = through.get(caller) ?? 0;
    // It is never more than a minute ahead, unless the clock was set back, and that must lock nobody out.
    const earlier = known > nowMs + MINUTE_MS ? nowMs : known;
    const next = Math.max(earlier, nowMs) + each;
    const over = next - nowMs - MINUTE_MS;
    if (over > 1e-6) return over;
    through.delete(caller);
    through.set(caller, next);
    if (through.size > MOST_CALLERS) through.delete(through.keys().next().value ?? '');
    return 0;
  };
}
