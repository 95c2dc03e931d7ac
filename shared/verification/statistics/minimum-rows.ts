import { normalQuantile } from './distributions.ts';
import type { JudgeOptions } from './options.ts';
import type { Expectation } from './series.ts';

/** Parity should pass with this probability even if nothing but counting made the rows vary. */
const POWER = 0.8;

/**
 * Rows to expect in the current window below which even perfectly steady telemetry could not pass:
 * the logarithm of a Poisson count of n rows has about the variance 1/n.
 */
export function minimumRows(
  { legacy, added }: Expectation,
  { tolerance, passAlpha }: Pick<JudgeOptions, 'tolerance' | 'passAlpha'>,
): number {
  const distance = Math.log((legacy + added) / (legacy + added * (1 - tolerance)));
  const errors = (normalQuantile(1 - passAlpha) + normalQuantile(POWER)) / distance;
  return Math.ceil(errors ** 2 / (1 - tolerance));
}
