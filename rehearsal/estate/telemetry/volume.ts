import { TABLES, type Table } from '../../../shared/model/streams.ts';
import type { Agent } from '../file/common.ts';
import { elapsedIn, type Intervals } from '../intervals.ts';
import type { State } from '../state/state.ts';
import { customTables } from '../state/tables.ts';
import type { Workspace } from '../state/types.ts';
import { heartbeatActivity, rowActivity } from './activity.ts';
import { rowRate } from './rates.ts';

/** Bytes of an average row as the service bills it. Own estimates. */
const BUILT_IN_BYTES: Readonly<Record<Table | 'Heartbeat', number>> = {
  Perf: 250,
  Event: 900,
  SecurityEvent: 1100,
  Syslog: 350,
  CommonSecurityLog: 700,
  W3CIISLog: 600,
  InsightsMetrics: 350,
  ConfigurationChange: 1500,
  Heartbeat: 450,
};

/** Bytes of an average row of a text log. Own estimate. */
const TEXT_LOG_BYTES = 300;

export function rowBytes(table: string): number {
  return Object.hasOwn(BUILT_IN_BYTES, table)
    ? BUILT_IN_BYTES[table as keyof typeof BUILT_IN_BYTES]
    : TEXT_LOG_BYTES;
}

/** Heartbeats an hour: one a minute. */
const HEARTBEATS_PER_MS = 1 / 60_000;
const AGENTS: readonly Agent[] = ['ama', 'legacy'];

export interface Volume {
  bytes: number;
  lastSeen: number;
}

/** What the machines of a workspace wrote in [since, until), by table. */
export function volumes(
  state: State,
  workspace: Workspace,
  since: number,
  until: number,
): Map<string, Volume> {
  const out = new Map<string, Volume>();
  const tables = [...TABLES, ...customTables(workspace)];
  for (const machine of workspace.reporters) {
    for (const agent of AGENTS) {
      if (!machine.episodes.some((episode) => episode.agent === agent)) continue;
      const heard = heartbeatActivity(state, machine, agent, workspace);
      add(out, 'Heartbeat', heard, since, until, HEARTBEATS_PER_MS * state.scale * rowBytes('Heartbeat'));
      if (!touches(heard, since, until)) continue;
      for (const table of tables) {
        const rate = rowRate(state, machine, agent, table);
        if (rate <= 0) continue;
        const active = rowActivity(state, machine, agent, table, workspace);
        add(out, table, active, since, until, rate * rowBytes(table));
      }
    }
  }
  return out;
}

function add(
  out: Map<string, Volume>,
  table: string,
  active: Intervals,
  since: number,
  until: number,
  bytesPerMs: number,
): void {
  const time = elapsedIn(active, until) - elapsedIn(active, since);
  if (time <= 0) return;
  let lastSeen = since;
  for (const part of active)
    if (part.from < until) lastSeen = Math.max(lastSeen, Math.min(part.until, until));
  const volume = out.get(table);
  if (volume === undefined) out.set(table, { bytes: time * bytesPerMs, lastSeen });
  else {
    volume.bytes += time * bytesPerMs;
    volume.lastSeen = Math.max(volume.lastSeen, lastSeen);
  }
}

function touches(active: Intervals, since: number, until: number): boolean {
  return active.some((part) => part.from < until && part.until > since);
}
