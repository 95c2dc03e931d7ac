import type { State } from '../state/state.ts';
import type { Workspace } from '../state/types.ts';
import { heartbeatsSeen } from '../telemetry/heartbeats.ts';
import { compare, datetime, iso, type LogTable, real, string } from './table.ts';

/** Declared free space of the machines that report to a workspace, as new as their last heartbeat. */
export function freeSpaceRows(
  state: State,
  workspace: Workspace,
  since: number,
  until: number,
  now: number,
): LogTable {
  const rows: (readonly [string, string, number, string])[] = [];
  for (const [key, entries] of state.freeSpace) {
    const machine = state.machines.get(key);
    if (machine === undefined || !workspace.reporters.has(machine)) continue;
    const heard = heartbeatsSeen(state, machine, workspace, since, until, now).map(
      ({ lastSeen }) => lastSeen,
    );
    for (const { disk, megabytes, lastSeen } of entries) {
      const at = lastSeen === undefined ? Math.max(...heard) : Date.parse(lastSeen);
      if (at >= since && at <= until) rows.push([key, disk, megabytes, iso(at)]);
    }
  }
  rows.sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]));
  return {
    columns: [string('ResourceId'), string('Disk'), real('megabytes'), datetime('lastSeen')],
    rows,
  };
}
