import type { Workspace } from '../model/machine.ts';
import type { Policy } from '../model/policy.ts';
import { isBuiltIn, type PlannedCustomLog } from '../model/streams.ts';
import { replacementOf } from '../rules/custom-log-tables.ts';

/** Of the tables of a workspace, those that verification asks for: agents fill them, or may have filled them. */
export function plannedTables(
  { use, customLogs }: Pick<Workspace, 'use' | 'customLogs'>,
  { verification }: Pick<Policy, 'verification'>,
): { readonly tables: readonly string[]; readonly customLogs: readonly PlannedCustomLog[] } {
  const named = new Map(
    Object.entries(verification.customTables).map(([from, to]) => [from.toLowerCase(), to] as const),
  );
  const logs = (customLogs ?? []).map((log) => ({
    ...log,
    replacedBy: named.get(log.table.toLowerCase()) ?? replacementOf(log.table),
  }));
  const known = new Set(logs.flatMap(({ table }) => table.toLowerCase()));
  const tables = (use?.tables ?? [])
    .map(({ table }) => table)
    .filter((table) => isBuiltIn(table) || known.has(table.toLowerCase()));
  return { tables: [...new Set(tables)].sort(), customLogs: logs };
}
