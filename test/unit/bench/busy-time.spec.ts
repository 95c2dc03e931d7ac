import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assume } from '../../../scripts/bench/cost/assumptions.ts';
import {
  AS_ALLOWED,
  aloneSeconds,
  busyTime,
  durationMs,
  type MeasuredExecution,
  ONE_AT_A_TIME,
  pollsWithin,
  scaleGroup,
} from '../../../scripts/bench/cost/busy-time.ts';
import { readSettings } from '../../../shared/config/settings.ts';

const FLEX = { leastMs: 1000, stepMs: 100 };
const EXACT = { leastMs: 0, stepMs: 1 };
const SPAN = { from: 0, to: 100_000 };

/** Takes 50 ms by itself, 10 ms for each operation of the ledger. */
function turn(at: number, ledgerOperations = 0): MeasuredExecution {
  return {
    ...{ trigger: 'orchestration', name: 'batch', at },
    ...{ armCalls: 0, graphQueries: 0, logQueries: 0, ledgerOperations },
  };
}

describe('the time of an execution', () => {
  it.each([
    ['a turn', turn(0), 50],
    ['an activity', { ...turn(0), trigger: 'activity' as const }, 200],
    ['a request', { ...turn(0), trigger: 'http' as const }, 200],
    ['one call', { ...turn(0), armCalls: 1 }, 50 + 2 * 300],
    ['calls of many machines', { ...turn(0), armCalls: 100 }, 50 + (4 + 13) * 300],
    ['queries', { ...turn(0), graphQueries: 2, logQueries: 5 }, 50 + 2 * 1000 + 3 * 3000],
    ['the ledger', turn(0, 5), 100],
  ])('%s', (_, execution, ms) => {
    expect(durationMs(execution)).toBe(ms);
  });
});

describe('the time that is billed', () => {
  it.each([
    ['nothing', [], 0, 0, 0],
    ['one turn', [turn(0)], 1, 1, 1],
    ['two at once', [turn(0), turn(0)], 2, 1, 1],
    ['one that comes while the other runs', [turn(0), turn(40)], 2, 1, 1],
    ['two with a pause', [turn(0), turn(5000)], 2, 2, 2],
    ['more than a second', [turn(0, 96), turn(0, 96)], 2.2, 2.1, 1.1],
  ])('%s', (_, executions, alone, oneAtATime, asAllowed) => {
    expect(aloneSeconds(executions, FLEX)).toBeCloseTo(alone, 6);
    expect(busyTime(executions, SPAN, FLEX, ONE_AT_A_TIME).billedSeconds).toBeCloseTo(oneAtATime, 6);
    expect(busyTime(executions, SPAN, FLEX, AS_ALLOWED).billedSeconds).toBeCloseTo(asAllowed, 6);
  });

  it('lets the eleventh wait for a slot', () => {
    const eleven = Array.from({ length: 11 }, () => turn(0, 95));
    expect(busyTime(eleven, SPAN, EXACT, AS_ALLOWED)).toMatchObject({ billedSeconds: 2, periods: 1 });
  });

  it('knows when nothing ran', () => {
    const { idleMs, periods } = busyTime([turn(1000), turn(2000)], SPAN, EXACT, ONE_AT_A_TIME);
    expect({ idleMs, periods }).toEqual({ idleMs: [1000, 950, 97_950], periods: 2 });
    expect(busyTime([], SPAN, EXACT, ONE_AT_A_TIME).idleMs).toEqual([100_000]);
  });

  it('is least with concurrency and most for every execution alone', () => {
    const executions = fc.array(fc.tuple(fc.nat(20_000), fc.nat(200)).map(([at, n]) => turn(at, n)));
    fc.assert(
      fc.property(executions, (list) => {
        const together = (concurrency: typeof AS_ALLOWED, rounding: typeof EXACT) =>
          busyTime(list, SPAN, rounding, concurrency).billedSeconds;
        expect(together(AS_ALLOWED, EXACT)).toBeLessThanOrEqual(together(ONE_AT_A_TIME, EXACT) + 1e-9);
        expect(together(ONE_AT_A_TIME, FLEX)).toBeLessThanOrEqual(aloneSeconds(list, FLEX) + 1e-9);
      }),
    );
  });
});

describe('polls of an empty queue', () => {
  it.each([
    [0, 0],
    [49, 0],
    [50, 1],
    [150, 2],
    [51_150, 10],
    [81_150, 11],
    [86_400_000, 2888],
  ])('within %i ms: %i', (idle, polls) => {
    expect(pollsWithin(idle)).toBe(polls);
  });
});

describe('what shares instances', () => {
  it.each([
    ['orchestration', 'durable'],
    ['activity', 'durable'],
    ['entity', 'durable'],
    ['http', 'http'],
    ['timer', 'batch'],
  ] as const)('%s: %s', (trigger, group) => {
    expect(scaleGroup({ ...turn(0), trigger })).toBe(group);
  });
});

describe('assumptions that the app decides', () => {
  it('are what the app does by default', () => {
    const host = JSON.parse(readFileSync(new URL('../../../host.json', import.meta.url), 'utf8'));
    const { maxConcurrentActivityFunctions, maxConcurrentOrchestratorFunctions, storageProvider } =
      host.extensions.durableTask;
    expect(readSettings({}).callConcurrency).toBe(assume('callsAtOnce'));
    expect(maxConcurrentActivityFunctions).toBe(assume('slots'));
    expect(maxConcurrentOrchestratorFunctions).toBe(assume('slots'));
    // Partitions and polling are the provider's defaults.
    expect(storageProvider).toBeUndefined();
  });
});
