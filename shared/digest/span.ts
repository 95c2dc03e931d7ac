import type { DigestPeriod, DigestSpan } from '../model/digest.ts';

const DAY_MS = 86_400_000;

/** The whole period that ended last before an instant: the day before, or the week from Monday to Sunday. Pure. */
export function lastSpan(period: DigestPeriod, nowMs: number): DigestSpan {
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const sinceMonday = (new Date(today).getUTCDay() + 6) % 7;
  const until = period === 'daily' ? today : today - sinceMonday * DAY_MS;
  const from = until - (period === 'daily' ? 1 : 7) * DAY_MS;
  const iso = (instant: number) => new Date(instant).toISOString();
  return { id: `${period}-${iso(from).slice(0, 10)}`, period, from: iso(from), until: iso(until) };
}
