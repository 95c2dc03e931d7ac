import type { State } from '../state/state.ts';
import type { Workspace } from '../state/types.ts';
import { heartbeatsSeen } from '../telemetry/heartbeats.ts';
import type { Owner } from './owners.ts';
import { type LogTable, long, string } from './table.ts';

/** Computers of each owner that Azure Monitor Agent was heard from in [since, until]. */
export function instanceHeartbeats(
  state: State,
  workspace: Workspace,
  owners: readonly Owner[],
  since: number,
  until: number,
  now: number,
): LogTable {
  const rows = owners.flatMap(({ key, machines }) => {
    const seen = machines.flatMap((one) => heartbeatsSeen(state, one, workspace, since, until, now));
    const names = new Set(
      seen.filter(({ agent }) => agent === 'ama').map(({ computer }) => computer.toLowerCase()),
    );
    return names.size === 0 ? [] : [[key, names.size]];
  });
  return { columns: [string('ResourceId'), long('computers')], rows };
}
