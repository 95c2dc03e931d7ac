import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BucketSize, type BucketState, earliest, settle, take } from '../../../shared/waves/bucket.ts';

const SMALL: BucketSize = { burst: 6, perMs: 1 };
/** Never full: what is taken early is missing for ever. */
const DEEP: BucketSize = { burst: 1000, perMs: 1 };

const full = ({ burst }: BucketSize): BucketState => ({ level: burst, at: 0, booked: [] });

/** The level right after each booking, worked out one millisecond at a time. */
function levels(bucket: BucketState, { burst, perMs }: BucketSize): number[] {
  const found: number[] = [];
  let { level, at } = bucket;
  for (const [instant, tokens] of bucket.booked) {
    for (; at < instant; at += 1) level = Math.min(burst, level + perMs);
    level -= tokens;
    found.push(level);
  }
  return found;
}
const isSolvent = (bucket: BucketState, size: BucketSize) =>
  levels(bucket, size).every((level) => level >= 0);

/** The first instant at which a booking leaves no booking without its tokens, by trying every one. */
function firstByTrial(bucket: BucketState, size: BucketSize, tokens: number, from: number): number {
  for (let instant = from; instant < from + 10_000; instant += 1) {
    if (isSolvent(take(bucket, tokens, instant), size)) return instant;
  }
  throw new Error('no instant suffices');
}

interface Wish {
  readonly tokens: number;
  readonly from: number;
}
const wishes = (most: number) =>
  fc.array(fc.record({ tokens: fc.integer({ min: 1, max: most }), from: fc.integer({ min: 0, max: 30 }) }), {
    minLength: 1,
    maxLength: 8,
  });
function bookAll(start: BucketState, size: BucketSize, all: readonly Wish[]): BucketState {
  return all.reduce(
    (bucket, { tokens, from }) => take(bucket, tokens, earliest(bucket, size, tokens, from)),
    start,
  );
}

describe('earliest', () => {
  it.each<[string, BucketState, number, number, number]>([
    ['a full bucket serves at once', full(SMALL), 6, 0, 0],
    ['not before it is asked for', full(SMALL), 1, 7, 7],
    ['an empty one when it has refilled', { level: 0, at: 0, booked: [] }, 4, 0, 4],
    ['at the instant of a booking, after it', { level: 6, at: 0, booked: [[0, 2]] }, 4, 0, 0],
    ['after bookings that take all there is', { level: 6, at: 0, booked: [[0, 6]] }, 3, 0, 3],
    ['before a booking that leaves enough', { level: 6, at: 0, booked: [[2, 3]] }, 3, 0, 0],
    ['after a booking that needs every token', { level: 0, at: 0, booked: [[6, 6]] }, 2, 0, 8],
    [
      'the sum of two later bookings counts',
      {
        level: 4,
        at: 0,
        booked: [
          [1, 3],
          [2, 3],
        ],
      },
      1,
      0,
      3,
    ],
  ])('%s', (_, bucket, tokens, from, expected) => {
    expect(earliest(bucket, SMALL, tokens, from)).toBe(expected);
  });

  it('never robs a booking, whatever was booked for when', () => {
    for (const size of [SMALL, { burst: 6, perMs: 0.25 }, { burst: 10, perMs: 3 }]) {
      fc.assert(
        fc.property(fc.nat(size.burst), wishes(6), (level, all) => {
          let bucket: BucketState = { level, at: 0, booked: [] };
          for (const { tokens, from } of all) {
            const instant = earliest(bucket, size, tokens, from);
            bucket = take(bucket, tokens, instant);

            expect(instant).toBeGreaterThanOrEqual(from);
            expect(levels(bucket, size).every((left) => left >= 0)).toBe(true);
          }
        }),
      );
    }
  });

  it('is the first of all instants that will do, as long as the bucket is never full', () => {
    fc.assert(
      fc.property(
        fc.nat(20),
        wishes(6),
        fc.integer({ min: 1, max: 6 }),
        fc.nat(30),
        (level, all, tokens, from) => {
          const bucket = bookAll({ level, at: 0, booked: [] }, DEEP, all);

          expect(earliest(bucket, DEEP, tokens, from)).toBe(firstByTrial(bucket, DEEP, tokens, from));
        },
      ),
    );
  });

  it('is never before the first instant that will do', () => {
    fc.assert(
      fc.property(wishes(6), fc.integer({ min: 1, max: 6 }), fc.nat(30), (all, tokens, from) => {
        const bucket = bookAll(full(SMALL), SMALL, all);

        expect(earliest(bucket, SMALL, tokens, from)).toBeGreaterThanOrEqual(
          firstByTrial(bucket, SMALL, tokens, from),
        );
      }),
    );
  });

  // What is taken before a booking may have flowed back by then; earliest counts it as missing all the same.
  it('is the first of all instants that will do, also where the bucket fills up in between', () => {
    const bucket: BucketState = { level: 6, at: 0, booked: [[100, 6]] };

    expect(firstByTrial(bucket, SMALL, 3, 0)).toBe(0);
    expect(earliest(bucket, SMALL, 3, 0)).toBe(0);
  });
});

describe('settle', () => {
  it('spends bookings that have passed and keeps the others', () => {
    const bucket: BucketState = {
      level: 6,
      at: 0,
      booked: [
        [0, 6],
        [4, 3],
        [9, 2],
      ],
    };

    // 6 - 6 = 0 at 0; 4 - 3 = 1 at 4; 2 at 5.
    expect(settle(bucket, SMALL, 5)).toEqual({ level: 2, at: 5, booked: [[9, 2]] });
    expect(settle(bucket, SMALL, 4)).toEqual({ level: 1, at: 4, booked: [[9, 2]] });
  });

  it('fills to the brim and no further, and never goes back', () => {
    expect(settle({ level: 5, at: 0, booked: [] }, SMALL, 99)).toEqual({ level: 6, at: 99, booked: [] });
    expect(settle({ level: 5, at: 50, booked: [] }, SMALL, 49)).toEqual({ level: 5, at: 50, booked: [] });
  });

  it('in steps comes to the same as at once, and changes no answer', () => {
    fc.assert(
      fc.property(
        wishes(6),
        fc.array(fc.nat(40), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 6 }),
        (all, instants, tokens) => {
          const bucket = bookAll(full(SMALL), SMALL, all);
          const ordered = instants.toSorted((a, b) => a - b);
          const end = ordered.at(-1) ?? 0;

          const stepped = ordered.reduce((state, now) => settle(state, SMALL, now), bucket);

          expect(stepped).toEqual(settle(bucket, SMALL, end));
          expect(stepped.level).toBeGreaterThanOrEqual(0);
          expect(stepped.level).toBeLessThanOrEqual(SMALL.burst);
          expect(stepped.booked.every(([at]) => at > end)).toBe(true);
          expect(earliest(stepped, SMALL, tokens, end)).toBe(earliest(bucket, SMALL, tokens, end));
        },
      ),
    );
  });
});

describe('take', () => {
  it('keeps bookings in time order, equals in order of booking, and changes nothing it was given', () => {
    const bucket = full(SMALL);

    const after = take(take(take(take(bucket, 1, 5), 2, 3), 3, 5), 4, 9);

    expect(after.booked).toEqual([
      [3, 2],
      [5, 1],
      [5, 3],
      [9, 4],
    ]);
    expect(bucket.booked).toEqual([]);
  });
});
