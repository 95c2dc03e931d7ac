import { type Block, blocksOf } from './blocks.ts';
import { studentCdf, studentQuantile } from './distributions.ts';
import { type DayLevel, type Difference, differenceOf } from './level.ts';
import { minimumRows } from './minimum-rows.ts';
import type { JudgeOptions } from './options.ts';
import { type Comparison, type Expectation, sumOf } from './series.ts';
import type { MeasuredVariance } from './squeeze.ts';

/** Why the volume of a unit was not decided. */
export type VolumeReason = 'noBaseline' | 'noCurrent' | 'tooFewDays' | 'tooFewRows' | 'notSettled';

/** How much of the expected rows the new agent writes. */
export interface VolumeEstimate {
  readonly kind: 'estimate';
  /** Rows of the new agent as a share of what is expected of it: 1 is parity, 0.8 a fifth lost. */
  readonly share: number;
  /** Two-sided interval of `share`; each side is wrong with probability `passAlpha`. */
  readonly low: number;
  readonly high: number;
  /** Probability of so many rows or more if just the tolerance were lost. */
  readonly passP: number;
  /** Probability of so few rows or fewer if half of the tolerance were lost. */
  readonly failP: number;
  readonly degreesOfFreedom: number;
  readonly rows: number;
  readonly expectedRows: number;
}

/** What was counted, before it is decided how much days vary. */
export interface VolumeMeasure extends Difference {
  readonly kind: 'measure';
  /** Variance of a baseline day's logarithm that counting alone explains. */
  readonly counting: number;
  readonly rows: number;
  readonly expectedRows: number;
}

export interface Undecided {
  readonly kind: 'undecided';
  readonly reason: VolumeReason;
}

/** Of the tolerance, what must be surely lost before a unit fails; parity stays well away from it. */
const FAIL_SHARE = 0.5;
/** Of the current window at least this many days must be known. */
const MIN_CURRENT_DAYS = 0.4;
/** Rows a day below which the logarithm of a day's count is too crude; presence is judged instead. */
const MIN_ROWS_A_DAY = 10;

/** Compares the rows of one unit with its baseline; how, is in docs/explanation/statistics.md. */
export function measureVolume(comparison: Comparison, options: JudgeOptions): VolumeMeasure | Undecided {
  const { expected } = comparison;
  const blocks = blocksOf(comparison, options.calendar);
  const baselineRows = sumOf(blocks.baseline, ({ rows }) => rows);
  if (baselineRows === 0) return undecided('noBaseline');
  if (sumOf(blocks.current, ({ coverage }) => coverage) < MIN_CURRENT_DAYS) return undecided('noCurrent');
  if (blocks.baseline.length < options.minBaselineDays) return undecided('tooFewDays');
  const expectedRows = sumOf(blocks.current, ({ weight }) => weight) * (expected.legacy + expected.added);
  if (baselineRows / blocks.baseline.length < MIN_ROWS_A_DAY) return undecided('tooFewRows');
  if (expectedRows < minimumRows(expected, options)) return undecided('tooFewRows');

  const reference = comparison.reference && blocksOf(comparison.reference, options.calendar);
  const days = levels(blocks.baseline, reference?.baseline, options);
  const difference = differenceOf(days, levels(blocks.current, reference?.current, options));
  if (difference === undefined || days.length < options.minBaselineDays) return undecided('tooFewDays');
  return {
    ...difference,
    ...{ kind: 'measure', rows: sumOf(blocks.current, ({ rows }) => rows), expectedRows },
    counting: sumOf(blocks.baseline, ({ rows }) => 1 / (rows + 0.5)) / blocks.baseline.length,
  };
}

/** The share of the expected rows with its interval, once the variance of a day is settled. */
export function estimateVolume(
  measure: VolumeMeasure,
  { variance, degreesOfFreedom }: MeasuredVariance,
  { legacy, added }: Expectation,
  { tolerance, passAlpha }: JudgeOptions,
): VolumeEstimate {
  const { difference, rows, expectedRows } = measure;
  const error = standardError(measure, variance, expectedRows * (1 - tolerance));
  const margin = studentQuantile(1 - passAlpha, degreesOfFreedom) * error;
  const share = (level: number) => (Math.exp(level) - legacy) / added;
  const level = (lost: number) => Math.log(legacy + added * (1 - lost));
  return {
    ...{ kind: 'estimate', rows, expectedRows, degreesOfFreedom },
    share: share(difference),
    low: share(difference - margin),
    high: share(difference + margin),
    passP: studentCdf((level(tolerance) - difference) / error, degreesOfFreedom),
    failP: studentCdf((difference - level(tolerance * FAIL_SHARE)) / error, degreesOfFreedom),
  };
}

function undecided(reason: VolumeReason): Undecided {
  return { kind: 'undecided', reason };
}

/** Days as distances from the pattern; with a reference, from the reference's distance. */
function levels(
  blocks: readonly Block[],
  reference: readonly Block[] | undefined,
  { calendar }: JudgeOptions,
): DayLevel[] {
  const others = reference && new Map(reference.map((block) => [block.day, distance(block)]));
  return blocks.flatMap((block) => {
    const other = others === undefined ? 0 : others.get(block.day);
    if (other === undefined) return [];
    const { weekday, coverage } = block;
    const dayOff = calendar.daysOff.has(weekday);
    return [{ weekday, dayOff, level: distance(block) - other, weight: coverage }];
  });
}

/** The half keeps an empty day finite (Haldane and Anscombe's correction of a log odds). */
function distance({ rows, weight }: Block): number {
  return Math.log((rows + 0.5) / weight);
}

/** Days differ by counting and by themselves; only the first part shrinks with more rows. */
function standardError({ factor, counting }: VolumeMeasure, variance: number, rows: number): number {
  const own = Math.max(0, variance - counting);
  return Math.sqrt(Math.max(own * factor + 1 / rows, variance * factor));
}
