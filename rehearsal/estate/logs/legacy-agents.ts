import type { State } from '../state/state.ts';
import type { Workspace } from '../state/types.ts';
import { type HeartbeatWindow, heartbeatRows } from './heartbeats.ts';
import { compare, datetime, type LogTable, long, string } from './table.ts';

/** Legacy agents heard in a workspace, by category. */
export function legacyAgents(
  state: State,
  workspace: Workspace,
  since: number,
  until: number,
  now: number,
): LogTable {
  const window: HeartbeatWindow = { since, until, parts: 1, part: 0 };
  const { columns, rows } = heartbeatRows(state, workspace, window, now);
  const at = (name: string) => columns.findIndex((column) => column.name === name);
  const [category, computer, seen] = [at('Category'), at('Computer'), at('lastSeen')];
  const found = new Map<string, { computers: Set<string>; last: string; by: string }>();
  for (const row of rows) {
    const key = String(row[category]);
    if (!/^(direct agent$|scom)/i.test(key)) continue;
    const known = found.get(key) ?? { computers: new Set<string>(), last: '', by: '' };
    known.computers.add(String(row[computer]));
    if (String(row[seen]) > known.last) [known.last, known.by] = [String(row[seen]), String(row[computer])];
    found.set(key, known);
  }
  return {
    columns: [string('Category'), long('agents'), datetime('lastSeen'), string('Computer')],
    rows: [...found]
      .sort(([a], [b]) => compare(a, b))
      .map(([name, { computers, last, by }]) => [name, computers.size, last, by]),
  };
}
