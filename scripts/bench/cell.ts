import type { BucketReport } from '../../rehearsal/estate/index.ts';
import { peakMemoryMiB } from './fleets.ts';
import { floorSeconds } from './floor.ts';

/** One stage of all machines of a cell against its floor. */
export interface StageTime {
  readonly seconds: number;
  /** What the limits leave at least: `floor.ts`. */
  readonly floorSeconds: number;
  readonly ratio: number;
}

export interface CellResult {
  readonly machines: number;
  /** Share of the limits that another tenant of the subscription takes, unannounced. */
  readonly otherTenant: number;
  readonly completed: boolean;
  readonly install: StageTime;
  readonly uninstall: StageTime;
  readonly throttled: number;
  readonly armCalls: number;
  /** The limit that was used most of what it gave while it was used. */
  readonly fullest: { readonly limit: string; readonly share: number };
  readonly perMachine: {
    readonly armCalls: number;
    readonly activities: number;
    readonly historyEvents: number;
  };
  readonly simulatedSeconds: number;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMemoryMiB: number;
}

/** One cell of Azure VMs, whole migration, soak zero. The times of one batch come from a run of their own. */
export async function benchCell(machines: number, otherTenant: number): Promise<CellResult> {
  const began = performance.now();
  const alone = await run(BATCH, 0);
  const all = await run(machines, otherTenant);
  const { metrics } = all;
  const load = { machines, cells: 1, left: 1 - otherTenant };
  return {
    machines,
    otherTenant,
    completed: all.completed,
    install: timeOf(all.install, floorSeconds('install', load, alone.install)),
    uninstall: timeOf(all.uninstall, floorSeconds('uninstall', load, alone.uninstall)),
    throttled: metrics.throttled,
    armCalls: metrics.armCalls,
    fullest: fullest(all.buckets),
    perMachine: metrics.perMachine,
    simulatedSeconds: metrics.simulatedSeconds,
    wallSeconds: Math.round((performance.now() - began) / 100) / 10,
    cpuSeconds: Math.round(process.cpuUsage().user / 1e5) / 10,
    peakMemoryMiB: peakMemoryMiB(),
  };
}

/** Machines of one batch of the default policy. */
const BATCH = 25;
/** The other tenant is there from the start of the rehearsal on. */
const FROM = '2026-11-21T08:00:00Z';

async function run(machines: number, otherTenant: number) {
  const { fleet } = await import('../../rehearsal/samples/build-fleet.ts');
  const { rehearse } = await import('../../rehearsal/rehearse.ts');
  const file = fleet({ machines, seed: 1, cells: 1 });
  const load = otherTenant === 0 ? {} : { otherLoad: [{ from: FROM, share: otherTenant }] };
  const { result, metrics, buckets, spans } = await rehearse({
    file: { ...file, behaviour: { ...file.behaviour, ...load } },
    plan: {
      cohorts: { pilotSize: 0, firstSize: machines, maxSize: machines },
      policy: { soakSeconds: 0 },
    },
    seed: 1,
    requestLog: 'counters',
  });
  const until = (from: number | undefined, to: number | undefined) =>
    ((to ?? Number.NaN) - (from ?? Number.NaN)) / 1000;
  return {
    completed: result.completed,
    metrics,
    buckets,
    install: until(spans['extension.write']?.from, spans['association.write']?.to),
    uninstall: until(spans['extension.delete']?.from, spans['operation.read']?.to),
  };
}

function timeOf(seconds: number, floor: number): StageTime {
  return {
    seconds: Math.round(seconds),
    floorSeconds: Math.round(floor),
    ratio: Math.round((seconds / floor) * 1000) / 1000,
  };
}

/** Buckets that were in use for a moment only say nothing of a ceiling. */
function fullest(buckets: readonly BucketReport[]): CellResult['fullest'] {
  const used = buckets
    .filter(({ taken, capacity }) => taken > 2 * capacity)
    .toSorted((a, b) => b.peakShare - a.peakShare)[0];
  return {
    limit: used?.bucket ?? 'none',
    share: used === undefined ? 0 : Math.round(used.peakShare * 1000) / 1000,
  };
}
