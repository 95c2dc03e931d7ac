import type { DoubleIngestion, DoubleIngestionSum } from '../model/forecast.ts';
import type { Machine, Workspace } from '../model/machine.ts';
import type { PlannedMachine } from '../model/plan.ts';
import { TABLES } from '../model/streams.ts';

/** An agent that was not heard for this long before the inventory sends nothing. */
const SILENT_AFTER_MS = 3 * 86_400_000;

/** Who sends what to which workspace, gathered while the inventory is read. */
export interface Reporters {
  add(machine: Machine): void;
  /** Volume that a wave doubles in each workspace while both of its agents collect. */
  doubled(
    machines: readonly PlannedMachine[],
    workspaces: readonly string[],
    overlapSeconds: number | null,
  ): DoubleIngestion[];
}

export function createReporters(workspaces: readonly Workspace[], inventoryAt: string): Reporters {
  const since = Date.parse(inventoryAt) - SILENT_AFTER_MS;
  const byId = new Map(workspaces.map((workspace) => [workspace.id, workspace]));
  const machinesOf = new Map<string, Set<string>>();
  return {
    add(machine) {
      for (const { workspaceId, agent, lastSeen } of machine.reports) {
        if (agent === 'ama' || Date.parse(lastSeen) < since) continue;
        const known = machinesOf.get(workspaceId);
        if (known === undefined) machinesOf.set(workspaceId, new Set([machine.id]));
        else known.add(machine.id);
      }
    },

    doubled(machines, workspaceIds, overlapSeconds) {
      return workspaceIds.map((workspaceId): DoubleIngestion => {
        const { use = null, customLogs } = byId.get(workspaceId) ?? {};
        if (use === null) return { workspaceId, gigabytes: null, reason: 'usageUnread' };
        const reporters = machinesOf.get(workspaceId);
        if (reporters === undefined) return { workspaceId, gigabytes: 0, reason: 'legacySilent' };
        if (overlapSeconds === null) return { workspaceId, gigabytes: null, reason: 'neverEnds' };
        const share = machines.filter(({ id }) => reporters.has(id)).length / reporters.size;
        const perDay = use.tables
          .filter(({ table, billable }) => billable && isAgentTable(table, customLogs))
          .reduce((sum, { megabytesPerDay }) => sum + megabytesPerDay, 0);
        return { workspaceId, gigabytes: round((perDay * share * overlapSeconds) / 86_400 / 1000) };
      });
    },
  };
}

/** Sums the workspaces of one wave, as far as they are known. */
export function sumWave(lines: readonly DoubleIngestion[]): DoubleIngestionSum {
  const known = lines.flatMap(({ gigabytes }) => gigabytes ?? []);
  return {
    gigabytes: known.length === 0 && lines.length > 0 ? null : round(known.reduce((n, one) => n + one, 0)),
    unknownWorkspaces: lines.length - known.length,
  };
}

/** Sums waves workspace by workspace; one unknown makes a sum unknown. */
export function sumDoubled(all: readonly DoubleIngestion[]): DoubleIngestion[] {
  const sums = new Map<string, DoubleIngestion>();
  for (const line of all) {
    const known = sums.get(line.workspaceId);
    if (known === undefined) sums.set(line.workspaceId, line);
    else if (line.gigabytes === null) sums.set(line.workspaceId, line);
    else if (known.gigabytes !== null) {
      sums.set(line.workspaceId, { ...known, gigabytes: round(known.gigabytes + line.gigabytes) });
    }
  }
  return [...sums.values()].sort((a, b) => (a.workspaceId < b.workspaceId ? -1 : 1));
}

function isAgentTable(table: string, logs: Workspace['customLogs']): boolean {
  const known = [...TABLES, ...(logs ?? []).map((log) => log.table)];
  return known.some((name) => name.toLowerCase() === table.toLowerCase());
}

function round(gigabytes: number): number {
  return Math.round(gigabytes * 1000) / 1000;
}
