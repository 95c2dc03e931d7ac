import { type Calendar, UTC_CALENDAR } from './calendar.ts';

/** What the judges hold data to. */
export interface JudgeOptions {
  /** The smallest loss that must never pass, as a share of the expected rows: 0.2 for a fifth. */
  readonly tolerance: number;
  /** Probability with which a loss of `tolerance` may pass. */
  readonly passAlpha: number;
  /** Probability with which parity may fail, over everything judged together. */
  readonly failAlpha: number;
  /** Days of the baseline below which nothing is decided. */
  readonly minBaselineDays: number;
  readonly calendar: Calendar;
}

export const DEFAULT_OPTIONS: JudgeOptions = {
  tolerance: 0.2,
  passAlpha: 0.0075,
  failAlpha: 0.01,
  minBaselineDays: 7,
  calendar: UTC_CALENDAR,
};

/**
 * For a judge that is asked once a day for up to a week and whose first pass counts: seven chances to
 * pass wrongly instead of one. The share of false passes was measured, docs/explanation/statistics.md.
 */
export const DAILY_OPTIONS: JudgeOptions = { ...DEFAULT_OPTIONS, passAlpha: 0.002 };
