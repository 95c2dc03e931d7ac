import { type FleetSnapshot, fleetAt } from '../model/fleet.ts';
import type { Inventory } from '../model/inventory.ts';
import type { OutcomeCounts, Wave } from '../model/wave.ts';

export interface FleetHistory {
  /** Oldest first; one a completed inventory, and the last one with what waves have done since. */
  readonly items: readonly FleetSnapshot[];
  /** Whether the last point is reckoned from the records of waves and not read from Azure. */
  readonly derived: boolean;
}

/** Points shown of a long history. */
const MAX_POINTS = 400;

/** The fleet over time, as inventories saw it and as waves have changed it since the last one. */
export function fleetHistory(
  inventories: readonly Inventory[],
  waves: readonly { readonly wave: Wave; readonly counts: OutcomeCounts }[],
  now: string,
): FleetHistory {
  const seen = inventories
    .flatMap((inventory) => fleetAt(inventory) ?? [])
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .slice(-MAX_POINTS);
  const last = seen.at(-1);
  if (last === undefined) return { items: [], derived: false };
  const since = waves.filter(({ wave }) => !wave.dryRun && wave.createdAt >= last.at);
  if (since.length === 0) return { items: seen, derived: false };
  return { items: [...seen, changedBy(last, since, now)], derived: true };
}

/** Only what a wave did itself counts: what was there already is in the inventory. */
function changedBy(
  last: FleetSnapshot,
  waves: readonly { readonly counts: OutcomeCounts }[],
  at: string,
): FleetSnapshot {
  const done = (stage: 'install' | 'uninstall' | 'undoInstall' | 'returnLegacy') =>
    waves.reduce((sum, { counts }) => sum + (counts[stage]?.done ?? 0), 0);
  const installed = Math.min(last.legacyOnly, Math.max(0, done('install') - done('undoInstall')));
  const both = last.both + installed;
  const removed = Math.min(both, Math.max(0, done('uninstall') - done('returnLegacy')));
  return {
    at,
    legacyOnly: last.legacyOnly - installed,
    both: both - removed,
    amaOnly: last.amaOnly + removed,
    neither: last.neither,
    total: last.total,
  };
}
