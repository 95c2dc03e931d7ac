import { z } from 'zod';
import type { OsType } from '../model/agents.ts';
import type { CustomLog } from '../model/streams.ts';
import { legacyTable, newTable } from './convert/kinds/table-names.ts';
import type { SettingsSource } from './convert/model.ts';

const Paths = z.array(z.unknown()).nullish().catch(null);
const Properties = z.object({
  customLogName: z.string().min(1),
  inputs: z
    .array(
      z.object({
        location: z.object({
          fileSystemLocations: z.object({ windowsFileTypeLogPaths: Paths, linuxFileTypeLogPaths: Paths }),
        }),
      }),
    )
    .catch([]),
});

/**
 * The custom tables that legacy agents of a workspace fill, by its settings of kind `CustomLog`. A log whose paths
 * cannot be read counts for both systems: it is better asked for in vain than forgotten. In order of name.
 */
export function customLogsOf(sources: readonly SettingsSource[]): CustomLog[] {
  const found = new Map<string, CustomLog>();
  for (const { properties } of sources) {
    const parsed = Properties.safeParse(properties);
    if (!parsed.success) continue;
    const table = legacyTable(parsed.data.customLogName);
    const named = parsed.data.inputs.flatMap(({ location: { fileSystemLocations } }): OsType[] => [
      ...(fileSystemLocations.windowsFileTypeLogPaths?.length ? (['windows'] as const) : []),
      ...(fileSystemLocations.linuxFileTypeLogPaths?.length ? (['linux'] as const) : []),
    ]);
    const known = found.get(table.toLowerCase());
    const os = new Set([
      ...(known?.os ?? []),
      ...(named.length > 0 ? named : (['windows', 'linux'] as const)),
    ]);
    found.set(table.toLowerCase(), { table: known?.table ?? table, os: [...os].sort() });
  }
  return [...found.values()].sort((a, b) => (a.table < b.table ? -1 : 1));
}

/** The table that conversion sends a custom log to. */
export function replacementOf(table: string): string {
  return newTable(table);
}
