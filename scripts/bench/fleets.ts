import type { Metrics } from '../../rehearsal/drive/metrics.ts';
import type { Exchange } from '../../rehearsal/estate/index.ts';

export interface FleetResult {
  readonly machines: number;
  readonly wallSeconds: number;
  readonly peakMemoryMiB: number;
  readonly completed: boolean;
  /** Queries that compare the data of 1,000 machines once; null where they were not counted. */
  readonly queriesARound: number | null;
  readonly metrics: Metrics;
}

/** One rehearsal of ready machines, in this process. */
export async function benchFleet(machines: number, cells: number): Promise<FleetResult> {
  const { fleet } = await import('../../rehearsal/samples/build-fleet.ts');
  const { rehearse } = await import('../../rehearsal/rehearse.ts');
  const began = performance.now();
  const asked = { queries: 0, machines: 0 };
  const count = ({ liveRequest: { body } }: Exchange) => {
    const text = String((body as { query?: unknown } | undefined)?.query ?? '');
    if (!text.includes('| make-series counts = ')) return;
    asked.queries += 1;
    const list = /^let machines = dynamic\((\[.*\])\);$/m.exec(text)?.[1];
    if (text.includes('aheadSeconds')) asked.machines += list?.split(',').length ?? 0;
  };
  const run = await rehearse({
    file: fleet({ machines, seed: 1, cells, arcShare: 0.3 }),
    plan: { cohorts: { pilotSize: 0, firstSize: machines, maxSize: machines } },
    seed: 1,
    requestLog: 'counters',
    // Only where it does not weigh on the time that is measured.
    ...(machines <= 1000 ? { onExchange: count } : {}),
  });
  return {
    machines,
    wallSeconds: Math.round((performance.now() - began) / 100) / 10,
    peakMemoryMiB: peakMemoryMiB(),
    completed: run.result.completed,
    queriesARound: asked.machines === 0 ? null : Math.round((asked.queries / asked.machines) * 1000),
    metrics: run.metrics,
  };
}

/** The most this process ever held. */
export function peakMemoryMiB(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

export function printFleets(fleets: readonly FleetResult[]): void {
  const rows = fleets.map(({ machines, wallSeconds, peakMemoryMiB: memory, metrics, queriesARound }) => [
    machines,
    wallSeconds.toFixed(1),
    memory,
    metrics.perMachine.armCalls,
    metrics.perMachine.activities,
    metrics.perMachine.historyEvents,
    metrics.throttled,
    `${Math.round(metrics.highestShare.share * 100)} %`,
    Math.round(metrics.simulatedSeconds / 60),
    queriesARound ?? '-',
  ]);
  const header = [
    'machines',
    'wall s',
    'MiB',
    'ARM/m',
    'act/m',
    'events/m',
    '429',
    'peak',
    'sim min',
    'queries',
  ];
  for (const row of [header, ...rows])
    process.stdout.write(`${row.map((cell) => String(cell).padStart(9)).join('')}\n`);
  process.stdout.write(
    '\nqueries: to compare the data of 1,000 machines once (goal: under 40 in waves of 1,000)\n',
  );
  const from = fleets.find(({ machines }) => machines === 500)?.metrics.perMachine;
  const to = fleets.find(({ machines }) => machines === 5000)?.metrics.perMachine;
  if (from === undefined || to === undefined) return;
  const growth = (a: number, b: number) => `${Math.round((b / a - 1) * 100)} %`;
  process.stdout.write(
    `\nGrowth from 500 to 5,000 machines (goal: at most 20 %): ARM calls ${growth(from.armCalls, to.armCalls)}, activities ${growth(from.activities, to.activities)}, history events ${growth(from.historyEvents, to.historyEvents)}\n`,
  );
}
