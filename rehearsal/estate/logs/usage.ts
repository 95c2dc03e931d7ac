import type { UsageEntry } from '../file/telemetry.ts';
import { NEVER } from '../intervals.ts';
import type { State } from '../state/state.ts';
import type { Workspace } from '../state/types.ts';
import { volumes } from '../telemetry/volume.ts';
import { bool, compare, datetime, iso, type LogTable, real, string } from './table.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Tables the service does not bill. */
const FREE = new Set(['Heartbeat', 'Usage', 'Operation']);

type Row = readonly [string, boolean, number, string];

/** `Usage` by table: what machines wrote, with declared volumes in the place of theirs. Facts file 2.5. */
export function usageRows(
  state: State,
  workspace: Workspace,
  since: number,
  until: number,
  now: number,
): LogTable {
  const end = Math.min(until, now);
  const declared = state.usage.get(workspace.customerId) ?? [];
  const replaced = new Set(declared.map(({ table }) => table));
  const rows: Row[] = [];
  for (const [table, { bytes, lastSeen }] of volumes(state, workspace, since, end)) {
    if (!replaced.has(table)) rows.push([table, !FREE.has(table), round(bytes / 1e6), hour(lastSeen)]);
  }
  for (const entry of declared) {
    const row = declaredRow(entry, since, end);
    if (row !== undefined) rows.push(row);
  }
  rows.sort((a, b) => compare(a[0], b[0]));
  return {
    columns: [string('DataType'), bool('IsBillable'), real('megabytes'), datetime('lastSeen')],
    rows,
  };
}

function declaredRow(entry: UsageEntry, since: number, until: number): Row | undefined {
  const from = Math.max(since, entry.from === undefined ? since : Date.parse(entry.from));
  const end = Math.min(until, entry.until === undefined ? NEVER : Date.parse(entry.until));
  if (end <= from) return undefined;
  const megabytes = round((entry.megabytesPerDay * (end - from)) / DAY_MS);
  return [entry.table, entry.billable ?? true, megabytes, hour(end)];
}

/** Records of `Usage` are hourly. */
function hour(instant: number): string {
  return iso(Math.floor(instant / HOUR_MS) * HOUR_MS);
}

function round(megabytes: number): number {
  return Math.round(megabytes * 1000) / 1000;
}
