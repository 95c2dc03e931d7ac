/** The earlier of two instants, milliseconds since the epoch; the first may be absent. */
export function earlier(instant: string | null, other: number): number {
  return instant === null ? other : Math.min(Date.parse(instant), other);
}

/** Whether an ISO 8601 instant lies before another, given in milliseconds. */
export function isPast(instant: string, nowMs: number): boolean {
  return Date.parse(instant) < nowMs;
}
