/** Settings of Kayenta's NetflixACAJudge: confidence 0.98 (two-sided), tolerance 0.25. */
const CONFIDENCE_Z = 2.3263479;
const TOLERANCE = 0.25;

/**
 * Whether values are lower than a control's as the judge of automated canary analysis sees it: the
 * confidence interval of the shift ends below minus `TOLERANCE` times the estimated shift. Mid-ranks for
 * ties and a continuity correction as there; its removal of outliers, which is an option, is left out.
 */
export function isLow(experiment: readonly number[], control: readonly number[]): boolean {
  const x = new Float64Array(experiment).sort();
  const y = new Float64Array(control).sort();
  // The statistic falls with the shift, so it lies left of 0 before anything lies left of less than 0.
  if (x.length === 0 || y.length === 0 || statistic(x, y, 0) >= -CONFIDENCE_Z) return false;
  return statistic(x, y, TOLERANCE * hodgesLehmann(x, y)) < -CONFIDENCE_Z;
}

/** The shift below 0 at which the statistic is 0: the median of all pairwise differences. */
function hodgesLehmann(x: Float64Array, y: Float64Array): number {
  let low = (x[0] as number) - (y.at(-1) as number);
  let high = 0;
  for (let i = 0; i < 16; i++) {
    const middle = (low + high) / 2;
    if (centred(x, y, middle).wins > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Standardised statistic of `x - shift` against `y`. */
function statistic(x: Float64Array, y: Float64Array, shift: number): number {
  const { wins, ties } = centred(x, y, shift);
  const [m, n] = [x.length, y.length];
  const variance = ((m * n) / 12) * (m + n + 1 - ties / ((m + n) * (m + n - 1)));
  return variance <= 0 ? 0 : (wins - Math.sign(wins) * 0.5) / Math.sqrt(variance);
}

/** Pairs `x - shift` wins beyond half of all, a tie counting half, and the sum of t^3 - t over ties. */
function centred(x: Float64Array, y: Float64Array, shift: number): { wins: number; ties: number } {
  const [m, n] = [x.length, y.length];
  let [i, j, wins, ties] = [0, 0, 0, 0];
  while (i < m || j < n) {
    const left = i < m ? (x[i] as number) - shift : Number.POSITIVE_INFINITY;
    const right = j < n ? (y[j] as number) : Number.POSITIVE_INFINITY;
    const value = left < right ? left : right;
    const [fromX, fromY] = [i, j];
    while (i < m && (x[i] as number) - shift === value) i++;
    while (j < n && y[j] === value) j++;
    wins += (i - fromX) * ((fromY + j) / 2);
    const tied = i - fromX + j - fromY;
    if (tied > 1) ties += tied ** 3 - tied;
  }
  return { wins: wins - (m * n) / 2, ties };
}
