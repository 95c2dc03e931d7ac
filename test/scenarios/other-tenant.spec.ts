import { describe, expect, it } from 'vitest';
import { fleet } from '../../rehearsal/samples/build-fleet.ts';
import { sizeOf } from '../../shared/waves/budget.ts';
import type { Budget } from '../../shared/waves/queues.ts';
import { scenario } from '../support/scenario.ts';

const MACHINES = 500;
const START = '2026-11-21T08:00:00Z';

describe('another tenant of the subscription', () => {
  const { given, when, then, here } = scenario();

  it('takes half of every limit, unannounced: the wave slows down instead of being refused', async () => {
    const file = fleet({ machines: MACHINES, seed: 1, cells: 1 });
    await given.anEstate(
      { ...file, behaviour: { start: START, otherLoad: [{ from: START, share: 0.5 }] } },
      { requestLog: 'counters' },
    );
    await given.aPlan();

    await when.theWaveStarts();
    await when.theWaveReaches('awaitingApproval');

    const { session } = here();
    const log = session.estate.requestLog;
    expect(log.count('association.write', 201)).toBe(MACHINES);
    const refused = session.estate.throttleReport().reduce((sum, bucket) => sum + bucket.refused, 0);
    // What is on its way before the service is heard; a long run hardly notices it.
    expect(refused / log.total()).toBeLessThan(0.05);
    expect((await then.theWave()).totals.failed).toBe(0);

    // 1,000 writes, 200 of them at once and 5 a second: what is left, and not much more.
    const installs = log.span('extension.write')?.from ?? 0;
    const associations = log.span('association.write')?.to ?? 0;
    const seconds = (associations - installs) / 1000;
    expect(seconds).toBeGreaterThan(160);
    expect(seconds).toBeLessThan(420);

    const writes = budgetOf(file).buckets['writes'];
    const { perMs } = sizeOf('writes');
    expect((writes?.drain ?? 0) / perMs).toBeGreaterThan(0.25);
    expect((writes?.drain ?? 0) / perMs).toBeLessThan(0.75);
  });

  function budgetOf(file: ReturnType<typeof fleet>): Budget {
    const subscription = file.resources[0]?.id.split('/')[2] ?? '';
    return here().session.host.entityState(`@budget@${subscription}`) as Budget;
  }
});
