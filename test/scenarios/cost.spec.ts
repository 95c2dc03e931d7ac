import { describe, expect, it } from 'vitest';
import { rehearseMetered } from '../../scripts/bench/cost/bench.ts';
import { billedSeconds, countsOf } from '../../scripts/bench/cost/count.ts';
import { HEADLINE } from '../../scripts/bench/cost/plans.ts';

describe('the counts behind the bill of a migration', () => {
  it('are those of the rehearsal, and the same each time', async () => {
    const { run, meter } = await rehearseMetered(20);
    const counts = countsOf(run, meter);
    const { counters, metrics } = run;
    expect(run.result.completed).toBe(true);
    expect(counts.executions).toEqual({
      activity: counters.activities,
      orchestration: counters.turns,
      entity: counters.entityBatches,
      http: counters.httpRequests,
      timer: counters.timerRuns,
    });
    // Nothing is asked of Azure but by an execution, so that the time of each is whole.
    expect(counts.armCalls).toBe(metrics.armCalls);
    expect(counts.logQueries + counts.graphQueries).toBe(metrics.queries);
    expect(counts.logQueries).toBeGreaterThan(0);
    expect(counts.graphQueries).toBeGreaterThan(0);
    const ofExecutions = meter.executions.reduce((sum, { ledgerOperations }) => sum + ledgerOperations, 0);
    expect(ofExecutions).toBe(counts.ledgerTransactions);
    expect(meter.ledger.rowsWritten).toBeGreaterThan(meter.ledger.writes);
    // Every activity and every operation came as a message, and every activity was answered by one.
    expect(counts.messages).toBeGreaterThan(2 * counters.activities + counters.entityOperations);

    const again = await rehearseMetered(20);
    expect(countsOf(again.run, again.meter)).toEqual(counts);
    expect(billedSeconds(again.run, again.meter, HEADLINE)).toBe(billedSeconds(run, meter, HEADLINE));
  });
});
