import type { Evidence } from '../../model/verdict.ts';
import type { StageContext } from '../../waves/stage.ts';
import { type JudgedSet, setWindows } from './sets.ts';
import { lastHour, rowsBetween, seriesQueryId, type TableHours } from './table-hours.ts';

/** What speaks against a removal where no rule fills a table that the legacy agent wrote to. Pure. */
export function uncoveredEvidence(
  { context, workspaceId }: { readonly context: StageContext; readonly workspaceId: string },
  set: JudgedSet,
  table: string,
  rows: TableHours,
): Map<string, Evidence> {
  const { baselineSince } = setWindows(set, context.policy.verification.baselineDays);
  const iso = (instant: number) => new Date(instant).toISOString();
  const found = new Map<string, Evidence>();
  for (const { id, currentSince, baselineUntil, mode } of set.machines) {
    const counts = rows.machines.get(id);
    const baselineRows = rowsBetween(rows, counts, baselineSince, baselineUntil);
    const now = rowsBetween(rows, counts, currentSince, rows.hours.until);
    // A VM that was off for weeks has no rows from before: what its legacy agent writes now ends with it as well.
    const lost = baselineRows > 0 ? baselineRows : mode === 'overlap' ? now : 0;
    if (lost === 0) continue;
    found.set(id, {
      ...{ query: seriesQueryId({ table }), workspaceId, table, mode, baselineRows },
      since: iso(Math.min(currentSince, rows.hours.until)),
      until: iso(rows.hours.until),
      baseline: { since: iso(baselineSince), until: iso(baselineUntil) },
      rows: now,
      lastRow: lastHour(rows, counts),
      result: 'fail',
      notCovered: true,
      sentence: `The legacy agent wrote ${lost} rows, and no rule of the machine fills the table.`,
    });
  }
  return found;
}
