import type { Metrics } from '../../rehearsal/drive/metrics.ts';

export interface FleetResult {
  readonly machines: number;
  readonly wallSeconds: number;
  readonly peakMemoryMiB: number;
  readonly completed: boolean;
  readonly metrics: Metrics;
}

/** One rehearsal of ready machines, in this process. */
export async function benchFleet(machines: number, cells: number): Promise<FleetResult> {
  const { fleet } = await import('../../rehearsal/samples/build-fleet.ts');
  const { rehearse } = await import('../../rehearsal/rehearse.ts');
  const began = performance.now();
  const run = await rehearse({
    file: fleet({ machines, seed: 1, cells, arcShare: 0.3 }),
    plan: { cohorts: { pilotSize: 0, firstSize: machines, maxSize: machines } },
    seed: 1,
    requestLog: 'counters',
  });
  return {
    machines,
    wallSeconds: Math.round((performance.now() - began) / 100) / 10,
    peakMemoryMiB: peakMemoryMiB(),
    completed: run.result.completed,
    metrics: run.metrics,
  };
}

/** The most this process ever held. */
export function peakMemoryMiB(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

export function printFleets(fleets: readonly FleetResult[]): void {
  const rows = fleets.map(({ machines, wallSeconds, peakMemoryMiB: memory, metrics }) => [
    machines,
    wallSeconds.toFixed(1),
    memory,
    metrics.perMachine.armCalls,
    metrics.perMachine.activities,
    metrics.perMachine.historyEvents,
    metrics.throttled,
    `${Math.round(metrics.highestShare.share * 100)} %`,
    Math.round(metrics.simulatedSeconds / 60),
  ]);
  const header = ['machines', 'wall s', 'MiB', 'ARM/m', 'act/m', 'events/m', '429', 'peak', 'sim min'];
  for (const row of [header, ...rows])
    process.stdout.write(`${row.map((cell) => String(cell).padStart(9)).join('')}\n`);
  const from = fleets.find(({ machines }) => machines === 500)?.metrics.perMachine;
  const to = fleets.find(({ machines }) => machines === 5000)?.metrics.perMachine;
  if (from === undefined || to === undefined) return;
  const growth = (a: number, b: number) => `${Math.round((b / a - 1) * 100)} %`;
  process.stdout.write(
    `\nGrowth from 500 to 5,000 machines (goal: at most 20 %): ARM calls ${growth(from.armCalls, to.armCalls)}, activities ${growth(from.activities, to.activities)}, history events ${growth(from.historyEvents, to.historyEvents)}\n`,
  );
}
