import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRateLimit } from '../../../functions/http/rate-limit.ts';

const MINUTE = 60_000;

describe('the limit of calls', () => {
  it('lets a minute of calls through at once, and says how long the next one waits', () => {
    const wait = createRateLimit();
    for (let i = 0; i < 60; i += 1) expect(wait('a', 60, 1_000_000)).toBe(0);
    expect(wait('a', 60, 1_000_000)).toBeCloseTo(1000);
    expect(wait('b', 60, 1_000_000)).toBe(0);
    expect(wait('a', 60, 1_001_000)).toBe(0);
    expect(wait('a', 60, 1_001_000)).toBeGreaterThan(0);
  });

  it('never lets more than two minutes of calls through in any minute', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 60 }),
        fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 300, maxLength: 600 }),
        (perMinute, gaps) => {
          const wait = createRateLimit();
          let now = 5_000_000;
          const answered: number[] = [];
          for (const gap of gaps) {
            now += gap;
            if (wait('a', perMinute, now) === 0) answered.push(now);
          }
          for (const at of answered) {
            const within = answered.filter((one) => one >= at && one < at + MINUTE).length;
            expect(within).toBeLessThanOrEqual(2 * perMinute + 1);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('locks nobody out when the clock is set back', () => {
    const wait = createRateLimit();
    wait('a', 60, 1_000_000_000);
    for (let i = 0; i < 60; i += 1) expect(wait('a', 60, 5000)).toBe(0);
    expect(wait('a', 60, 5000)).toBeGreaterThan(0);
  });

  it('forgets the oldest callers of a flood, not those who call', () => {
    const wait = createRateLimit();
    for (let i = 0; i < 10; i += 1) wait('known', 10, 1000);
    for (let i = 0; i < 9999; i += 1) wait(`flood ${i}`, 10, 1000);
    expect(wait('known', 10, 1000)).toBeGreaterThan(0);
  });
});
