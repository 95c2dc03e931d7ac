import type { CustomRowsEntry } from '../file/telemetry.ts';
import { EVER, intersect } from '../intervals.ts';
import { type State, span } from '../state/state.ts';
import { accepted, customLogTable, tableOf } from '../state/tables.ts';
import { periodOf } from '../state/traits.ts';
import type { Table, Workspace } from '../state/types.ts';
import { heartbeatActivity } from '../telemetry/activity.ts';
import { CUSTOM_ROWS } from '../telemetry/rates.ts';
import { lastRowIn, rowsIn, type Series } from '../telemetry/series.ts';
import { compare, datetime, iso, type LogTable, long, string } from './table.ts';

const HOUR_MS = 3_600_000;
/** From the row to the moment it came in, seconds. */
const LAG_SECONDS = 120;
/** `SourceSystem` of legacy agents. Facts file 3.9. */
const AGENTS: ReadonlySet<string> = new Set(['OpsManager', 'Linux']);

interface Rows extends Series {
  readonly sourceSystem: string;
  readonly computers: number;
}

/** Rows that came in to a custom table in [since, until], by writer. */
export function tableWriters(
  state: State,
  workspace: Workspace,
  name: string,
  since: number,
  until: number,
  now: number,
): LogTable {
  const lag = span(state, LAG_SECONDS);
  const [from, end] = [since - lag, Math.min(until + 1, now) - lag];
  const table = tableOf(workspace, name);
  const found = new Map<string, { rows: number; computers: number; last: number }>();
  for (const series of table === undefined ? [] : writersOf(state, workspace, table)) {
    const last = lastRowIn(series, from, end);
    if (last === undefined) continue;
    const known = found.get(series.sourceSystem) ?? { rows: 0, computers: 0, last: 0 };
    found.set(series.sourceSystem, {
      rows: known.rows + rowsIn(series, from, end),
      computers: known.computers + series.computers,
      last: Math.max(known.last, last + lag),
    });
  }
  return {
    columns: [string('SourceSystem'), long('rowCount'), long('computers'), datetime('lastRow')],
    rows: [...found]
      .sort(([a], [b]) => compare(a, b))
      .map(([source, { rows, computers, last }]) => [source, rows, computers, iso(last)]),
  };
}

function writersOf(state: State, workspace: Workspace, table: Table): readonly Rows[] {
  const declared = (state.customRows.get(workspace.customerId) ?? []).filter(
    (entry) => entry.table.toLowerCase() === table.name.toLowerCase(),
  );
  if (declared.length > 0) return declared.map((entry) => declaredRows(state, table, entry));
  const collected = [...workspace.dataSources.values()].some(
    (source) => customLogTable(source)?.toLowerCase() === table.name.toLowerCase(),
  );
  if (!collected) return [];
  return [...workspace.reporters].map((machine) => ({
    sourceSystem: machine.os === 'windows' ? 'OpsManager' : 'Linux',
    computers: 1,
    active: intersect(heartbeatActivity(state, machine, 'legacy', workspace), accepted(table)),
    rate: (CUSTOM_ROWS / HOUR_MS) * state.scale,
    phase: 0,
  }));
}

function declaredRows(state: State, table: Table, entry: CustomRowsEntry): Rows {
  const { sourceSystem = 'RestAPI', rowsPerHour = CUSTOM_ROWS, computers = 1 } = entry;
  const heard = [{ from: EVER, until: state.legacyEnds }];
  const active = periodOf(entry);
  return {
    ...{ sourceSystem, computers, rate: (rowsPerHour / HOUR_MS) * state.scale, phase: 0 },
    active: AGENTS.has(sourceSystem) ? intersect(intersect(active, heard), accepted(table)) : active,
  };
}
