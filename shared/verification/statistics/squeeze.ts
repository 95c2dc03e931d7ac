import { fSurvival } from './distributions.ts';
import { sumOf } from './series.ts';

/** A variance that was measured with few degrees of freedom. */
export interface MeasuredVariance {
  readonly variance: number;
  readonly degreesOfFreedom: number;
}

/** Fewer peers than this say little about what is usual. */
const MIN_PEERS = 5;
/** What the peers are worth at most, beside the unit's own measurement: their days are not independent of its. */
const MAX_PRIOR = 1;
/** A variance that is this unusual among its peers keeps its own measurement. */
const OUTLIER = 0.01;

/**
 * Draws the variances of alike units towards what is usual among them, so that a fortnight of one machine
 * need not tell alone how much its days vary (Smyth 2004, Statistical Applications in Genetics 3(1),
 * section 6.2). The more alike the variances are, the stronger. Units that vary unusually much are left.
 */
export function squeeze(measured: readonly MeasuredVariance[]): MeasuredVariance[] {
  const usable = measured.filter(({ variance }) => variance > 0);
  if (usable.length < MIN_PEERS) return [...measured];
  const logs = usable.map(
    ({ variance, degreesOfFreedom: df }) => Math.log(variance) - digamma(df / 2) + Math.log(df / 2),
  );
  const mean = sumOf(logs, (log) => log) / logs.length;
  const spread = sumOf(logs, (log) => (log - mean) ** 2) / (logs.length - 1);
  const byChance = sumOf(usable, ({ degreesOfFreedom: df }) => trigamma(df / 2)) / usable.length;
  const found = spread > byChance ? 2 * inverseTrigamma(spread - byChance) : Number.POSITIVE_INFINITY;
  return measured.map((own) => {
    const prior = Math.min(found, MAX_PRIOR * own.degreesOfFreedom);
    const usual = Math.exp(mean + digamma(prior / 2) - Math.log(prior / 2));
    if (fSurvival(own.variance / usual, own.degreesOfFreedom, prior) < OUTLIER) return own;
    const degreesOfFreedom = own.degreesOfFreedom + prior;
    const sum = own.variance * own.degreesOfFreedom + usual * prior;
    return { variance: sum / degreesOfFreedom, degreesOfFreedom };
  });
}

/** Derivative of the logarithm of the gamma function, x > 0 (DLMF 5.5.2 and 5.11.2); error under 1e-9. */
export function digamma(x: number): number {
  if (x < 8) return digamma(x + 1) - 1 / x;
  const y = 1 / (x * x);
  return Math.log(x) - 0.5 / x - y * (1 / 12 - y * (1 / 120 - y * (1 / 252 - y / 240)));
}

/** Second derivative of the same (DLMF 5.15.8); error under 1e-8. */
export function trigamma(x: number): number {
  if (x < 8) return trigamma(x + 1) + 1 / (x * x);
  const y = 1 / (x * x);
  return 1 / x + y / 2 + (y / x) * (1 / 6 - y * (1 / 30 - y * (1 / 42 - y / 30)));
}

/** Where trigamma, which falls, has the value given; 1e-9 relative. */
function inverseTrigamma(value: number): number {
  let [low, high] = [1e-6, 1e7];
  while (high / low > 1 + 1e-9) {
    const middle = Math.sqrt(low * high);
    if (trigamma(middle) > value) low = middle;
    else high = middle;
  }
  return Math.sqrt(low * high);
}
