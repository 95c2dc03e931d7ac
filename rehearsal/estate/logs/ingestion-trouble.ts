import type { State } from '../state/state.ts';
import type { Workspace } from '../state/types.ts';
import { compare, datetime, iso, type LogTable, long, string } from './table.ts';

/** Answers `ingestion-trouble` from what the estate file declares. */
export function ingestionTroubleRows(
  state: State,
  workspace: Workspace,
  since: number,
  until: number,
  now: number,
): LogTable {
  const groups = Map.groupBy(
    (state.ingestionTrouble.get(workspace.customerId) ?? []).filter(({ at }) => {
      const instant = Date.parse(at);
      return instant >= since && instant <= Math.min(until, now);
    }),
    ({ source = '_LogOperation', operation }) => JSON.stringify([source, operation]),
  );
  const rows = [...groups].map(([key, entries]) => {
    const [source, operation] = JSON.parse(key) as [string, string];
    const last = Math.max(...entries.map(({ at }) => Date.parse(at)));
    return [source, operation, entries.length, iso(last), entries[0]?.detail ?? ''] as const;
  });
  rows.sort((a, b) => b[2] - a[2] || compare(a[1], b[1]));
  return {
    columns: [string('Source'), string('Operation'), long('times'), datetime('lastSeen'), string('Detail')],
    rows,
  };
}
