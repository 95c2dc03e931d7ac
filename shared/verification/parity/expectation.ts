import type { ExpectedChange } from '../../model/deployed-rules.ts';
import type { Expectation } from '../statistics/series.ts';
import { rowsBetween, type TableHours } from './table-hours.ts';
import { COHORT } from './units.ts';

/** What rows are to be expected of a machine or of all together (`COHORT`), in all or of one key. */
export type Expected = (machineId: string, key?: string) => Expectation;

/** Nothing but the legacy agent's part is known: as many rows as before of everything. */
export function unchanged(legacy: number): Expected {
  return () => ({ legacy, added: 1 });
}

/** Where counters are read in another rhythm, each has its own share, and a machine that of the counters it has. */
export function inRhythm(
  legacy: number,
  rhythms: NonNullable<ExpectedChange['rhythms']>,
  table: TableHours,
  baseline: { readonly baselineSince: number; readonly baselineUntil: number },
): Expected {
  const byCounter = new Map(rhythms.map(({ counter, share }) => [counter, share]));
  const shareOf = (key: string) => byCounter.get(counterOfKey(key)) ?? 1;
  let before = 0;
  let after = 0;
  for (const [key, counts] of table.keys) {
    const rows = rowsBetween(table, counts, baseline.baselineSince, baseline.baselineUntil);
    before += rows;
    after += rows * shareOf(key);
  }
  const together = before > 0 ? after / before : 1;
  return (machineId, key) => ({
    legacy,
    added:
      key !== undefined
        ? shareOf(key)
        : machineId === COHORT
          ? together
          : (table.shares.get(machineId) ?? together),
  });
}

/** `Object(instance)\Counter` as `object\counter`. */
function counterOfKey(key: string): string {
  const cut = key.lastIndexOf('\\');
  const object = key.slice(0, Math.max(0, cut)).replace(/\(.*\)$/s, '');
  return `${object}\\${key.slice(cut + 1)}`.toLowerCase();
}
