import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attemptOf, nextAttemptMs, retryAfterMs } from '../../../shared/events/backoff.ts';

const NOW = Date.parse('2026-11-21T08:00:00Z');
const HOUR = 3_600_000;
const troubled = (retry?: number) =>
  ({ kind: 'troubled', trouble: 't', ...(retry === undefined ? {} : { retryAfterMs: retry }) }) as const;

describe('the status of an answer', () => {
  it.each([
    [200, 'delivered'],
    [202, 'delivered'],
    [204, 'delivered'],
    [301, 'refused'],
    [302, 'refused'],
    [400, 'refused'],
    [401, 'refused'],
    [404, 'refused'],
    [413, 'refused'],
    [408, 'troubled'],
    [425, 'troubled'],
    [429, 'troubled'],
    [500, 'troubled'],
    [503, 'troubled'],
    [410, 'gone'],
  ])('%i means %s', (status, kind) => {
    expect(attemptOf(status, undefined).kind).toBe(kind);
  });

  it.each([
    [undefined, undefined],
    ['0', undefined],
    ['120', 120_000],
    ['soon', undefined],
    ['Sat, 21 Nov 2026 08:05:00 GMT', 300_000],
    ['Sat, 21 Nov 2026 07:05:00 GMT', undefined],
    ['-5', undefined],
  ])('with Retry-After %s waits %s', (text, ms) => {
    expect(retryAfterMs(text, NOW)).toBe(ms);
  });
});

describe('the next attempt', () => {
  const base = { eventId: 'e', untilMs: NOW + 72 * HOUR, nowMs: NOW };

  it('comes later each time, up to eight hours, and never twice at once for many', () => {
    const waits = Array.from(
      { length: 12 },
      (_, i) => (nextAttemptMs({ ...base, attempts: i + 1, attempt: troubled() }) ?? 0) - NOW,
    );
    expect(waits[0]).toBeLessThanOrEqual(5000);
    expect([...waits].slice(0, 9)).toEqual([...waits].slice(0, 9).sort((a, b) => a - b));
    expect(Math.max(...waits)).toBeLessThanOrEqual(8 * HOUR);
    const spread = new Set(
      Array.from({ length: 50 }, (_, i) =>
        nextAttemptMs({ ...base, eventId: `e${i}`, attempts: 4, attempt: troubled() }),
      ),
    );
    expect(spread.size).toBeGreaterThan(45);
  });

  it('is in the future, never before the receiver said, and the same when asked again', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 7 * HOUR }),
        fc.string(),
        (attempts, asked, eventId) => {
          const failed = { ...base, eventId, attempts, attempt: troubled(asked) };
          const due = nextAttemptMs(failed) ?? 0;
          expect(due).toBeGreaterThan(NOW);
          expect(due).toBeGreaterThanOrEqual(NOW + asked);
          expect(nextAttemptMs(failed)).toBe(due);
        },
      ),
    );
  });

  it('is the last one when the time is up, and then there is none', () => {
    const late = { ...base, attempts: 12, attempt: troubled(), nowMs: base.untilMs - 60_000 };
    expect(nextAttemptMs(late)).toBe(base.untilMs);
    expect(nextAttemptMs({ ...late, nowMs: base.untilMs })).toBeUndefined();
  });

  it('ends sooner where the receiver refuses', () => {
    const refused = { kind: 'refused', trouble: 't' } as const;
    expect(nextAttemptMs({ ...base, attempts: 5, attempt: refused })).toBeDefined();
    expect(nextAttemptMs({ ...base, attempts: 6, attempt: refused })).toBeUndefined();
  });
});
