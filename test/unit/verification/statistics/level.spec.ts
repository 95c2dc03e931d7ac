import { describe, expect, it } from 'vitest';
import { dayOfWeek, hourOfDay } from '../../../../shared/verification/statistics/calendar.ts';
import { type DayLevel, differenceOf } from '../../../../shared/verification/statistics/level.ts';

const day = (weekday: number, level: number, weight = 1): DayLevel => ({
  ...{ weekday, level, weight },
  dayOff: weekday === 0 || weekday === 6,
});
/** Two weeks; working days at 0 and days off at 1, each one up in the first week and down in the second. */
const FORTNIGHT = [0, 1].flatMap((week) =>
  [0, 1, 2, 3, 4, 5, 6].map((weekday) =>
    day(weekday, (weekday % 6 === 0 ? 1 : 0) + (week === 0 ? 0.1 : -0.1)),
  ),
);

describe('differenceOf', () => {
  it('compares working days with working days', () => {
    const found = differenceOf(FORTNIGHT, [day(1, -0.5), day(2, -0.3)]);
    expect(found?.difference).toBeCloseTo(-0.4, 12);
    // 14 days of two kinds; half for two days now, a tenth for ten days before.
    expect(found?.degreesOfFreedom).toBe(12);
    expect(found?.factor).toBeCloseTo(1 / 2 + 1 / 10, 12);
    expect(found?.variance).toBeCloseTo((14 * 0.01) / 12, 12);
  });

  it('weighs both kinds by the days there are now', () => {
    const found = differenceOf(FORTNIGHT, [day(1, 0), day(0, 1), day(6, 1)]);
    expect(found?.difference).toBeCloseTo(0, 12);
    expect(found?.factor).toBeCloseTo(1 / 3 + (1 / 3) ** 2 / 10 + (2 / 3) ** 2 / 4, 12);
  });

  it('counts a part of a day as a part', () => {
    const found = differenceOf(FORTNIGHT, [day(1, -1, 0.25), day(2, 0, 0.75)]);
    expect(found?.difference).toBeCloseTo(-0.25, 12);
    expect(differenceOf(FORTNIGHT, [day(1, 0, 0.5)])?.factor).toBeCloseTo(2 + 1 / 10, 12);
  });

  it('tells weekdays apart where the baseline does', () => {
    const mondays = FORTNIGHT.map((one) => (one.weekday === 1 ? { ...one, level: one.level + 2 } : one));
    const found = differenceOf(mondays, [day(1, 2)]);
    expect(found?.difference).toBeCloseTo(0, 12);
    expect(found?.degreesOfFreedom).toBe(7);
    expect(found?.factor).toBeCloseTo(1 + 1 / 2, 12);
  });

  it('is what R says of the same days', () => {
    // R 4.2.2: lm(level ~ 0 + kind, weights), its residual variance, and anova() of the fit by kind with that by weekday.
    const levels = [
      0.11, -0.07, 0.02, 0.15, -0.12, 0.9, 1.2, -0.03, 0.08, -0.1, 0.05, 0.01, 1.1, 0.75, 0.2, -0.15, 0.04,
    ];
    const weights = levels.map((_, i) => [0.5, 1, 0.25][i - 14] ?? 1);
    const baseline = levels.map((level, i) => day((i + 1) % 7, level, weights[i]));
    const current = [day(1, -0.25), day(2, -0.4, 0.5), day(6, 0.6, 0.25)];

    // anova: p = 0.767, so weekdays are not told apart.
    const found = differenceOf(baseline, current);
    expect(found?.difference).toBeCloseTo(-0.3168768996960486, 12);
    expect(found?.variance).toBeCloseTo(0.0159112411347518, 12);
    expect(found?.factor).toBeCloseTo(0.6390577507598784, 12);
    expect(found?.degreesOfFreedom).toBe(15);

    // Mondays 0.8 higher: p = 0.00015, so lm(level ~ 0 + weekday).
    const mondays = baseline.map((one) => (one.weekday === 1 ? { ...one, level: one.level + 0.8 } : one));
    const monday = differenceOf(mondays, [day(1, -0.25)]);
    expect(monday?.difference).toBeCloseTo(-1.122, 12);
    expect(monday?.variance).toBeCloseTo(0.0190628888888889, 12);
    expect(monday?.factor).toBeCloseTo(1.4, 12);
    expect(monday?.degreesOfFreedom).toBe(10);
  });

  it('has no answer without a comparable day or without anything that tells the variance', () => {
    const working = FORTNIGHT.filter(({ dayOff }) => !dayOff);
    expect(differenceOf(working, [day(0, 0)])).toBeUndefined();
    expect(differenceOf([day(1, 0)], [day(1, 0)])).toBeUndefined();
  });
});

describe('calendar', () => {
  it('names hours and days', () => {
    const instant = Date.UTC(2026, 6, 19, 23, 59);
    expect(hourOfDay(instant)).toBe(23);
    expect(dayOfWeek(instant)).toBe(new Date(instant).getUTCDay());
  });
});
