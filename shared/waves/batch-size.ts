import type { Policy } from '../model/policy.ts';

const USUAL = 25;
/** Batches of a large cell wait in line, and each time one asks for its turn costs the same whatever its size. */
const LARGE = 30;
const LARGE_CELL = 1000;

/** Machines of a full batch, for so many machines of one kind in one cell: as the policy says, or by their number. */
export function batchSizeOf({ batchSize }: Pick<Policy, 'batchSize'>, machines: number): number {
  return batchSize ?? (machines < LARGE_CELL ? USUAL : LARGE);
}
