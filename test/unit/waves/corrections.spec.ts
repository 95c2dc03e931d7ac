import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LimitSeen } from '../../../shared/model/limits.ts';
import { findStart, LIMITS } from '../../../shared/waves/budget.ts';
import { correct } from '../../../shared/waves/corrections.ts';
import { ask, type Budget, type Ticket } from '../../../shared/waves/queues.ts';
import { NOW } from '../../support/builders.ts';

const EMPTY: Budget = { buckets: {}, queues: {} };
const BATCH = 25;

interface Load {
  readonly from: number;
  readonly until: number;
  readonly share: number;
}

/** The service's bucket, of which the app sees what answers say. */
function service(limit: 'writes' | 'compute', loads: readonly Load[]) {
  const { burst, perSecond } = LIMITS[limit];
  let level: number = burst;
  let at = 0;
  const advance = (now: number) => {
    for (; at < now; at += 100) {
      const taken = loads.reduce(
        (sum, load) => (at >= load.from && at < load.until ? sum + load.share : sum),
        0,
      );
      level = Math.min(burst, level + (1 - taken) * perSecond * 0.1);
    }
  };
  return {
    /** Sends so many requests; what is refused is to be sent again. */
    send(now: number, count: number): { seen: LimitSeen; refused: number } {
      advance(now);
      const admitted = Math.min(count, Math.floor(level));
      level -= admitted;
      const refused = count - admitted;
      return {
        refused,
        seen: {
          ...{ limit, calls: admitted, remaining: Math.floor(level), at: NOW + now, unavailable: 0 },
          retryAfterMs: refused > 0 ? 1000 : null,
        },
      };
    },
  };
}

interface Sent {
  readonly at: number;
  readonly admitted: number;
  readonly refused: number;
}

/** Batches that all want the bucket from the start on: ask, send when told to, report, ask for what was refused. */
function run(limit: 'writes' | 'compute', batches: number, loads: readonly Load[], slack = 0) {
  let budget = EMPTY;
  const azure = service(limit, loads);
  const sent: Sent[] = [];
  type Step = { at: number; order: number; count: number; ticket: Ticket | null; send: boolean };
  const steps: Step[] = Array.from({ length: batches }, (_, order) => ({
    ...{ at: 0, order, count: BATCH, ticket: null, send: false },
  }));
  while (steps.length > 0) {
    steps.sort((a, b) => a.at - b.at || a.order - b.order);
    const step = steps.shift() as Step;
    const now = NOW + step.at;
    if (step.send) {
      const { seen, refused } = azure.send(step.at, step.count);
      sent.push({ at: step.at, admitted: step.count - refused, refused });
      const report = { bucket: limit, booked: step.count + slack, seen };
      budget = { ...budget, buckets: correct(budget.buckets, [report], now) };
      if (refused > 0)
        steps.push({ ...step, at: step.at + 60_000, count: refused, send: false, ticket: null });
      continue;
    }
    const reservations = [{ bucket: limit, limit, count: step.count + slack }];
    const result = ask(budget, { flow: 'one', urgent: true, reservations, ticket: step.ticket }, now);
    budget = JSON.parse(JSON.stringify(result.budget)) as Budget;
    const { at, ticket } = result.answer;
    steps.push({ ...step, at: at - NOW, ticket, send: ticket === null });
    if (sent.length > 50 * batches) throw new Error('never ends');
  }
  return { sent, budget };
}

const sum = (sent: readonly Sent[], what: 'admitted' | 'refused') =>
  sent.reduce((n, one) => n + one[what], 0);
const between = (sent: readonly Sent[], from: number, until: number) =>
  sent.filter(({ at }) => at >= from && at < until);

describe('correct', () => {
  it.each(['writes', 'compute'] as const)('%s: alone, nothing is refused and the limit is used', (limit) => {
    const { sent, budget } = run(limit, 400, []);

    expect(sum(sent, 'refused')).toBe(0);
    const last = Math.max(...sent.map(({ at }) => at)) / 1000;
    const { burst, perSecond } = LIMITS[limit];
    expect(last / ((400 * BATCH - burst) / perSecond)).toBeLessThan(1.04);
    expect(budget.buckets[limit]?.drain ?? 0).toBe(0);
  });

  it('what was booked and not sent is given back', () => {
    const last = (sent: readonly Sent[]) => Math.max(...sent.map(({ at }) => at)) / 1000;
    const exact = run('writes', 400, []).sent;
    const generous = run('writes', 400, [], 10).sent;

    // Booked was 40 % more than was sent.
    expect(last(generous) / last(exact)).toBeLessThan(1.25);
    expect(sum(generous, 'refused')).toBe(0);
  });

  it.each([
    ['writes', 0.5],
    ['writes', 0.25],
    ['compute', 0.5],
    ['compute', 0.75],
  ] as const)('%s: finds out what another user of %d takes, and uses what is left', (limit, share) => {
    const loads = [{ from: 0, until: Number.POSITIVE_INFINITY, share }];
    const { sent } = run(limit, 400, loads);

    const settled = between(sent, 240_000, 900_000);
    const { perSecond } = LIMITS[limit];
    expect(sum(settled, 'admitted')).toBeGreaterThan(0.94 * 660 * perSecond * (1 - share));
    expect(sum(settled, 'refused')).toBeLessThan(0.01 * sum(settled, 'admitted'));
    expect(sum(sent, 'refused')).toBeLessThan(0.03 * sum(sent, 'admitted'));
  });

  it('takes the whole again when the other user has gone', () => {
    const { sent } = run('writes', 600, [{ from: 60_000, until: 400_000, share: 0.5 }]);

    const after = between(sent, 600_000, 1_000_000);
    expect(sum(after, 'admitted')).toBeGreaterThan(0.9 * 400 * LIMITS.writes.perSecond);
    expect(sum(after, 'refused')).toBe(0);
  });

  it('comes to rest under any load, and never stops', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 0.9, noNaN: true }),
        fc.integer({ min: 0, max: 120_000 }),
        (share, from) => {
          const { sent } = run('writes', 200, [{ from, until: Number.POSITIVE_INFINITY, share }]);

          const late = sent.filter(({ at }) => at > from + 300_000);
          expect(sum(late, 'refused')).toBeLessThanOrEqual(0.02 * sum(sent, 'admitted'));
          expect(sum(sent, 'admitted')).toBe(200 * BATCH);
        },
      ),
      { numRuns: 25 },
    );
  });

  const seen: LimitSeen = {
    ...{ limit: 'reads', calls: 1, remaining: null, at: NOW, retryAfterMs: null, unavailable: 0 },
  };
  const wants = [{ bucket: 'reads', limit: 'reads', count: 1 }] as const;
  const startAfter = (reports: readonly LimitSeen[], from = NOW) => {
    const buckets = reports.reduce(
      (state, one, i) => correct(state, [{ bucket: 'reads', booked: 1, seen: one }], from + i),
      EMPTY.buckets,
    );
    return findStart(buckets, wants, from).startAt - from;
  };

  it('starts nothing before an answer 429 allows it, with a little more by chance', () => {
    const waits = [0, 1, 2, 3].map((i) => startAfter([{ ...seen, retryAfterMs: 8000 }], NOW + i * 977));

    for (const wait of waits) {
      expect(wait).toBeGreaterThanOrEqual(8000);
      expect(wait).toBeLessThanOrEqual(10_000);
    }
    expect(new Set(waits).size).toBeGreaterThan(1);
    // Replay works it out again.
    expect(startAfter([{ ...seen, retryAfterMs: 8000 }])).toBe(startAfter([{ ...seen, retryAfterMs: 8000 }]));
  });

  it('leaves a service in trouble alone for longer and longer, until it answers', () => {
    const bad = { ...seen, unavailable: 1 };

    const waits = [1, 2, 3, 4].map((n) => startAfter(Array.from({ length: n }, () => bad)));
    for (let i = 1; i < waits.length; i += 1) {
      expect(waits[i]).toBeGreaterThan(1.5 * (waits[i - 1] as number));
    }
    expect(startAfter([bad, seen])).toBeLessThanOrEqual(6250);
    expect(startAfter([{ ...seen, calls: 10, unavailable: 2 }])).toBe(0);
  });
});
