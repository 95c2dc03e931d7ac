import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LimitName } from '../../../shared/model/limits.ts';
import { lookCost, nextLookCost } from '../../../shared/model/stages.ts';
import { type Buckets, LIMITS, type Reservation, reserve } from '../../../shared/waves/budget.ts';
import { NOW } from '../../support/builders.ts';

/** Facts file 3.11: burst and refill per second; queries are 200 in 30 s. */
const DOCUMENTED: Readonly<Record<LimitName, { burst: number; perSecond: number }>> = {
  reads: { burst: 250, perSecond: 25 },
  writes: { burst: 200, perSecond: 10 },
  deletes: { burst: 200, perSecond: 10 },
  compute: { burst: 1500, perSecond: 500 / 60 },
  queries: { burst: 200, perSecond: 200 / 30 },
};
const NAMES = Object.keys(DOCUMENTED) as LimitName[];

interface Granted {
  readonly at: number;
  readonly count: number;
}

/** The most requests that start in any window, less what the documented bucket allows in it. */
function excess(granted: readonly Granted[], limit: LimitName): number {
  const { burst, perSecond } = DOCUMENTED[limit];
  const ordered = granted.toSorted((a, b) => a.at - b.at);
  let worst = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < ordered.length; i += 1) {
    let count = 0;
    for (const grant of ordered.slice(i)) {
      count += grant.count;
      const seconds = (grant.at - (ordered[i]?.at ?? 0)) / 1000;
      worst = Math.max(worst, count - burst - perSecond * seconds);
    }
  }
  return worst;
}

function run(calls: readonly { waitMs: number; reservations: readonly Reservation[] }[]) {
  let state: Buckets = {};
  let nowMs = NOW;
  const granted = new Map<string, Granted[]>();
  const starts: { nowMs: number; startAt: number }[] = [];
  for (const { waitMs, reservations } of calls) {
    nowMs += waitMs;
    const answer = reserve(state, reservations, nowMs);
    state = answer.state;
    starts.push({ nowMs, startAt: answer.startAt });
    for (const { bucket, count } of reservations) {
      granted.set(bucket, [...(granted.get(bucket) ?? []), { at: answer.startAt, count }]);
    }
  }
  return { granted, starts, state };
}

const anyCalls = (limit: LimitName) =>
  fc.array(
    fc.record({
      waitMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60_000 })),
      // The largest look: a batch of 40 machines with four reads each.
      reservations: fc.integer({ min: 1, max: 160 }).map((count) => [{ bucket: limit, limit, count }]),
    }),
    { minLength: 1, maxLength: 40 },
  );

describe('reserve', () => {
  it('knows the documented limits', () => {
    expect(LIMITS).toEqual(DOCUMENTED);
  });

  it.each(NAMES)('%s: in no window more starts than burst and refill allow', (limit) => {
    fc.assert(
      fc.property(anyCalls(limit), (calls) => {
        expect(excess(run(calls).granted.get(limit) ?? [], limit)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it.each(NAMES)('%s: nothing starts in the past, and starts never go back', (limit) => {
    fc.assert(
      fc.property(anyCalls(limit), (calls) => {
        const { starts } = run(calls);

        for (const { nowMs, startAt } of starts) expect(startAt).toBeGreaterThanOrEqual(nowMs);
        const instants = starts.map(({ startAt }) => startAt);
        expect(instants).toEqual(instants.toSorted((a, b) => a - b));
      }),
    );
  });

  it.each(NAMES)('%s: a saturated bucket is used to at least 93 %% of its refill (D5)', (limit) => {
    const count = 20;
    const calls = Array.from({ length: 400 }, () => ({
      waitMs: 0,
      reservations: [{ bucket: limit, limit, count }],
    }));

    const { starts } = run(calls);

    const seconds = ((starts.at(-1)?.startAt ?? 0) - NOW) / 1000;
    const share = (400 * count) / (DOCUMENTED[limit].burst + DOCUMENTED[limit].perSecond * seconds);
    expect(share).toBeGreaterThan(0.93);
    expect(share).toBeLessThanOrEqual(1);
  });

  it('starts at once while the bucket holds', () => {
    const calls = Array.from({ length: 4 }, () => ({
      waitMs: 0,
      reservations: [{ bucket: 'b', limit: 'writes' as const, count: 40 }],
    }));

    expect(run(calls).starts.map(({ startAt }) => startAt)).toEqual([NOW, NOW, NOW, NOW]);
  });

  it('buckets do not share, and the slowest decides', () => {
    const full = run(
      Array.from({ length: 20 }, () => ({
        waitMs: 0,
        reservations: [{ bucket: 'writes', limit: 'writes' as const, count: 40 }],
      })),
    );

    const other = reserve(full.state, [{ bucket: 'compute|x', limit: 'compute', count: 1 }], NOW);
    const both = reserve(
      full.state,
      [
        { bucket: 'compute|x', limit: 'compute', count: 1 },
        { bucket: 'writes', limit: 'writes', count: 1 },
      ],
      NOW,
    );

    expect(other.startAt).toBe(NOW);
    expect(both.startAt).toBeGreaterThan(NOW + 60_000);
  });

  it('nothing reserved costs nothing', () => {
    expect(reserve({}, [{ bucket: 'b', limit: 'reads', count: 0 }], NOW)).toEqual({
      state: {},
      startAt: NOW,
    });
    expect(reserve({}, [], NOW)).toEqual({ state: {}, startAt: NOW });
  });

  it('does not change the state it was given', () => {
    const reservations = [{ bucket: 'b', limit: 'reads', count: 100 }] as const;
    const { state } = run([{ waitMs: 0, reservations }]);
    const before = structuredClone(state);

    reserve(state, reservations, NOW);

    expect(state).toEqual(before);
  });

  it('survives JSON, as an entity keeps it', () => {
    const reservations = [{ bucket: 'b', limit: 'writes', count: 150 }] as const;
    const { state } = run([
      { waitMs: 0, reservations },
      { waitMs: 0, reservations },
    ]);

    const travelled = JSON.parse(JSON.stringify(state)) as Buckets;

    expect(reserve(travelled, reservations, NOW + 1000)).toEqual(reserve(state, reservations, NOW + 1000));
  });

  it('a batch delayed by one bucket counts in the others when it starts, not when it was booked', () => {
    // Compute spreads 10 000 installs over 18 minutes; writes reserved meanwhile must not start on top of them.
    const installs = Array.from({ length: 100 }, () => ({
      waitMs: 0,
      reservations: [
        { bucket: 'compute', limit: 'compute', count: 100 },
        { bucket: 'writes', limit: 'writes', count: 100 },
      ] as const,
    }));
    const others = Array.from({ length: 4 }, (_, i) => ({
      waitMs: i === 0 ? 1_053_000 : 0,
      reservations: [{ bucket: 'writes', limit: 'writes', count: 100 }] as const,
    }));

    const { granted } = run([...installs, ...others]);

    expect(excess(granted.get('writes') ?? [], 'writes')).toBeLessThanOrEqual(0);
    expect(excess(granted.get('compute') ?? [], 'compute')).toBeLessThanOrEqual(0);
  });

  it('any mix of batches over several buckets stays under every limit', () => {
    const anyLook = fc.record({
      waitMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 120_000 })),
      reservations: fc
        .subarray(NAMES, { minLength: 1 })
        .chain((limits) =>
          fc.tuple(
            ...limits.map((limit) =>
              fc.integer({ min: 1, max: 160 }).map((count) => ({ bucket: limit as string, limit, count })),
            ),
          ),
        ),
    });
    fc.assert(
      fc.property(fc.array(anyLook, { minLength: 1, maxLength: 40 }), (looks) => {
        const { granted, starts } = run(looks);

        for (const limit of NAMES) expect(excess(granted.get(limit) ?? [], limit)).toBeLessThanOrEqual(0);
        for (const { nowMs, startAt } of starts) expect(startAt).toBeGreaterThanOrEqual(nowMs);
      }),
    );
  });

  it('fills a gap before a delayed batch instead of queueing behind it', () => {
    const saturated = run(
      Array.from({ length: 20 }, () => ({
        waitMs: 0,
        reservations: [{ bucket: 'deletes', limit: 'deletes' as const, count: 40 }],
      })),
    );
    const delayed = reserve(
      saturated.state,
      [
        { bucket: 'deletes', limit: 'deletes', count: 40 },
        { bucket: 'reads', limit: 'reads', count: 10 },
      ],
      NOW,
    );

    const quick = reserve(delayed.state, [{ bucket: 'reads', limit: 'reads', count: 100 }], NOW);

    expect(delayed.startAt).toBeGreaterThan(NOW + 60_000);
    expect(quick.startAt).toBe(NOW);
  });
});

describe('lookCost', () => {
  it('counts an instance upgrade of a scale set as a write that Compute counts, and only there', () => {
    expect(lookCost('install', false, { kind: 'scaleSet', machines: 2 })).toEqual([
      { limit: 'reads', count: 8 },
      { limit: 'writes', count: 2 },
      { limit: 'compute', count: 2 },
    ]);
    expect(lookCost('uninstall', false, { kind: 'scaleSet', machines: 1 }).map(({ limit }) => limit)).toEqual(
      ['reads', 'writes', 'compute'],
    );
    for (const kind of ['azureVm', 'arcServer'] as const)
      expect(lookCost('install', false, { kind, machines: 2 })).toEqual([{ limit: 'reads', count: 2 }]);
  });

  it('Arc servers cost nothing of Compute and one read more', () => {
    expect(lookCost('install', true, { kind: 'azureVm', machines: 10 })).toEqual([
      { limit: 'reads', count: 10 },
      { limit: 'writes', count: 10 },
      { limit: 'compute', count: 10 },
    ]);
    expect(lookCost('install', true, { kind: 'arcServer', machines: 10 })).toEqual([
      { limit: 'reads', count: 20 },
      { limit: 'writes', count: 10 },
    ]);
  });

  it('queries are per batch, not per machine', () => {
    for (const machines of [1, 40])
      expect(lookCost('uninstall', true, { kind: 'azureVm', machines })).toContainEqual({
        limit: 'queries',
        count: 1,
      });
  });

  it.each(['verify', 'reverify', 'confirm'] as const)(
    '%s costs nothing that it does not ask for',
    (stage) => {
      for (const first of [true, false])
        expect(lookCost(stage, first, { kind: 'azureVm', machines: 25 })).toEqual([]);
    },
  );
});

describe('nextLookCost', () => {
  const batch = { kind: 'azureVm', firstLook: false, pending: 25, inFlight: 20 } as const;

  it('books a change for every machine that has no operation, also after the first look', () => {
    expect(nextLookCost('install', batch)).toEqual({
      costs: [
        { limit: 'reads', count: 25 },
        { limit: 'writes', count: 5 },
        { limit: 'compute', count: 5 },
      ],
      urgent: true,
    });
  });

  it('books reads alone while all operations run, and goes behind what starts some', () => {
    expect(nextLookCost('install', { ...batch, inFlight: 25 })).toEqual({
      costs: [{ limit: 'reads', count: 25 }],
      urgent: false,
    });
  });

  it('a stage without operations costs later looks what they cost, whatever is in flight', () => {
    const costs = [
      { limit: 'reads', count: 50 },
      { limit: 'writes', count: 25 },
    ];
    expect(nextLookCost('associate', { ...batch, inFlight: 0 })).toEqual({ costs, urgent: false });
    expect(nextLookCost('associate', batch)).toEqual({ costs, urgent: false });
  });

  it('adds what the look before asked for', () => {
    expect(nextLookCost('verify', { ...batch, booked: { queries: 7 } })).toEqual({
      costs: [{ limit: 'queries', count: 7 }],
      urgent: false,
    });
    expect(nextLookCost('associate', { ...batch, booked: { queries: 7, reads: 3 } }).costs).toEqual([
      { limit: 'queries', count: 7 },
      { limit: 'reads', count: 53 },
      { limit: 'writes', count: 25 },
    ]);
  });
});
