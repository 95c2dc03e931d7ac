import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bill,
  type CostCounts,
  type ExecutionKind,
  idleDay,
  perThousand,
  totalOf,
} from '../../../scripts/bench/cost/model.ts';
import { HEADLINE, PLANS } from '../../../scripts/bench/cost/plans.ts';
import { PRICES } from '../../../scripts/bench/cost/prices.ts';

const NO_EXECUTIONS = { activity: 0, orchestration: 0, entity: 0, http: 0, timer: 0 };
const NOTHING: CostCounts = {
  ...{ simulatedSeconds: 0, executions: NO_EXECUTIONS, messages: 0, episodes: 0, lookups: 0, idlePolls: 0 },
  ...{ ledgerTransactions: 0, logQueries: 0, graphQueries: 0, armCalls: 0 },
};
const executed = (kind: ExecutionKind, n: number): CostCounts => ({
  ...NOTHING,
  executions: { ...NO_EXECUTIONS, [kind]: n },
});

describe('a bill', () => {
  it('is nothing for nothing', () => {
    for (const plan of PLANS) expect(totalOf(bill(NOTHING, plan, 0))).toBe(0);
  });

  it.each<[string, CostCounts, number, number]>([
    ['a million activities', executed('activity', 1_000_000), 0, 0.4],
    ['a million turns', executed('orchestration', 1_000_000), 0, 0.4],
    ['a million batches of operations', executed('entity', 1_000_000), 0, 0.4],
    ['a million requests', executed('http', 1_000_000), 0, 0.4],
    ['timer runs, with their state', executed('timer', 10_000), 0, 0.004 + 0.055 + 0.0044],
    ['an hour of 2 GB', NOTHING, 3600, 0.1872],
    ['messages, three operations each', { ...NOTHING, messages: 10_000 }, 0, 0.012],
    ['polls of five queues', { ...NOTHING, idlePolls: 10_000 }, 0, 0.02],
    ['episodes, four transactions each', { ...NOTHING, episodes: 10_000 }, 0, 0.00144],
    ['lookups', { ...NOTHING, lookups: 10_000 }, 0, 0.00036],
    ['the ledger', { ...NOTHING, ledgerTransactions: 10_000 }, 0, 0.00036],
    // Two operations for each of five queues and five for each of four partitions every ten seconds, and the host.
    ['an hour', { ...NOTHING, simulatedSeconds: 3600 }, 0, 3600 * 4e-7 + (7200 + 300) * 4.4e-7],
    ['queries and calls', { ...NOTHING, logQueries: 99, graphQueries: 99, armCalls: 99 }, 0, 0],
  ])('%s', (_, counts, seconds, usd) => {
    expect(totalOf(bill(counts, HEADLINE, seconds))).toBeCloseTo(usd, 9);
  });

  it('never falls when more is counted', () => {
    const keys = Object.keys(NOTHING).filter((key) => key !== 'executions');
    const amount = fc.nat(10_000_000);
    const counts = fc.record(Object.fromEntries(keys.map((key) => [key, amount])));
    fc.assert(
      fc.property(
        counts,
        fc.constantFrom(...keys),
        amount,
        fc.constantFrom(...PLANS),
        (some, key, n, plan) => {
          const before = { ...NOTHING, ...some } as CostCounts;
          const after = { ...before, [key]: (some[key] ?? 0) + n };
          expect(totalOf(bill(after, plan, 1))).toBeGreaterThanOrEqual(totalOf(bill(before, plan, 1)));
        },
      ),
    );
  });

  it('is shared out to 1,000 machines', () => {
    const lines = bill(executed('activity', 2_000_000), HEADLINE, 0);
    expect(totalOf(perThousand(lines, 2000))).toBeCloseTo(0.4, 9);
    expect(perThousand(lines, 500)[0]?.count).toBe(4_000_000);
    expect(totalOf(perThousand(lines, 0))).toBe(0);
  });
});

describe('the parts of the model', () => {
  it('price everything with unit, region, source and date', () => {
    for (const { usd, per, unit, region, source, date } of Object.values(PRICES)) {
      expect(usd).toBeGreaterThanOrEqual(0);
      expect(per).toBeGreaterThan(0);
      for (const text of [unit, region, source]) expect(text).not.toBe('');
      expect(date).toMatch(/\d{4}-\d{2}-\d{2}$|^not looked up$/);
    }
  });

  it('have a day without work cost its polls, leases and timers', () => {
    const day = idleDay(HEADLINE);
    expect(day).toBeGreaterThan(8640 * (10 * 4e-7 + 20 * 4.4e-7));
    expect(day).toBeLessThan(0.2);
  });
});
