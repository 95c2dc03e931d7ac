/**
 * Which of many p-values count as findings, so that of the findings no more than `rate` are false in
 * the long run (Benjamini and Hochberg 1995). If nothing is lost anywhere, it is also the probability
 * of any finding at all. Valid for independent and for positively dependent tests.
 */
export function discoveries(pValues: readonly number[], rate: number): boolean[] {
  const sorted = [...pValues].sort((a, b) => a - b);
  let limit = -1;
  sorted.forEach((p, i) => {
    if (p <= (rate * (i + 1)) / sorted.length) limit = p;
  });
  return pValues.map((p) => p <= limit);
}
