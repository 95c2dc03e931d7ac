import type { Promotion } from '../model/calendar.ts';
import type { PlannedWave } from '../model/plan.ts';

/**
 * The first wave for which the inventory is too old when it can begin at the earliest, as a sentence; undefined where
 * there is none. The forecast has soaks and windows; the waits of a run come on top.
 */
export function firstLateWave(
  waves: readonly PlannedWave[],
  { automatic, waitSeconds }: Promotion,
  inventoryCompletedAt: string | null,
): string | undefined {
  if (inventoryCompletedAt === null) return undefined;
  const wait = automatic ? waitSeconds : 0;
  for (const { index, forecast, settings } of waves) {
    // Whether the first wave starts in time is not the plan's to say, and after one that never ends comes none.
    if (index === 0 || forecast.earliestStart === null) continue;
    const seconds = (Date.parse(forecast.earliestStart) - Date.parse(inventoryCompletedAt)) / 1000;
    const age = Math.round(seconds + index * wait);
    if (age <= settings.inventoryMaxAgeSeconds) continue;
    return `the inventory is ${age} seconds old when wave ${index} can begin, and policy.inventoryMaxAgeSeconds is ${settings.inventoryMaxAgeSeconds}`;
  }
  return undefined;
}
