import { logGamma, regularizedBeta } from './special.ts';

/** P(T <= t) of Student's t with `df` > 0 degrees of freedom. */
export function studentCdf(t: number, df: number): number {
  const tail = 0.5 * regularizedBeta(df / (df + t * t), df / 2, 0.5);
  return t > 0 ? 1 - tail : tail;
}

/** The value Student's t with `df` >= 1 stays under with probability `p`, 0 < p < 1. */
export function studentQuantile(p: number, df: number): number {
  if (p < 0.5) return -studentQuantile(1 - p, df);
  const half = df / 2;
  const scale = Math.exp(logGamma(half + 0.5) - logGamma(half)) / Math.sqrt(df * Math.PI);
  // From below Newton's steps never overshoot, because the function bends downwards right of 0.
  let t = p > 0.5 ? Math.max(0, normalQuantile(p) - 1e-3) : 0;
  for (let i = 0; i < 100; i++) {
    const density = scale * (1 + (t * t) / df) ** -(half + 0.5);
    const step = (studentCdf(-t, df) - (1 - p)) / density;
    t += step;
    if (Math.abs(step) <= 1e-12 * t) break;
  }
  return t;
}

/** P(F > f) of the F distribution with `df1` and `df2` degrees of freedom. */
export function fSurvival(f: number, df1: number, df2: number): number {
  return regularizedBeta(df2 / (df2 + df1 * f), df2 / 2, df1 / 2);
}

/**
 * The value a standard normal variable stays under with probability `p`, 0 < p < 1;
 * error under 4.5e-4 (Abramowitz and Stegun 26.2.23), enough for a sample size.
 */
export function normalQuantile(p: number): number {
  if (p < 0.5) return -normalQuantile(1 - p);
  const t = Math.sqrt(-2 * Math.log(1 - p));
  const top = 2.515517 + t * (0.802853 + t * 0.010328);
  const bottom = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  return t - top / bottom;
}

/** No telemetry is steadier than this; it also keeps the negative binomial away from its Poisson limit. */
const MIN_DISPERSION = 1e-4;

/**
 * P(N <= n) of a count with mean `mean` and variance mean + dispersion * mean^2 (negative binomial).
 * n is a whole number, 0 or more.
 */
export function countCdf(n: number, mean: number, dispersion: number): number {
  if (mean <= 0) return 1;
  const size = 1 / Math.max(dispersion, MIN_DISPERSION);
  return regularizedBeta(size / (size + mean), size, n + 1);
}

/** P(N >= n) of the same count; exact also where it is very small. */
export function countSurvival(n: number, mean: number, dispersion: number): number {
  if (n <= 0) return 1;
  if (mean <= 0) return 0;
  const size = 1 / Math.max(dispersion, MIN_DISPERSION);
  return regularizedBeta(mean / (size + mean), n, size);
}
