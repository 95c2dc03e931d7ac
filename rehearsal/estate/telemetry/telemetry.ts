import type { Agent } from '../file/common.ts';
import type { State } from '../state/state.ts';
import type { Machine, Workspace } from '../state/types.ts';
import { rowActivity } from './activity.ts';
import { ingestionLag, phase, rowRate } from './rates.ts';
import { lastRowIn, rowsIn, type Series } from './series.ts';

const AGENTS: readonly Agent[] = ['ama', 'legacy'];

export interface Windows {
  readonly baselineSince: number;
  readonly baselineUntil: number;
  readonly since: number;
  readonly until: number;
}

export interface RowsSeen {
  readonly rowCount: number;
  readonly baselineCount: number;
  readonly lastRow: number;
}

/** What `table-rows` would summarize for a machine; undefined when the window holds no row of it. */
export function rowsSeen(
  state: State,
  machine: Machine,
  workspace: Workspace,
  table: string,
  windows: Windows,
  now: number,
): RowsSeen | undefined {
  const visible = Math.min(windows.until + 1, now - ingestionLag(state, machine, table));
  let rowCount = 0;
  let baselineCount = 0;
  let lastRow: number | undefined;
  for (const agent of AGENTS) {
    const rate = rowRate(state, machine, agent, table);
    const active = rate > 0 ? rowActivity(state, machine, agent, table, workspace) : [];
    if (active.length === 0) continue;
    const series: Series = { active, rate, phase: phase(state, machine, agent, table) };
    const last = lastRowIn(series, windows.baselineSince, visible);
    if (last === undefined) continue;
    lastRow = Math.max(lastRow ?? last, last);
    rowCount += rowsIn(series, Math.max(windows.since, windows.baselineSince), visible);
    baselineCount += rowsIn(series, windows.baselineSince, Math.min(windows.baselineUntil, visible));
  }
  return lastRow === undefined ? undefined : { rowCount, baselineCount, lastRow };
}
