import type { DoubleIngestion, Forecast } from '../model/forecast.ts';
import type { PlannedMachine, PlannedWave } from '../model/plan.ts';
import type { PlanRequest } from '../model/plan-request.ts';
import { type Reporters, sumWave } from './double-ingestion.ts';
import { forecastPlan, forecastWave } from './forecast.ts';
import { settingsOfWave } from './wave-settings.ts';

/** The waves of a plan with their settings, and a forecast in which they follow each other from an instant on. */
export function planWaves(
  request: PlanRequest,
  waves: readonly (readonly PlannedMachine[])[],
  reporters: Reporters,
  startMs: number,
): { waves: PlannedWave[]; forecast: Forecast } {
  const hasPilot = request.cohorts.pilotSize !== 0;
  const planned: PlannedWave[] = [];
  const doubled: DoubleIngestion[] = [];
  let nextMs: number | null = startMs;
  for (const [index, machines] of waves.entries()) {
    const settings = settingsOfWave(request, index, hasPilot);
    const legacyWorkspaces = workspacesOf(machines);
    const times = forecastWave(machines, request.policy, settings, nextMs);
    const inWave = reporters.doubled(machines, legacyWorkspaces, times.overlapSeconds);
    doubled.push(...inWave);
    planned.push({
      index,
      machineCount: machines.length,
      cells: cellsOf(machines),
      legacyWorkspaces,
      settings,
      forecast: { ...times.forecast, doubleIngestion: sumWave(inWave) },
    });
    nextMs = times.endMs;
  }
  const forecast = forecastPlan(
    planned.map((wave) => wave.forecast),
    doubled,
    startMs,
  );
  return { waves: planned, forecast };
}

function cellsOf(machines: readonly PlannedMachine[]): PlannedWave['cells'] {
  const cells = new Map<string, number>();
  for (const { cell } of machines) cells.set(cell, (cells.get(cell) ?? 0) + 1);
  return [...cells]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([cell, machineCount]) => ({ cell, machineCount }));
}

function workspacesOf(machines: readonly PlannedMachine[]): string[] {
  const found = new Set<string>();
  for (const { legacyWorkspaces } of machines) for (const id of legacyWorkspaces) found.add(id);
  return [...found].sort();
}
