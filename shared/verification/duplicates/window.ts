const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
/** How late rows may come in and still count. */
const INGESTION_LAG_MS = 900_000;

/** A day of whole hours and the same day a week before, ISO 8601; both ends belong to a stretch. */
export interface DuplicateWindow {
  readonly since: string;
  readonly until: string;
  readonly baseline: { readonly since: string; readonly until: string };
}

/** The last 24 whole hours whose rows must have come in. */
export function duplicateWindow(nowMs: number): DuplicateWindow {
  const end = Math.floor((nowMs - INGESTION_LAG_MS) / HOUR_MS) * HOUR_MS;
  const iso = (instant: number) => new Date(instant).toISOString();
  return {
    since: iso(end - DAY_MS),
    // Queries take both ends in.
    until: iso(end - 1),
    baseline: { since: iso(end - DAY_MS - WEEK_MS), until: iso(end - 1 - WEEK_MS) },
  };
}
