import type { State } from '../state/state.ts';
import type { Workspace } from '../state/types.ts';
import { rowsSeen } from '../telemetry/telemetry.ts';
import { compare, type LogTable, long, string } from './table.ts';

export interface SplitWindow {
  readonly since: number;
  readonly splitAt: number;
  readonly resumeAt: number;
  readonly until: number;
}

/** Security events of every machine of a workspace before one instant and from a later one on. */
export function securityEventWriters(
  state: State,
  workspace: Workspace,
  { since, splitAt, resumeAt, until }: SplitWindow,
  now: number,
): LogTable {
  const windows = { baselineSince: since, baselineUntil: splitAt, since: resumeAt, until };
  const rows = [...workspace.reporters]
    .sort((a, b) => compare(a.key, b.key))
    .flatMap((machine) => {
      const seen = rowsSeen(state, machine, workspace, 'SecurityEvent', windows, now);
      const [before, after] = [seen?.baselineCount ?? 0, seen?.rowCount ?? 0];
      return before + after > 0 ? [[machine.key, before, after]] : [];
    });
  return { columns: [string('ResourceId'), long('rowsBefore'), long('rowsAfter')], rows };
}
