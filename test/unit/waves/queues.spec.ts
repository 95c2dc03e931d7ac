import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../shared/waves/budget.ts';
import { type Answer, ask, type Budget, type Demand, type Ticket } from '../../../shared/waves/queues.ts';
import { NOW } from '../../support/builders.ts';

const EMPTY: Budget = { buckets: {}, queues: {} };
const writes = (count: number) => [{ bucket: 'writes', limit: 'writes', count }] as const;

interface Caller {
  readonly flow: string;
  readonly from: number;
  readonly count: number;
  readonly urgent?: boolean;
}
interface Started extends Caller {
  readonly at: number;
  readonly asked: number;
}

/** Lets callers ask and ask again as they are told, in the order of time, until all have booked. */
function run(
  callers: readonly Caller[],
  bucket: (count: number, order: number) => Demand['reservations'] = writes,
): { started: Started[]; budget: Budget } {
  let budget = EMPTY;
  const started: Started[] = [];
  const waiting = callers.map((caller, order) => ({
    ...{ caller, order, at: NOW + caller.from, ticket: null as Ticket | null, asked: 0 },
  }));
  while (waiting.length > 0) {
    waiting.sort((a, b) => a.at - b.at || a.order - b.order);
    const next = waiting.shift() as (typeof waiting)[number];
    const { flow, urgent = true, count } = next.caller;
    const demand: Demand = { flow, urgent, reservations: bucket(count, next.order), ticket: next.ticket };
    const result = ask(budget, demand, next.at);
    // As an entity keeps it.
    budget = JSON.parse(JSON.stringify(result.budget)) as Budget;
    const { at, ticket }: Answer = result.answer;
    next.asked += 1;
    if (next.asked > 500) throw new Error('asks for ever');
    if (ticket === null) started.push({ ...next.caller, at, asked: next.asked });
    else {
      expect(at).toBeGreaterThan(next.at);
      waiting.push({ ...next, at, ticket });
    }
  }
  return { started, budget };
}

const many = (flow: string, batches: number, more: Partial<Caller> = {}): Caller[] =>
  Array.from({ length: batches }, () => ({ flow, from: 0, count: 25, ...more }));

/** The most requests in any window of time, less what the documented bucket allows in it. */
function excess(started: readonly Started[]): number {
  const { burst, perSecond } = LIMITS.writes;
  const ordered = started.toSorted((a, b) => a.at - b.at);
  let worst = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < ordered.length; i += 1) {
    let count = 0;
    for (const one of ordered.slice(i)) {
      count += one.count;
      worst = Math.max(worst, count - burst - perSecond * ((one.at - (ordered[i]?.at ?? 0)) / 1000));
    }
  }
  return worst;
}

describe('ask', () => {
  it('lets a small wave start within a minute, however long the queue of another is', () => {
    const { started } = run([...many('long', 400), ...many('small', 2, { from: 100_000 })]);

    const small = started.filter(({ flow }) => flow === 'small');
    expect(small).toHaveLength(2);
    for (const { at } of small) expect(at - NOW).toBeLessThan(160_000);
    // The long one was there first, and would have kept the bucket for 17 minutes.
    expect(Math.max(...started.map(({ at }) => at)) - NOW).toBeGreaterThan(900_000);
  });

  it('gives two waves with long queues about half each, while both wait', () => {
    const { started } = run([...many('first', 200), ...many('second', 200, { from: 60_000 })]);

    const both = started.filter(({ at }) => at - NOW > 120_000 && at - NOW < 720_000);
    const second = both.filter(({ flow }) => flow === 'second').length;
    expect(both.length * 25).toBeGreaterThan(0.9 * 600 * LIMITS.writes.perSecond);
    expect(second / both.length).toBeGreaterThan(0.4);
    expect(second / both.length).toBeLessThan(0.6);
  });

  it('gives three waves about a third each', () => {
    const flows = ['a', 'b', 'c'];
    const { started } = run(flows.flatMap((flow) => many(flow, 120)));

    const both = started.filter(({ at }) => at - NOW > 60_000 && at - NOW < 600_000);
    for (const flow of flows) {
      const share = both.filter((one) => one.flow === flow).length / both.length;
      expect(share).toBeGreaterThan(0.25);
      expect(share).toBeLessThan(0.42);
    }
  });

  it.each([1, 2, 3])('loses nothing of the limit to %i waves that wait', (waves) => {
    const callers = Array.from({ length: waves }, (_, i) => many(`wave ${i}`, Math.ceil(360 / waves))).flat();
    const { started } = run(callers);

    const seconds = (Math.max(...started.map(({ at }) => at)) - NOW) / 1000;
    const floor = (callers.length * 25 - LIMITS.writes.burst) / LIMITS.writes.perSecond;
    expect(seconds / floor).toBeLessThan(1.04);
  });

  it('asks few times, however many wait', () => {
    const { started } = run(many('one', 400));

    const asked = started.reduce((sum, one) => sum + one.asked, 0);
    expect(asked / started.length).toBeLessThan(3.5);
  });

  it('asks few times where cells share the limits of a subscription and each has one of its own', () => {
    const { started } = run(many('one', 400), (count, order) => [
      { bucket: 'writes', limit: 'writes', count: 2 * count },
      { bucket: 'reads', limit: 'reads', count: 4 * count },
      { bucket: `compute ${order % 5}`, limit: 'compute', count },
    ]);

    const asked = started.reduce((sum, one) => sum + one.asked, 0);
    expect(asked / started.length).toBeLessThan(4);
  });

  it('lets the urgent go first and the others have what is left, and after a time their turn', () => {
    const { started } = run([...many('one', 100), ...many('one', 100, { urgent: false })]);

    const middle = (urgent: boolean) => {
      const instants = started.filter((one) => (one.urgent !== false) === urgent).map(({ at }) => at - NOW);
      return instants.toSorted((a, b) => a - b)[50] as number;
    };
    expect(middle(true)).toBeLessThan(middle(false));
    const quiet = started.filter(({ urgent, at }) => urgent === false && at - NOW > 300_000);
    expect(quiet.length).toBeGreaterThan(0);
  });

  it('stays within the documented limit, whoever asks when', () => {
    const anyCaller = fc.record({
      flow: fc.constantFrom('a', 'b', 'c'),
      from: fc.integer({ min: 0, max: 300_000 }),
      count: fc.integer({ min: 1, max: 160 }),
      urgent: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anyCaller, { minLength: 1, maxLength: 60 }), (callers) => {
        const { started } = run(callers);

        expect(started).toHaveLength(callers.length);
        expect(excess(started)).toBeLessThanOrEqual(0);
        for (const { at, from } of started) expect(at).toBeGreaterThanOrEqual(NOW + from);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps no queue that nobody waits in', () => {
    expect(run(many('one', 50)).budget.queues).toEqual({});
  });

  it('reckons with what a limit has in store: one that is slow but full does not make a queue wait for it', () => {
    // Compute gives less a second than deletes, and holds enough for all of these.
    const { started } = run(many('one', 100), (count) => [
      { bucket: 'deletes', limit: 'deletes', count },
      { bucket: 'compute', limit: 'compute', count },
    ]);

    const seconds = (Math.max(...started.map(({ at }) => at)) - NOW) / 1000;
    const { burst, perSecond } = LIMITS.deletes;
    expect(seconds / ((2500 - burst) / perSecond)).toBeLessThan(1.03);
    expect(started.reduce((sum, one) => sum + one.asked, 0) / started.length).toBeLessThan(3);
  });

  it('the first of a queue that has not moved is told an instant', () => {
    let budget = EMPTY;
    const demand = { flow: 'one', urgent: false, reservations: writes(150) };
    for (let i = 0; i < 4; i += 1) budget = ask(budget, { ...demand, ticket: null }, NOW).budget;
    const queue = Object.keys(budget.queues)[0] as string;
    const first = { queue, place: 0, since: NOW, asked: { at: NOW, ahead: 0 } };
    const full = { ...demand, reservations: writes(180), ticket: first };

    const { at: told } = ask(budget, full, NOW + 1000).answer;

    expect(told).toBeGreaterThan(NOW + 1000);
  });

  it('books nothing before the instant that was asked for', () => {
    const demand = { flow: 'one', urgent: true, reservations: writes(25), ticket: null };

    expect(ask(EMPTY, { ...demand, from: NOW + 20_000 }, NOW).answer.at).toBe(NOW + 20_000);
    expect(ask(EMPTY, { ...demand, from: NOW - 20_000 }, NOW).answer.at).toBe(NOW);
  });

  it('forgets callers that do not come back', () => {
    let budget = EMPTY;
    for (let i = 0; i < 60; i += 1) {
      const demand = { flow: 'ended', urgent: true, reservations: writes(25), ticket: null };
      budget = ask(budget, demand, NOW).budget;
    }
    expect(Object.keys(budget.queues)).toHaveLength(1);

    const later = { flow: 'alive', urgent: true, reservations: writes(25), ticket: null };
    const { budget: after, answer } = ask(budget, later, NOW + 600_000);

    expect(answer).toEqual({ at: NOW + 600_000, ticket: null });
    expect(after.queues).toEqual({});
  });

  it('a ticket of a queue that was forgotten is as good as none', () => {
    const ticket = { queue: 'one|urgent|writes', place: 500, since: NOW, asked: null };
    const demand = { flow: 'one', urgent: true, reservations: writes(25), ticket };

    expect(ask(EMPTY, demand, NOW + 1000).answer).toEqual({ at: NOW + 1000, ticket: null });
  });

  it('nothing wanted costs nothing', () => {
    const demand = { flow: 'one', urgent: true, reservations: [], ticket: null };

    expect(ask(EMPTY, demand, NOW)).toEqual({ budget: EMPTY, answer: { at: NOW, ticket: null } });
  });
});
