/** The earlier of two instants, milliseconds since the epoch; the first may be absent. */
export function earlier(instant: string | null, other: number): number {
  return instant === null ? other : Math.min(Date.parse(instant), other);
}
