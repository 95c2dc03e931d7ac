import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Rehearsal } from '../../../rehearsal/rehearse.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import { type Work, workSeconds } from './busy-time.ts';
import { billedSeconds, countsOf } from './count.ts';
import { createMeter, type Meter } from './meter.ts';
import { bill, type CostCounts, type Line, perThousand, totalOf } from './model.ts';
import { type BillingPlan, HEADLINE, PLANS } from './plans.ts';

export interface CostResult {
  readonly machines: number;
  readonly completed: boolean;
  readonly counts: CostCounts;
  /** Where the time of the functions goes, seconds. */
  readonly work: Work;
  /** The bill of the headline plan for 1,000 machines, line by line. */
  readonly lines: readonly Line[];
  readonly plans: readonly PlanCost[];
}

export interface PlanCost {
  readonly name: string;
  readonly time: BillingPlan['time'];
  readonly billedSeconds: number;
  readonly usdPerThousand: number;
}

/** One migration of ready machines in one wave, priced. */
export async function benchCost(machines: number): Promise<CostResult> {
  const { run, meter } = await rehearseMetered(machines);
  const counts = countsOf(run, meter);
  const thousand = (plan: BillingPlan, seconds: number) => perThousand(bill(counts, plan, seconds), machines);
  return {
    machines,
    completed: run.result.completed,
    counts,
    work: workSeconds(meter.executions),
    lines: thousand(HEADLINE, billedSeconds(run, meter, HEADLINE)),
    plans: PLANS.map((plan) => {
      const seconds = billedSeconds(run, meter, plan);
      const { name, time } = plan;
      return { name, time, billedSeconds: seconds, usdPerThousand: totalOf(thousand(plan, seconds)) };
    }),
  };
}

/** The rehearsal with everything counted that Azure would bill. */
export async function rehearseMetered(machines: number): Promise<{ run: Rehearsal; meter: Meter }> {
  const { fleet } = await import('../../../rehearsal/samples/build-fleet.ts');
  const { rehearse } = await import('../../../rehearsal/rehearse.ts');
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const meter = createMeter();
  try {
    const run = await rehearse({
      file: fleet({ machines, seed: 1, cells: 4, arcShare: 0.3 }),
      plan: { cohorts: { pilotSize: 0, firstSize: machines, maxSize: machines } },
      seed: 1,
      requestLog: 'counters',
      store: meter.counted(await openSqliteStore(join(folder, 'ledger.sqlite'))),
      onInvoke: meter.onInvoke,
      onExchange: meter.onExchange,
    });
    return { run, meter };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
