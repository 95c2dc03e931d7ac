import type { Os } from '../file/common.ts';
import { EVER, type Intervals, NEVER } from '../intervals.ts';
import { dict, dig, list, text } from '../json.ts';
import type { State } from './state.ts';
import type { DataSource, Table, Workspace } from './types.ts';

/** A classic table stays one until its migration is through. */
export function isClassic({ classic, migratedAt }: Table, now: number): boolean {
  return classic && (migratedAt === undefined || migratedAt > now);
}

/** A custom log of the legacy agent has a classic table. Facts file 2.10. */
export function tableOf(workspace: Workspace, name: string): Table | undefined {
  const made = workspace.tables.get(name.toLowerCase());
  if (made !== undefined) return made;
  const log = [...workspace.dataSources.values()]
    .map(customLogTable)
    .find((table) => table?.toLowerCase() === name.toLowerCase());
  if (log === undefined) return undefined;
  const columns = ['TimeGenerated', 'Computer', 'RawData'].map((column) => ({
    name: column,
    type: column === 'TimeGenerated' ? 'dateTime' : 'string',
  }));
  return { name: log, columns, classic: true, readyAt: 0 };
}

/** The table that a custom log of the legacy agent fills; undefined for other settings. */
export function customLogTable({ kind, properties }: DataSource): string | undefined {
  if (kind.toLowerCase() !== 'customlog') return undefined;
  return `${(text(dict(properties)['customLogName']) ?? '').replace(/_CL$/i, '')}_CL`;
}

/** Systems that a custom log names files for; one without any is read on both. */
export function logPaths({ properties }: DataSource): readonly Os[] {
  const places = list(dig(properties, 'inputs')).map((input) =>
    dict(dig(input, 'location', 'fileSystemLocations')),
  );
  const named = (['windows', 'linux'] as const).filter((os) =>
    places.some((place) => list(place[`${os}FileTypeLogPaths`]).length > 0),
  );
  return named.length > 0 ? named : ['windows', 'linux'];
}

/** Rows of legacy agents are taken until the table is migrated. Facts file 2.10. */
export function accepted({ classic, migratedAt }: Table): Intervals {
  return [{ from: EVER, until: classic ? (migratedAt ?? NEVER) : EVER }];
}

/** Custom tables that agents of a workspace fill, or may: those of custom logs, and those that rules were made for. */
export function customTables(workspace: Workspace): readonly string[] {
  const ofLogs = [...workspace.dataSources.values()].flatMap((source) => customLogTable(source) ?? []);
  const all = [...ofLogs, ...[...workspace.tables.values()].map(({ name }) => name)];
  return [...new Map(all.map((name) => [name.toLowerCase(), name])).values()];
}

/** Whether a query finds the custom table: it was made, agents have a log for it, or a rule of the file fills it. */
export function hasTable(state: State, workspace: Workspace, name: string): boolean {
  if (tableOf(workspace, name) !== undefined) return true;
  const key = name.toLowerCase();
  const declared = state.customRows.get(workspace.customerId) ?? [];
  return (
    declared.some(({ table }) => table.toLowerCase() === key) ||
    [...state.rules.values()].some(({ versions }) =>
      versions.some(({ flows }) => flows.get(key)?.includes(workspace.customerId)),
    )
  );
}
