import { describe, expect, it } from 'vitest';
import { countSurvival } from '../../../../shared/verification/statistics/distributions.ts';
import { judgeUnits, type UnitResult } from '../../../../shared/verification/statistics/judge-units.ts';
import { DEFAULT_OPTIONS } from '../../../../shared/verification/statistics/options.ts';
import {
  estimatePresence,
  type PresenceEstimate,
} from '../../../../shared/verification/statistics/presence.ts';
import type { Expectation, HourCount } from '../../../../shared/verification/statistics/series.ts';
import { silenceProbability } from '../../../../shared/verification/statistics/silence.ts';
import { hours } from './counts.ts';

const ALONE = { legacy: 0, added: 1 };
const OVERLAP = { legacy: 1, added: 1 };

/** Two rows at noon and one at six; a third of a row an hour. */
const daily = (_: number, hour: number) => (hour === 12 ? 2 : hour === 18 ? 1 : 0);
const hourly = () => 2;
const weekdaysOnly = (day: number, hour: number) => (day % 7 >= 5 ? 0 : daily(day, hour) * 3);
const once = (day: number, hour: number) => (day === 3 && hour === 12 ? 1 : 0);

function judge(baseline: HourCount[], current: HourCount[], expected: Expectation = ALONE) {
  const comparison = { baseline, current, expected };
  return judgeUnits([{ id: 'k', family: '4740', by: 'presence', comparison }])[0];
}

describe('presence of a rare key', () => {
  const before = hours(0, 14, daily);
  const cases: readonly [string, HourCount[], HourCount[], Expectation, UnitResult][] = [
    ['seen as before', before, hours(14, 7, daily), ALONE, 'pass'],
    ['silent for an hour', before, hours(14, 1 / 24, () => 0), ALONE, 'inconclusive'],
    ['silent for two weeks', before, hours(14, 14, () => 0), ALONE, 'fail'],
    ['every hour, then silent for a day', hours(0, 14, hourly), hours(14, 1, () => 0), ALONE, 'fail'],
    [
      'silent on a weekend as always',
      hours(0, 19, weekdaysOnly),
      hours(19, 2, () => 0),
      ALONE,
      'inconclusive',
    ],
    ['seen once in the baseline', hours(0, 14, once), hours(14, 7, () => 0), ALONE, 'inconclusive'],
    ['never seen', hours(0, 14, () => 0), hours(14, 7, daily), ALONE, 'inconclusive'],
    [
      'many before, one now',
      hours(0, 14, hourly),
      hours(14, 2, once).with(5, { start: 0, rows: 1, exposure: 1 }),
      ALONE,
      'fail',
    ],
    ['overlap, both write', hours(0, 14, hourly), hours(14, 7, () => 4), OVERLAP, 'pass'],
    ['overlap, only the legacy agent writes', hours(0, 14, hourly), hours(14, 7, hourly), OVERLAP, 'fail'],
    [
      'overlap, one row more than before',
      before,
      hours(14, 1, (_, hour) => (hour === 12 ? 4 : 0)),
      OVERLAP,
      'inconclusive',
    ],
    [
      'down the whole time',
      before,
      hours(
        14,
        14,
        () => 0,
        () => 0,
      ),
      ALONE,
      'inconclusive',
    ],
  ];
  it.each(cases)('%s', (_, baseline, current, expected, result) => {
    expect(judge(baseline, current, expected)?.result).toBe(result);
  });

  it('waits for a baseline of a week', () => {
    expect(judge(hours(9, 5, hourly), hours(14, 2, hourly))).toMatchObject({ reason: 'tooFewDays' });
  });
});

describe('estimatePresence', () => {
  it('allows for days that vary now, for those that varied before, and for counting', () => {
    // 24 and 72 rows a day in turn: the same on average on working days and on days off.
    const baseline = hours(0, 14, (day) => (day % 2 === 0 ? 1 : 3));
    const comparison = { baseline, current: hours(14, 2, () => 4), expected: OVERLAP };
    const found = estimatePresence(comparison, DEFAULT_OPTIONS);
    const measured = (24 ** 2 - 48) / 48 ** 2;
    // A tenth of the chi-square distribution with 12 degrees of freedom is 6.304 (NIST e-Handbook 1.3.6.7.4).
    const dispersion = ((measured * 14) / 6.304) * (1 / 2 + 1 / 14) + 1 / (14 * 48);
    expect(found).toMatchObject({ rows: 192, expectedRows: 192 });
    expect((found as PresenceEstimate).passP).toBeCloseTo(countSurvival(192, 96, dispersion), 3);
  });
});

describe('silenceProbability', () => {
  it('counts the chances of the baseline', () => {
    // Hours 1 0 0 1 0 0: 4 of 6 empty, after an empty one 2 of 3 known next ones are empty.
    const baseline = hours(0, 0.25, (_, hour) => (hour % 3 === 0 ? 1 : 0));
    const first = 4.5 / 7;
    const stays = 2.5 / 4;
    expect(
      silenceProbability(
        baseline,
        hours(1, 3 / 24, () => 0),
      ),
    ).toBeCloseTo(first * stays ** 2, 12);
  });

  it('counts only exposed hours', () => {
    const baseline = hours(0, 2, hourly);
    const down = hours(
      2,
      1,
      () => 0,
      (_, hour) => (hour < 2 ? 1 : 0),
    );
    expect(silenceProbability(baseline, down)).toBe(
      silenceProbability(
        baseline,
        hours(2, 2 / 24, () => 0),
      ),
    );
  });
});
