import type { DriftMachines, DriftTotals } from '../model/drift.ts';
import { DRIFT_FINDINGS, type DriftCode } from '../model/drift-codes.ts';
import type { DriftPolicy } from '../model/drift-policy.ts';

/** Codes that say something was taken away from machines, or put on them: what a query that failed looks like. */
const JUDGED = [
  'legacyBack',
  'amaMissing',
  'amaFailed',
  'amaSettingsDiffer',
  'identityMissing',
  'amaUnheard',
  'associationMissing',
  'machineNotSeen',
] as const satisfies readonly DriftCode[];

export interface Implausible {
  readonly code: DriftCode;
  readonly detail: string;
}

export function sumTotals(parts: readonly DriftTotals[]): DriftTotals {
  const counts: Partial<Record<DriftCode, number>> = {};
  const goneRules: Record<string, number> = {};
  for (const part of parts) {
    for (const [code, count] of Object.entries(part.counts) as [DriftCode, number][])
      counts[code] = (counts[code] ?? 0) + count;
    for (const [rule, count] of Object.entries(part.goneRules))
      goneRules[rule] = (goneRules[rule] ?? 0) + count;
  }
  const sum = (field: 'migrated' | 'seen') => parts.reduce((total, part) => total + part[field], 0);
  return { migrated: sum('migrated'), seen: sum('seen'), counts, goneRules };
}

/**
 * Findings that so many machines have that no one should act on them. Where too many machines were not even seen, the
 * inventory itself is in doubt, and with it every finding that a machine has. Pure.
 */
export function implausibleFindings(
  counts: Partial<Record<DriftCode, number>>,
  { migrated, seen }: DriftMachines,
  { share, atLeast }: DriftPolicy['plausibility'],
): Implausible[] {
  const isTooMany = (count: number, of: number) => count >= atLeast && count > share * of;
  const judged = JUDGED.flatMap((code): Implausible[] => {
    const count = counts[code] ?? 0;
    const of = code === 'machineNotSeen' ? migrated : seen;
    if (!isTooMany(count, of)) return [];
    return [{ code, detail: `${code}: ${count} of ${of} machines, more than a share of ${share}` }];
  });
  if (!judged.some(({ code }) => code === 'machineNotSeen')) return judged;
  const others = JUDGED.filter(
    (code) => !judged.some((one) => one.code === code) && DRIFT_FINDINGS[code].remedy !== null,
  );
  const detail = 'the inventory lacks too many migrated machines to be believed';
  return [...judged, ...others.map((code) => ({ code, detail: `${code}: ${detail}` }))];
}
