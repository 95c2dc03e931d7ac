import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { zoneCalendar } from '../../../../shared/verification/statistics/calendar.ts';
import { discoveries } from '../../../../shared/verification/statistics/many.ts';
import { minimumRows } from '../../../../shared/verification/statistics/minimum-rows.ts';
import { flowOf, judgeSufficiency, peerGroup } from '../../../../shared/verification/statistics/peers.ts';
import { HOUR_MS, withoutLag } from '../../../../shared/verification/statistics/series.ts';
import { squeeze } from '../../../../shared/verification/statistics/squeeze.ts';
import { hours, MONDAY } from './counts.ts';

describe('discoveries', () => {
  it('finds what Benjamini and Hochberg find in their own example (1995, section 3.2)', () => {
    const p = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
      0.759, 1,
    ];
    expect(discoveries(p, 0.05).filter(Boolean)).toHaveLength(4);
    expect(discoveries(p.toReversed(), 0.05).lastIndexOf(false)).toBe(10);
  });

  it('finds nothing in nothing and is no looser than the single test', () => {
    expect(discoveries([], 0.05)).toEqual([]);
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (p) => {
        discoveries(p, 0.05).forEach((found, i) => {
          if (found) expect(p[i]).toBeLessThanOrEqual(0.05);
        });
      }),
    );
  });
});

describe('squeeze', () => {
  const of = (...variances: number[]) => variances.map((variance) => ({ variance, degreesOfFreedom: 12 }));

  it('gives what squeezeVar() of limma gives', () => {
    // R 4.2.2 with limma 3.54.1, squeezeVar(var, df): a prior of 0.304609473111276 with 1.10256273366646 degrees.
    const found = squeeze(
      [
        [0.05, 12],
        [20, 12],
        [0.1, 10],
        [10, 12],
        [1, 7],
        [0.5, 12],
        [2, 11],
        [0.3, 12],
      ].map(([variance = 0, degreesOfFreedom = 0]) => ({ variance, degreesOfFreedom })),
    );
    const limma = [
      0.0714250389330051, 18.342659824542707, 0.1203191628292762, 9.1841461475453645, 0.9053741753696674,
      0.4835581543978856, 1.8455472237496631, 0.3003878808579387,
    ];
    found.forEach(({ variance }, i) => {
      expect(variance / (limma[i] ?? 0)).toBeCloseTo(1, 7);
    });
    expect(found[2]?.degreesOfFreedom).toBeCloseTo(10 + 1.10256273366646, 6);
  });

  it('draws alike variances together, up to their own weight again', () => {
    const squeezed = squeeze(of(0.8, 0.9, 1, 1.1, 1.2, 1));
    for (const { degreesOfFreedom } of squeezed) expect(degreesOfFreedom).toBe(24);
    expect(squeezed[0]?.variance).toBeGreaterThan(0.85);
    expect(squeezed[4]?.variance).toBeLessThan(1.15);
  });

  it('trusts unlike variances less', () => {
    const [first] = squeeze(of(0.05, 20, 0.1, 10, 1, 0.5, 2));
    expect(first?.degreesOfFreedom).toBeLessThan(16);
  });

  it('leaves what varies unusually much, and few peers, alone', () => {
    const squeezed = squeeze(of(1, 0.9, 1.1, 1, 0.8, 1.2, 1, 0.9, 1.1, 1, 0.95, 1.05, 9));
    expect(squeezed.at(-1)).toEqual({ variance: 9, degreesOfFreedom: 12 });
    expect(squeeze(of(1, 2, 3, 4))).toEqual(of(1, 2, 3, 4));
  });
});

describe('minimumRows', () => {
  it('grows as the tolerance shrinks and while the legacy agent still writes', () => {
    const options = { tolerance: 0.2, passAlpha: 0.0075 };
    const alone = minimumRows({ legacy: 0, added: 1 }, options);
    // (2.432 + 0.842)^2 / ln(1 / 0.8)^2 / 0.8, the usual size of a test of two Poisson means.
    expect(alone).toBe(270);
    expect(minimumRows({ legacy: 1, added: 1 }, options)).toBeGreaterThan(3 * alone);
    expect(minimumRows({ legacy: 0, added: 1 }, { ...options, tolerance: 0.1 })).toBeGreaterThan(3 * alone);
  });
});

describe('withoutLag', () => {
  it('takes out what may still arrive', () => {
    const now = MONDAY + 4 * HOUR_MS;
    const exposures = withoutLag(
      hours(0, 4 / 24, () => 1),
      now,
      HOUR_MS,
    ).map(({ exposure }) => exposure);
    expect(exposures).toEqual([1, 1, 1, 0]);
  });
});

describe('zoneCalendar', () => {
  it('keeps local hours over a change of the clock', () => {
    const { local } = zoneCalendar('Europe/Berlin');
    const clock = (instant: string) => new Date(local(Date.parse(instant))).toISOString().slice(0, 16);
    expect(clock('2026-03-28T01:30:00Z')).toBe('2026-03-28T02:30');
    expect(clock('2026-03-29T01:30:00Z')).toBe('2026-03-29T03:30');
    expect(clock('2026-10-25T01:30:00Z')).toBe('2026-10-25T02:30');
  });

  it('knows zones off the full hour and refuses unknown ones', () => {
    const { local } = zoneCalendar('Asia/Kolkata', [0]);
    expect(local(MONDAY) - MONDAY).toBe(5.5 * HOUR_MS);
    expect(() => zoneCalendar('Mars/Olympus')).toThrow(RangeError);
  });
});

describe('judgeSufficiency', () => {
  const flow = (rows: () => number, days = 2) => flowOf(hours(0, days, rows));
  const peers = [80, 90, 95, 100, 105, 110, 120].map((rows) => flow(() => rows));
  const fresh = { fresh: true };
  const cases: readonly [string, number, number, { fresh: boolean }, string, string | undefined][] = [
    ['like its peers', 100, 7, fresh, 'pass', undefined],
    ['more than its peers', 10_000, 7, fresh, 'pass', undefined],
    ['a fiftieth', 2, 7, fresh, 'inconclusive', 'unusual'],
    ['less than half', 45, 7, fresh, 'inconclusive', 'unusual'],
    ['a little more than half', 55, 7, fresh, 'pass', undefined],
    ['stale', 100, 7, { fresh: false }, 'inconclusive', 'stale'],
    ['four peers', 100, 4, fresh, 'inconclusive', 'tooFewPeers'],
    ['empty beside seven', 0, 7, fresh, 'inconclusive', 'noRows'],
  ];
  it.each(cases)('%s', (_, rows, count, options, result, reason) => {
    const found = judgeSufficiency(
      flow(() => rows),
      peerGroup(peers.slice(0, count))(),
      options,
    );
    expect([found.result, found.reason]).toEqual([result, reason]);
  });

  it('fails an empty stream that every one of many peers has', () => {
    const many = Array.from({ length: 40 }, (_, i) => flow(() => 90 + i));
    const empty = flow(() => 0);
    expect(judgeSufficiency(empty, peerGroup(many)(), fresh).result).toBe('fail');
    expect(judgeSufficiency(empty, peerGroup([...many, empty])(), fresh).result).toBe('inconclusive');
  });

  it('waits for some hours of data and for any peer', () => {
    const short = flow(() => 100, 1 / 12);
    expect(judgeSufficiency(short, peerGroup(peers)(), fresh).reason).toBe('tooShort');
    expect(
      judgeSufficiency(
        flow(() => 100),
        peerGroup([])(),
        fresh,
      ),
    ).toMatchObject({ peerRate: 0, reason: 'tooFewPeers' });
  });
});

describe('peerGroup', () => {
  it('leaves one out as if it had never been there', () => {
    const rates = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 1e6, noNaN: true })), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(rates, (all) => {
        const flows = all.map((rate, i) => ({ rows: rate, exposure: i % 5 === 4 ? 0 : 24, rate }));
        const but = peerGroup(flows);
        for (const [i, flow] of flows.entries())
          expect(but(flow)).toEqual(peerGroup(flows.filter((_, n) => n !== i))());
      }),
    );
  });

  it('takes medians of those that write in known hours', () => {
    const flows = [1, 10, 100, 0, 1000].map((rate, i) => ({ rows: rate, rate, exposure: i === 4 ? 0 : 24 }));
    expect(peerGroup(flows)()).toEqual({
      ...{ count: 5, withRows: 4, known: 4, writing: 3 },
      middle: Math.log(10),
      deviation: expect.closeTo(1.4826 * Math.log(10), 9),
    });
  });
});
