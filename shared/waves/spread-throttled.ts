import type { StageStep } from './stage.ts';

/**
 * Spreads machines that a look was refused for by a limit over the time until the next look. Together they would ask
 * for as much as before: where a limit holds less than one look needs, the same requests would pass and the same be
 * refused for ever. Pure.
 */
export function spreadThrottled(steps: readonly StageStep[], seconds: number): readonly StageStep[] {
  const throttled = steps.filter(isThrottled);
  if (throttled.length < 2) return steps;
  const places = new Map(throttled.map(({ machineId }, place) => [machineId, place]));
  return steps.map((step) => {
    const place = places.get(step.machineId);
    const { outcome } = step;
    if (place === undefined || outcome.status !== 'waiting') return step;
    const until = Date.parse(outcome.until) + (place * seconds * 1000) / throttled.length;
    return { ...step, outcome: { ...outcome, until: new Date(until).toISOString() } };
  });
}

function isThrottled({ outcome }: StageStep): boolean {
  return outcome.status === 'waiting' && outcome.reason === 'throttled';
}
