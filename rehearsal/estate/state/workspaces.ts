import { EVER } from '../intervals.ts';
import { type Dict, dict, list, text } from '../json.ts';
import { hash } from '../random.ts';
import { customLogTable, tableOf } from './tables.ts';
import type { DataSource, Workspace } from './types.ts';

/** The two kinds that hold a security event tier. Facts file 3.7. */
export const TIER_KINDS = [
  'securityinsightssecurityeventcollectionconfiguration',
  'securityeventcollectionconfiguration',
];

/** Stores a data source and remembers since when a security event tier holds. */
export function putDataSource(
  workspace: Workspace,
  name: string,
  kind: string,
  properties: Dict,
  at: number,
  id?: string,
): DataSource {
  const key = name.toLowerCase();
  const before = workspace.dataSources.get(key);
  const stored: DataSource = {
    id: before?.id ?? id ?? `${workspace.id}/dataSources/${name}`,
    name: before?.name ?? name,
    kind,
    properties,
    etag: `W/"datetime'${new Date(at).toISOString()}-${hash(`${workspace.key}|${key}|${JSON.stringify(properties)}`)}'"`,
  };
  workspace.dataSources.set(key, stored);
  if (TIER_KINDS.includes(kind.toLowerCase()))
    recordTier(workspace, kind, text(dict(properties)['tier']) ?? 'None', at);
  return stored;
}

/** A table of the estate file, there since ever. */
export function loadTable(workspace: Workspace, name: string, properties: Dict): void {
  const schema = dict(properties['schema']);
  workspace.tables.set(name.toLowerCase(), {
    name,
    columns: list(schema['columns']).map((column) => ({
      name: text(dict(column)['name']) ?? '',
      type: text(dict(column)['type']) ?? '',
    })),
    classic: text(schema['tableSubType'])?.toLowerCase() === 'classic',
    readyAt: EVER,
  });
}

export function removeDataSource(workspace: Workspace, name: string, at: number): boolean {
  const stored = workspace.dataSources.get(name.toLowerCase());
  if (stored === undefined) return false;
  const table = tableOf(workspace, customLogTable(stored) ?? '');
  // A custom log goes; its table and what is in it stay.
  if (table !== undefined) workspace.tables.set(table.name.toLowerCase(), table);
  workspace.dataSources.delete(name.toLowerCase());
  if (TIER_KINDS.includes(stored.kind.toLowerCase())) recordTier(workspace, stored.kind, 'None', at);
  return true;
}

function recordTier(workspace: Workspace, kind: string, tier: string, at: number): void {
  const history = workspace.tiers.get(kind.toLowerCase()) ?? [];
  history.push({ at: history.length === 0 && at === EVER ? EVER : at, tier });
  workspace.tiers.set(kind.toLowerCase(), history);
}
