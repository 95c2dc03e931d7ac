import type { Table } from '../../../shared/model/streams.ts';
import type { Recognised } from '../recognise.ts';
import { settleAll } from '../state/settle.ts';
import type { State } from '../state/state.ts';
import type { Machine, Workspace } from '../state/types.ts';
import { heartbeatsSeen, rowsSeen } from '../telemetry/telemetry.ts';

export interface LogColumn {
  readonly name: string;
  readonly type: 'string' | 'datetime' | 'long';
}

export interface LogTable {
  readonly columns: readonly LogColumn[];
  readonly rows: readonly (readonly unknown[])[];
}

const string = (name: string): LogColumn => ({ name, type: 'string' });
const datetime = (name: string): LogColumn => ({ name, type: 'datetime' });
const long = (name: string): LogColumn => ({ name, type: 'long' });
const iso = (instant: number): string => new Date(instant).toISOString();

/** Answers a recognised query on one workspace from telemetry. */
export function logRows(
  state: State,
  workspace: Workspace,
  { query, values }: Recognised,
  now: number,
): LogTable | undefined {
  settleAll(state, now);
  const time = (name: string) => Date.parse(String(values[name]));
  if (query.id === 'heartbeats') return heartbeats(state, workspace, time('since'), time('until'), now);
  if (query.id === 'agent-heartbeats') {
    return agentHeartbeats(
      state,
      workspace,
      named(state, values['machines']),
      time('since'),
      time('until'),
      now,
    );
  }
  if (query.id.startsWith('table-rows-')) {
    const table = query.id.slice('table-rows-'.length) as Table;
    const windows = {
      baselineSince: time('baselineSince'),
      baselineUntil: time('baselineUntil'),
      since: time('since'),
      until: time('until'),
    };
    const rows = named(state, values['machines']).flatMap((machine) => {
      const seen = rowsSeen(state, machine, workspace, table, windows, now);
      return seen === undefined ? [] : [[machine.key, seen.rowCount, seen.baselineCount, iso(seen.lastRow)]];
    });
    return {
      columns: [string('ResourceId'), long('rowCount'), long('baselineCount'), datetime('lastRow')],
      rows,
    };
  }
  return undefined;
}

function heartbeats(state: State, workspace: Workspace, since: number, until: number, now: number): LogTable {
  const rows: [string, string, string, string][] = [];
  for (const machine of workspace.reporters) {
    for (const seen of heartbeatsSeen(state, machine, workspace, since, until, now)) {
      rows.push([machine.key, machine.computer.toLowerCase(), seen.category, iso(seen.lastSeen)]);
    }
  }
  for (const lonely of workspace.lonely) {
    const ends = lonely.agent === 'legacy' ? state.legacyEnds : Number.POSITIVE_INFINITY;
    const last = Math.max(
      ...lonely.heard
        .map((part) => Math.min(part.until, ends, until + 1, now - 60_000) - 1)
        .filter((at, i) => at >= (lonely.heard[i]?.from ?? 0)),
    );
    if (last >= since)
      rows.push([
        '',
        lonely.computer.toLowerCase(),
        lonely.category,
        iso(Math.floor(last / 60_000) * 60_000),
      ]);
  }
  rows.sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]) || compare(a[2], b[2]));
  return {
    columns: [string('ResourceId'), string('Computer'), string('Category'), datetime('lastSeen')],
    rows,
  };
}

function agentHeartbeats(
  state: State,
  workspace: Workspace,
  machines: readonly Machine[],
  since: number,
  until: number,
  now: number,
): LogTable {
  const rows = machines.flatMap((machine) =>
    heartbeatsSeen(state, machine, workspace, since, until, now)
      .sort((a, b) => compare(a.category, b.category))
      .map((seen) => [machine.key, seen.category, iso(seen.lastSeen)]),
  );
  return { columns: [string('ResourceId'), string('Category'), datetime('lastSeen')], rows };
}

/** The queries compare `tolower(_ResourceId) in (machines)`: an id that is not lower case finds nothing, as in Azure. */
function named(state: State, ids: string | readonly string[] | undefined): Machine[] {
  const found = (Array.isArray(ids) ? ids : []).flatMap((id) => state.machines.get(id) ?? []);
  return [...new Set(found)].sort((a, b) => compare(a.key, b.key));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
