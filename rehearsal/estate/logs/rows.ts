import type { Recognised } from '../recognise.ts';
import { advanceAll } from '../state/scale-sets.ts';
import { settleAll } from '../state/settle.ts';
import type { State } from '../state/state.ts';
import type { Workspace } from '../state/types.ts';
import { heartbeatsSeen } from '../telemetry/heartbeats.ts';
import { rowsSeen } from '../telemetry/telemetry.ts';
import { tableWriters } from './custom-rows.ts';
import { doubledMachines, tableDuplicates } from './duplicates.ts';
import { freeSpaceRows } from './free-space.ts';
import { heartbeatRows } from './heartbeats.ts';
import { ingestionTroubleRows } from './ingestion-trouble.ts';
import { instanceHeartbeats } from './instance-heartbeats.ts';
import { columnBytes, eventIds, pairs } from './kinds-of-rows.ts';
import { legacyAgents } from './legacy-agents.ts';
import { type Owner, ownersOf } from './owners.ts';
import { securityEventWriters } from './security-event-writers.ts';
import { heartbeatSeriesRows, seriesRows } from './series.ts';
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
  advanceAll(state, now);
  const time = (name: string) => Date.parse(String(values[name]));
  const [since, until] = [time('since'), time('until')];
  const top = Number(values['top']);
  switch (query.id) {
    case 'heartbeats': {
      const window = { since, until, parts: Number(values['parts']), part: Number(values['part']) };
      return heartbeatRows(state, workspace, window, now);
    }
    case 'usage':
      return usageRows(state, workspace, since, until, now);
    case 'free-space':
      return freeSpaceRows(state, workspace, since, until, now);
    case 'table-writers':
      return tableWriters(state, workspace, String(values['logTable']), since, until, now);
    case 'legacy-agents':
      return legacyAgents(state, workspace, since, until, now);
    case 'ingestion-trouble':
      return ingestionTroubleRows(state, workspace, since, until, now);
    case 'heartbeat-series': {
      const window = { oldest: time('oldest'), since, until };
      return heartbeatSeriesRows(state, workspace, ownersOf(state, values['machines']), window, now);
    }
    case 'lever-security-event-ids':
      return eventIds(state, workspace, 'SecurityEvent', { since, until, now, top });
    case 'lever-event-ids':
      return eventIds(state, workspace, 'Event', { since, until, now, top });
    case 'lever-syslog-severities':
      return pairs(state, workspace, 'Syslog', { since, until, now, top });
    case 'lever-perf-counters':
      return pairs(state, workspace, 'Perf', { since, until, now, top });
    case 'lever-column-bytes': {
      const rowsWanted = Number(values['rowsWanted']);
      return columnBytes(state, workspace, String(values['logTable']), { since, until, now, rowsWanted });
    }
    case 'security-event-writers': {
      const window = { since, splitAt: time('splitAt'), resumeAt: time('resumeAt'), until };
      return securityEventWriters(state, workspace, window, now);
    }
    case 'custom-duplicates': {
      const tables = [String(values['legacyTable']), String(values['logTable'])];
      return tableDuplicates(state, workspace, tables, { oldest: time('oldest'), since, now });
    }
    case 'doubled-machines':
      return doubledMachines(state, workspace, { oldest: time('oldest'), since, now });
    case 'agent-heartbeats':
      return agentHeartbeats(state, workspace, ownersOf(state, values['machines']), since, until, now);
    case 'instance-heartbeats':
      return instanceHeartbeats(state, workspace, ownersOf(state, values['machines']), since, until, now);
  }
  if (query.id.startsWith('table-series-')) {
    const table = query.id.replace(/^table-series-|-rhythms$/g, '');
    const important = new Set(values['important'] as readonly string[]);
    const ignored = new Set((values['ignored'] as readonly string[]).map((key) => key.toLowerCase()));
    const machines = ownersOf(state, values['machines']);
    const rhythms = Array.isArray(values['rhythms'])
      ? { rhythms: { shares: sharesOf(values['rhythms']), baselineUntil: time('baselineUntil') } }
      : {};
    return seriesRows(
      state,
      workspace,
      [table],
      machines,
      { since, until, important, ignored, ...rhythms },
      now,
    );
  }
  if (query.id.startsWith('custom-series')) {
    const tables = [values['legacyTable'], values['logTable']].flatMap((name) => name ?? []);
    const window = { since, until, important: new Set<string>(), ignored: new Set<string>() };
    return seriesRows(state, workspace, tables, ownersOf(state, values['machines']), window, now);
  }
  if (query.id.startsWith('table-duplicates-')) {
    const table = query.id.slice('table-duplicates-'.length);
    return tableDuplicates(state, workspace, [table], { oldest: time('oldest'), since, now });
  }
  if (!query.id.startsWith('table-rows-') && query.id !== 'custom-rows') return undefined;
  const table =
    query.id === 'custom-rows' ? String(values['logTable']) : query.id.slice('table-rows-'.length);
  const windows = {
    baselineSince: time('baselineSince'),
    baselineUntil: time('baselineUntil'),
    since,
    until,
  };
  const rows = ownersOf(state, values['machines']).flatMap(({ key, machines }) => {
    const all = machines.flatMap((one) => rowsSeen(state, one, workspace, table, windows, now) ?? []);
    if (all.length === 0) return [];
    const sum = (count: 'rowCount' | 'baselineCount') => all.reduce((n, seen) => n + seen[count], 0);
    const last = Math.max(...all.map(({ lastRow }) => lastRow));
    return [[key, sum('rowCount'), sum('baselineCount'), iso(last)]];
  });
  return {
    columns: [string('ResourceId'), long('rowCount'), long('baselineCount'), datetime('lastRow')],
    rows,
  };
}

/** Texts of `counter`, a line break and its share. */
function sharesOf(texts: readonly string[]): Map<string, number> {
  return new Map(
    texts.map((item) => {
      const [counter = '', share] = item.split('\n');
      return [counter, Number(share)] as const;
    }),
  );
}

function agentHeartbeats(
  state: State,
  workspace: Workspace,
  owners: readonly Owner[],
  since: number,
  until: number,
  now: number,
): LogTable {
  const rows = owners.flatMap(({ key, machines }) => {
    const last = new Map<string, number>();
    for (const { category, lastSeen } of machines.flatMap((one) =>
      heartbeatsSeen(state, one, workspace, since, until, now),
    ))
      last.set(category, Math.max(lastSeen, last.get(category) ?? lastSeen));
    return [...last]
      .sort(([a], [b]) => compare(a, b))
      .map(([category, lastSeen]) => [key, category, iso(lastSeen)]);
  });
  return { columns: [string('ResourceId'), string('Category'), datetime('lastSeen')], rows };
}
