import type { PlannedMachine } from '../model/plan.ts';
import { LEGACY_TABLES, type Table } from '../model/streams.ts';
import type { PlannableEstate } from './planned-machine.ts';

/** A table of a workspace that none of the rules fills for these machines. */
export interface LostTable {
  readonly table: Table;
  readonly workspaceId: string;
  readonly machines: number;
}

/**
 * Tables a workspace takes in today that planned machines would no longer write to, because none of their
 * rules names them. The usage of a workspace does not tell its machines apart, so this is for a person to judge.
 */
export function lostTables(machines: readonly PlannedMachine[], estate: PlannableEstate): LostTable[] {
  const inUse = new Map(
    estate.workspaces.map(({ id, use }) => [id, new Set((use?.tables ?? []).map(({ table }) => table))]),
  );
  const lost = new Map<string, { table: Table; workspaceId: string; machines: number }>();
  for (const { os, legacyWorkspaces, rules } of machines) {
    for (const workspaceId of legacyWorkspaces) {
      const filled = new Set(
        rules.filter((rule) => rule.workspaceId === workspaceId).flatMap(({ tables }) => tables),
      );
      for (const table of LEGACY_TABLES[os]) {
        if (filled.has(table) || inUse.get(workspaceId)?.has(table) !== true) continue;
        const key = `${workspaceId}|${table}`;
        const known = lost.get(key) ?? { table, workspaceId, machines: 0 };
        known.machines += 1;
        lost.set(key, known);
      }
    }
  }
  return [...lost].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
