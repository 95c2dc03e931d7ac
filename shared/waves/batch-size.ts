import { subscriptionOfCell } from '../model/ids.ts';
import type { Policy } from '../model/policy.ts';

const USUAL = 25;
/** Batches of many machines wait in line, and each time one asks for its turn costs the same whatever its size. */
const LARGE = 30;
const MANY = 2000;

/** Machines of a full batch, for so many of a wave in one subscription: as the policy says, or by their number. */
export function batchSizeOf({ batchSize }: Pick<Policy, 'batchSize'>, machines: number): number {
  return batchSize ?? (machines < MANY ? USUAL : LARGE);
}

/** Machines of each subscription, whose limits they share. A cell is a region of a subscription. */
export function countBySubscription(
  cells: Iterable<{ readonly cell: string; readonly machines: number }>,
): (cell: string) => number {
  const counts = new Map<string, number>();
  for (const { cell, machines } of cells) {
    const subscription = subscriptionOfCell(cell);
    counts.set(subscription, (counts.get(subscription) ?? 0) + machines);
  }
  return (cell) => counts.get(subscriptionOfCell(cell)) ?? 0;
}
