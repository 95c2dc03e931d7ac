import { discoveries } from './many.ts';
import { DEFAULT_OPTIONS, type JudgeOptions } from './options.ts';
import { estimatePresence, type PresenceEstimate } from './presence.ts';
import type { Comparison } from './series.ts';
import { type MeasuredVariance, squeeze } from './squeeze.ts';
import {
  estimateVolume,
  measureVolume,
  type Undecided,
  type VolumeEstimate,
  type VolumeMeasure,
  type VolumeReason,
} from './volume.ts';

/** One thing to judge: a table or a key of a machine or a cohort. */
export interface Unit {
  readonly id: string;
  /** Units of one family are alike, one table of many machines for instance: they lend each other their variance. */
  readonly family: string;
  /** `volume` for tables and keys with many rows; `presence` for rare but important keys. */
  readonly by: 'volume' | 'presence';
  readonly comparison: Comparison;
}

/** What data says about one unit. Inconclusive never passes. */
export type UnitResult = 'pass' | 'fail' | 'inconclusive';

/** Why a unit is inconclusive: not enough of something, or the numbers do not settle it yet. */
export type UnitReason = VolumeReason | 'unsettled';

export interface UnitVerdict {
  readonly id: string;
  readonly result: UnitResult;
  readonly reason?: UnitReason;
  /** More rows than expected beyond the tolerance: told, never a failure. */
  readonly surplus: boolean;
  readonly estimate?: VolumeEstimate | PresenceEstimate;
}

/** A rare key that was seen passes unless so few rows are less likely than this. */
const PLAUSIBLE = 0.01;

/**
 * Judges everything that is decided together, a wave for instance. Passing needs no correction, because
 * a machine passes only if all of its units do; failures are corrected for their number.
 */
export function judgeUnits(units: readonly Unit[], options: JudgeOptions = DEFAULT_OPTIONS): UnitVerdict[] {
  const estimates = estimateUnits(units, options);
  const failed = discoveries(
    estimates.map((found) => (found.kind === 'undecided' ? 1 : found.failP)),
    options.failAlpha,
  );
  return units.map((unit, i) =>
    verdict(unit, estimates[i] as Estimate | Undecided, failed[i] === true, options),
  );
}

/** What a machine's units come to: all must pass; one that fails is enough. None at all decide nothing. */
export function allOf(results: readonly UnitResult[]): UnitResult {
  if (results.includes('fail')) return 'fail';
  return results.length > 0 && results.every((result) => result === 'pass') ? 'pass' : 'inconclusive';
}

type Estimate = VolumeEstimate | PresenceEstimate;

function estimateUnits(units: readonly Unit[], options: JudgeOptions): (Estimate | Undecided)[] {
  const measures = units.map((unit) => measure(unit, options));
  const variances = new Map<VolumeMeasure, MeasuredVariance>();
  const families = Map.groupBy(measures.keys(), (i) => units[i]?.family);
  for (const family of families.values()) {
    const alike = family.map((i) => measures[i]).filter((found) => found?.kind === 'measure');
    squeeze(alike).forEach((variance, i) => {
      variances.set(alike[i] as VolumeMeasure, variance);
    });
  }
  return measures.map((found, i) =>
    found.kind === 'measure'
      ? estimateVolume(found, variances.get(found) ?? found, (units[i] as Unit).comparison.expected, options)
      : found,
  );
}

/** Too few rows for a volume are still enough to tell that all of them are gone. */
function measure(
  { by, comparison }: Unit,
  options: JudgeOptions,
): VolumeMeasure | PresenceEstimate | Undecided {
  if (by === 'presence') return estimatePresence(comparison, options);
  const volume = measureVolume(comparison, options);
  if (volume.kind === 'measure' || volume.reason !== 'tooFewRows') return volume;
  const presence = estimatePresence(comparison, options);
  return presence.kind === 'presence' ? { ...presence, passP: 1 } : volume;
}

function verdict(
  { id, by }: Unit,
  found: Estimate | Undecided,
  failed: boolean,
  { passAlpha, tolerance }: JudgeOptions,
): UnitVerdict {
  if (found.kind === 'undecided') return { id, result: 'inconclusive', reason: found.reason, surplus: false };
  const surplus = found.kind === 'estimate' && found.low > 1 + tolerance;
  const plausible = found.kind === 'estimate' || found.failP >= PLAUSIBLE;
  if (found.passP < passAlpha && plausible) return { id, result: 'pass', surplus, estimate: found };
  if (failed) return { id, result: 'fail', surplus, estimate: found };
  const reason = found.kind === 'presence' && by === 'volume' ? 'tooFewRows' : 'unsettled';
  return { id, result: 'inconclusive', reason, surplus, estimate: found };
}
