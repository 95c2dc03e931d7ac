import type { Table } from '../../../shared/model/streams.ts';
import type { Recognised } from '../recognise.ts';
import { settleAll } from '../state/settle.ts';
import type { State } from '../state/state.ts';
import type { Machine, Workspace } from '../state/types.ts';
import { heartbeatsSeen } from '../telemetry/heartbeats.ts';
import { rowsSeen } from '../telemetry/telemetry.ts';
import { freeSpaceRows } from './free-space.ts';
import { heartbeatRows } from './heartbeats.ts';
import { compare, datetime, iso, type LogTable, long, string } from './table.ts';
import { usageRows } from './usage.ts';

/** Answers a recognised query on one workspace from telemetry. */
export function logRows(
  state: State,
  workspace: Workspace,
  { query, values }: Recognised,
  now: number,
): LogTable | undefined {
  settleAll(state, now);
  const time = (name: string) => Date.parse(String(values[name]));
  const [since, until] = [time('since'), time('until')];
  switch (query.id) {
    case 'heartbeats': {
      const window = { since, until, parts: Number(values['parts']), part: Number(values['part']) };
      return heartbeatRows(state, workspace, window, now);
    }
    case 'usage':
      return usageRows(state, workspace, since, until, now);
    case 'free-space':
      return freeSpaceRows(state, workspace, since, until, now);
    case 'agent-heartbeats':
      return agentHeartbeats(state, workspace, named(state, values['machines']), since, until, now);
  }
  if (!query.id.startsWith('table-rows-')) return undefined;
  const table = query.id.slice('table-rows-'.length) as Table;
  const windows = {
    baselineSince: time('baselineSince'),
    baselineUntil: time('baselineUntil'),
    since,
    until,
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

function agentHeartbeats(
  state: State,
  workspace: Workspace,
  machines: readonly Machine[],
  since: number,
  until: number,
  now: number,
): LogTable {
  const rows = machines.flatMap((machine) => {
    const last = new Map<string, number>();
    for (const { category, lastSeen } of heartbeatsSeen(state, machine, workspace, since, until, now))
      last.set(category, Math.max(lastSeen, last.get(category) ?? lastSeen));
    return [...last]
      .sort(([a], [b]) => compare(a, b))
      .map(([category, lastSeen]) => [machine.key, category, iso(lastSeen)]);
  });
  return { columns: [string('ResourceId'), string('Category'), datetime('lastSeen')], rows };
}

/** The queries compare `tolower(_ResourceId) in (machines)`: an id that is not lower case finds nothing, as in Azure. */
function named(state: State, ids: string | readonly string[] | undefined): Machine[] {
  const found = (Array.isArray(ids) ? ids : []).flatMap((id) => state.machines.get(id) ?? []);
  return [...new Set(found)].sort((a, b) => compare(a.key, b.key));
}
