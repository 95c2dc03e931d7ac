import type { PlannedMachine } from '../model/plan.ts';
import type { Policy } from '../model/policy.ts';
import { LEGACY_TABLES } from '../model/streams.ts';
import type { PlannableEstate } from './planned-machine.ts';
import { plannedTables } from './planned-tables.ts';

/** A table of a workspace that none of the rules fills for these machines. */
export interface LostTable {
  readonly table: string;
  readonly workspaceId: string;
  readonly machines: number;
}

/**
 * Tables a workspace takes in today that planned machines would no longer write to, because none of their
 * rules names them. The usage of a workspace does not tell its machines apart, so this is for a person to judge.
 */
export function lostTables(
  machines: readonly PlannedMachine[],
  estate: Pick<PlannableEstate, 'workspaces'>,
  policy: Pick<Policy, 'verification'>,
): LostTable[] {
  const byId = new Map(estate.workspaces.map((one) => [one.id, plannedTables(one, policy)]));
  const inUse = new Map(
    [...byId].map(([id, { tables }]) => [id, new Set(tables.map((table) => table.toLowerCase()))]),
  );
  const lost = new Map<string, { table: string; workspaceId: string; machines: number }>();
  for (const { os, legacyWorkspaces, rules } of machines) {
    for (const workspaceId of legacyWorkspaces) {
      const filled = new Set(
        rules
          .filter((rule) => rule.workspaceId === workspaceId)
          .flatMap(({ tables }) => tables.map((table) => table.toLowerCase())),
      );
      const logs = (byId.get(workspaceId)?.customLogs ?? []).filter((log) => log.os.includes(os));
      const wanted = [
        ...LEGACY_TABLES[os].map((table) => ({ table, filledBy: [table] })),
        ...logs.map(({ table, replacedBy }) => ({ table, filledBy: [table, replacedBy] })),
      ];
      for (const { table, filledBy } of wanted) {
        const isFilled = filledBy.some((name) => filled.has(name.toLowerCase()));
        if (isFilled || inUse.get(workspaceId)?.has(table.toLowerCase()) !== true) continue;
        const key = `${workspaceId}|${table}`;
        const known = lost.get(key) ?? { table, workspaceId, machines: 0 };
        known.machines += 1;
        lost.set(key, known);
      }
    }
  }
  return [...lost].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
