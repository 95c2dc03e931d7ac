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
