import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REGIONS_OF_A_SUBSCRIPTION } from '../../rehearsal/samples/build-fleet.ts';
import { peakMemoryMiB } from './fleets.ts';
import { CALLS, limitSeconds } from './floor.ts';

/** A whole migration of a large fleet over many cells, soak zero, against its floor. */
export interface WholeResult {
  readonly machines: number;
  readonly cells: number;
  readonly subscriptions: number;
  readonly completed: boolean;
  readonly simulatedSeconds: number;
  /**
   * What the limits leave at least for `deploy` and for `remove`, and the time of the whole way for one batch a
   * cell: operations, windows of data, the watch of the connector.
   */
  readonly floorSeconds: number;
  readonly ratio: number;
  /** The part of the floor that the limits make, and what the run took beyond one batch a cell, over it. */
  readonly limitSeconds: number;
  readonly limitRatio: number;
  readonly throttled: number;
  readonly perMachine: {
    readonly armCalls: number;
    readonly activities: number;
    readonly historyEvents: number;
  };
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMemoryMiB: number;
}

const BATCH = 25;

/** Azure VMs spread evenly over cells, all in one wave. */
export async function benchWhole(machines: number, cells: number): Promise<WholeResult> {
  const alone = await run(BATCH * cells, cells);
  const began = performance.now();
  const cpu = process.cpuUsage().user;
  const { metrics, completed } = await run(machines, cells);
  const subscriptions = Math.ceil(cells / REGIONS_OF_A_SUBSCRIPTION);
  const load = { machines: machines / subscriptions, cells: cells / subscriptions, left: 1 };
  const remove = {
    ...CALLS.uninstall.all,
    reads: CALLS.uninstall.all.reads + CALLS.confirm.all.reads,
  };
  const limits = limitSeconds(CALLS.install.all, load) + limitSeconds(remove, load);
  const floor = alone.metrics.simulatedSeconds + limits;
  const round = (n: number) => Math.round(n * 1000) / 1000;
  return {
    ...{ machines, cells, subscriptions, completed },
    simulatedSeconds: metrics.simulatedSeconds,
    floorSeconds: Math.round(floor),
    ratio: round(metrics.simulatedSeconds / floor),
    limitSeconds: Math.round(limits),
    limitRatio: round((metrics.simulatedSeconds - alone.metrics.simulatedSeconds) / limits),
    throttled: metrics.throttled,
    perMachine: metrics.perMachine,
    wallSeconds: Math.round((performance.now() - began) / 1000),
    cpuSeconds: Math.round((process.cpuUsage().user - cpu) / 1e6),
    peakMemoryMiB: peakMemoryMiB(),
  };
}

async function run(machines: number, cells: number) {
  const { fleet } = await import('../../rehearsal/samples/build-fleet.ts');
  const { rehearse } = await import('../../rehearsal/rehearse.ts');
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const { result, metrics } = await rehearse({
      file: fleet({ machines, seed: 1, cells }),
      plan: {
        cohorts: { pilotSize: 0, firstSize: machines, maxSize: machines },
        policy: { soakSeconds: 0 },
      },
      seed: 1,
      requestLog: 'counters',
      hostStore: join(folder, 'host.sqlite'),
      ledger: join(folder, 'ledger.sqlite'),
    });
    return { metrics, completed: result.completed };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
