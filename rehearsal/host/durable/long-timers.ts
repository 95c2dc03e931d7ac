const day = 86_400_000;

/** Azure waits for a far instant in pieces, and so does the library: both must use the same lengths. */
export const longTimers = {
  maximum: 6 * day,
  maximumText: '6.00:00:00',
  interval: 3 * day,
  intervalText: '3.00:00:00',
} as const;

/** When the next piece of a wait until `finalDue` ends. */
export function nextPiece(finalDue: number, now: number): number {
  return finalDue - now > longTimers.maximum ? now + longTimers.interval : finalDue;
}
