import type { HourCount } from './series.ts';

/**
 * Probability that a key is silent for as long as the current window without any loss: a two-state
 * Markov chain of hours with and without rows, its chances counted in the baseline. Bursts make
 * silence follow silence, which a plain count does not know. Half an observation is added to each
 * chance, so what was never seen is unlikely and not impossible.
 */
export function silenceProbability(baseline: readonly HourCount[], current: readonly HourCount[]): number {
  const known = baseline.filter(({ exposure }) => exposure > 0);
  const hours = current.filter(({ exposure }) => exposure > 0).length;
  let empty = 0;
  let after = 0;
  let stays = 0;
  known.forEach(({ rows, start }, i) => {
    if (rows === 0) empty += 1;
    const previous = known[i - 1];
    if (previous === undefined || previous.rows > 0 || previous.start >= start) return;
    after += 1;
    if (rows === 0) stays += 1;
  });
  const first = (empty + 0.5) / (known.length + 1);
  return first * ((stays + 0.5) / (after + 1)) ** Math.max(0, hours - 1);
}
