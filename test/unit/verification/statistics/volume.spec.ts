import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allOf,
  judgeUnits,
  type Unit,
  type UnitResult,
} from '../../../../shared/verification/statistics/judge-units.ts';
import type { Comparison } from '../../../../shared/verification/statistics/series.ts';
import type { VolumeEstimate } from '../../../../shared/verification/statistics/volume.ts';
import { hours, wavering } from './counts.ts';

const unit = (comparison: Partial<Comparison>, by: Unit['by'] = 'volume'): Unit => ({
  ...{ id: 'u', family: 'f', by },
  comparison: {
    baseline: hours(0, 14, wavering(1000)),
    current: hours(14, 2, wavering(1000)),
    expected: { legacy: 0, added: 1 },
    ...comparison,
  },
});
const judged = (comparison: Partial<Comparison>) => judgeUnits([unit(comparison)])[0];
const estimate = (comparison: Partial<Comparison>) => judged(comparison)?.estimate as VolumeEstimate;
const now = (factor: number) => ({ current: hours(14, 2, wavering(1000 * factor)) });

describe('volume of one unit', () => {
  const overlap = { expected: { legacy: 1, added: 1 } };
  const cases: readonly [string, Partial<Comparison>, UnitResult, string | undefined][] = [
    ['parity', {}, 'pass', undefined],
    ['half lost', now(0.5), 'fail', undefined],
    ['everything lost', now(0), 'fail', undefined],
    ['exactly the tolerance lost, steady', now(0.8), 'fail', undefined],
    ['a loss within the tolerance, steady', now(0.92), 'pass', undefined],
    [
      'a loss on days that vary much',
      { baseline: hours(0, 14, wavering(1000, 0.15)), current: hours(14, 2, () => 800) },
      'inconclusive',
      'unsettled',
    ],
    [
      'a narrower rule, and the rows it should leave',
      { ...now(0.5), expected: { legacy: 0, added: 0.5 } },
      'pass',
      undefined,
    ],
    ['overlap, both write', { ...now(2), ...overlap }, 'pass', undefined],
    ['overlap, only one writes', { ...now(1), ...overlap }, 'fail', undefined],
    ['no baseline', { baseline: [] }, 'inconclusive', 'noBaseline'],
    ['a baseline without rows', { baseline: hours(0, 14, () => 0) }, 'inconclusive', 'noBaseline'],
    ['no hours now', { current: [] }, 'inconclusive', 'noCurrent'],
    [
      'a machine that is down',
      {
        current: hours(
          14,
          2,
          () => 1,
          () => 0,
        ),
      },
      'inconclusive',
      'noCurrent',
    ],
    ['a baseline of a few days', { baseline: hours(9, 5, wavering(1000)) }, 'inconclusive', 'tooFewDays'],
    [
      'too few rows',
      { baseline: hours(0, 14, () => 1), current: hours(14, 2, () => 1) },
      'inconclusive',
      'tooFewRows',
    ],
    [
      'few rows, and all lost',
      { baseline: hours(0, 14, () => 1), current: hours(14, 2, () => 0) },
      'fail',
      undefined,
    ],
  ];
  it.each(cases)('%s', (_, comparison, result, reason) => {
    expect(judged(comparison)).toMatchObject({ result });
    expect(judged(comparison)?.reason).toBe(reason);
  });

  it('tells what the new agent writes, not what both do', () => {
    expect(estimate({ ...now(1.9), ...overlap }).share).toBeCloseTo(0.9, 1);
    expect(estimate({ ...now(0.5), expected: { legacy: 0, added: 0.5 } }).share).toBeCloseTo(1, 1);
  });

  it('tells a surplus and passes it', () => {
    expect(judged(now(2))).toMatchObject({ result: 'pass', surplus: true });
    expect(judged({})).toMatchObject({ surplus: false });
  });

  it('takes a Sunday for a Sunday', () => {
    const weekly = (day: number) => wavering(1000)(day) * (day % 7 >= 5 ? 0.3 : 1);
    const sunday = { baseline: hours(6, 14, weekly), current: hours(20, 1, weekly) };
    expect(estimate(sunday).share).toBeCloseTo(1, 1);
  });

  it('takes a weekday that is always different for itself', () => {
    const weekly = (day: number) => wavering(1000)(day) * (day % 7 === 2 ? 2 : 1);
    const wednesday = { baseline: hours(2, 21, weekly), current: hours(23, 1, weekly) };
    expect(estimate(wednesday).share).toBeCloseTo(1, 1);
  });

  it('leaves reboots and floods of a few hours out', () => {
    const flood = (day: number, hour: number) => wavering(1000)(day) * (day === 15 && hour === 3 ? 30 : 1);
    const up = (day: number, hour: number) => (day === 14 && hour < 6 ? 0 : 1);
    const calm = estimate({ current: hours(14, 2, wavering(1000), up) });
    expect(calm.share).toBeCloseTo(1, 1);
    const noisy = (day: number, hour: number) => flood(day, hour) * (1 + 0.05 * Math.sin(hour * 3 + day));
    expect(estimate({ current: hours(14, 2, noisy) }).share).toBeCloseTo(1, 1);
  });

  it('does not take what moved every machine for loss, if untouched machines tell', () => {
    const holiday = (rows: number) => (day: number) => wavering(rows)(day) * (day >= 14 ? 0.6 : 1);
    const here = { current: hours(14, 2, holiday(1000)) };
    const reference = { baseline: hours(0, 14, holiday(50_000)), current: hours(14, 2, holiday(50_000)) };
    expect(judged(here)?.result).toBe('fail');
    expect(judged({ ...here, reference })?.result).toBe('pass');
  });
});

describe('properties', () => {
  const seeds = fc.array(fc.double({ min: 0.9, max: 1.1, noNaN: true }), { minLength: 16, maxLength: 16 });
  const series = (noise: readonly number[], scale: number, loss: number): Partial<Comparison> => ({
    baseline: hours(0, 14, (day) => 1000 * scale * (noise[day] ?? 1)),
    current: hours(14, 2, (day) => 1000 * scale * (1 - loss) * (noise[day] ?? 1)),
  });

  it('the share does not depend on the number of rows, as long as there are many', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 2, max: 20 }), (noise, scale) => {
        expect(estimate(series(noise, scale, 0)).share).toBeCloseTo(estimate(series(noise, 1, 0)).share, 2);
      }),
      { numRuns: 30 },
    );
  });

  it('more loss is never better', () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 0, max: 0.6, noNaN: true }), (noise, loss) => {
        const [less, more] = [estimate(series(noise, 1, loss)), estimate(series(noise, 1, loss + 0.1))];
        expect(more.passP).toBeGreaterThanOrEqual(less.passP);
        expect(more.failP).toBeLessThanOrEqual(less.failP);
        expect(more.share).toBeLessThan(less.share);
      }),
      { numRuns: 30 },
    );
  });

  it('the interval holds the share and is wider where days vary more', () => {
    const calm = estimate({ baseline: hours(0, 14, wavering(1000, 0.02)) });
    const wild = estimate({ baseline: hours(0, 14, wavering(1000, 0.1)) });
    for (const { low, share, high } of [calm, wild]) {
      expect(low).toBeLessThan(share);
      expect(high).toBeGreaterThan(share);
    }
    expect(wild.high - wild.low).toBeGreaterThan(2 * (calm.high - calm.low));
  });

  it('a longer window makes the interval narrower', () => {
    const short = estimate({ current: hours(14, 1, wavering(1000)) });
    const long = estimate({ current: hours(14, 7, wavering(1000)) });
    expect(long.high / long.low).toBeLessThan(short.high / short.low);
  });
});

describe('allOf', () => {
  it.each<[UnitResult[], UnitResult]>([
    [[], 'inconclusive'],
    [['pass', 'pass'], 'pass'],
    [['pass', 'inconclusive'], 'inconclusive'],
    [['pass', 'inconclusive', 'fail'], 'fail'],
  ])('%s', (results, result) => {
    expect(allOf(results)).toBe(result);
  });
});
