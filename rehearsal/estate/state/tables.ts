import { dict, text } from '../json.ts';
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
