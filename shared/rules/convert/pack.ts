import type { OsType } from '../../model/agents.ts';
import { withinLimits } from './check-limits.ts';
import { familyOf } from './families.ts';
import { LIMITS } from './limits.ts';
import { collectedKey, mergeWanted } from './merge.ts';
import type { Loss, Wanted } from './model.ts';
import { compareText, groupSorted, sortedBy } from './order.ts';
import { spread } from './spread.ts';

/** What one rule will hold: things of one OS and one family, inside every limit. */
export interface PackedRule {
  readonly os: OsType;
  readonly family: string;
  readonly label: string;
  /** From 1. */
  readonly part: number;
  readonly parts: number;
  readonly wanted: readonly Wanted[];
}

export interface Packed {
  readonly rules: readonly PackedRule[];
  readonly losses: readonly Loss[];
  readonly notes: readonly string[];
}

/** Splits wanted things into rules. The order of the input changes nothing. */
export function pack(all: readonly Wanted[]): Packed {
  const merged = mergeWanted(all);
  const { wanted, losses } = withinLimits(merged.wanted);
  const rules = groupSorted(wanted, ({ collected }) => familyOf(collected).key).flatMap(([, family]) =>
    packFamily(sortedBy(family, ({ collected }) => collectedKey(collected))),
  );
  return { rules, losses, notes: [...merged.notes].sort(compareText) };
}

function packFamily(family: readonly Wanted[]): readonly PackedRule[] {
  const { collected } = family[0] as Wanted;
  const { key, label } = familyOf(collected);
  const parts = spread(family, {
    keyOf: (wanted) => collectedKey(wanted.collected),
    limit: ITEMS_PER_RULE[collected.what],
    groupOf: (wanted) => sourceKey(wanted.collected),
    groups: LIMITS.dataSources,
  });
  return parts.map((part, index) => ({
    ...{ os: collected.os, family: key, label, part: index + 1, parts: parts.length },
    wanted: sortedBy(part, (wanted) => collectedKey(wanted.collected)),
  }));
}

/** Each extension has a rule of its own: it goes to the machines that have the extension. */
const ITEMS_PER_RULE: Readonly<Record<Wanted['collected']['what'], number>> = {
  counter: LIMITS.counterSpecifiers,
  event: LIMITS.xPathQueries,
  syslog: LIMITS.facilities,
  // Every log file is a source and a flow with a stream of its own.
  logFile: Math.min(LIMITS.dataSources, LIMITS.dataFlows),
  iisLog: 1,
  firewallLog: 1,
  extension: 1,
};

/**
 * Counters of one interval share a data source, and facilities of one set of levels. The rest has one source,
 * or one each within `ITEMS_PER_RULE`.
 */
export function sourceKey(collected: Wanted['collected']): string {
  if (collected.what === 'counter') return String(collected.intervalSeconds);
  return collected.what === 'syslog' ? collected.levels.join(',') : '';
}
