import pMap from 'p-map';
import type { DiscoveryCursor, DiscoveryLook } from '../model/discovery.ts';
import { CONCURRENT_READS, type DiscoverDependencies, type ReadProblem } from './dependencies.ts';

export type PartsCursor = Extract<DiscoveryCursor, { phase: 'workspaces' | 'subscriptions' }>;

/** What could not be read, and whether asking again may help. */
export interface PartProblem extends ReadProblem {
  readonly transient: boolean;
}

/** Times what was only busy is asked again before it counts as unread. */
const RETRIES = 10;

/**
 * Reads one part of a list (workspaces, subscriptions) and says where to go on. What stays unread is recorded
 * and keeps nothing else from going on.
 */
export async function readPart<T>(
  { ledger }: DiscoverDependencies,
  inventoryId: string,
  cursor: PartsCursor,
  list: {
    readonly all: readonly T[];
    readonly perLook: number;
    readonly retryMs: number;
    /** Where discovery goes on after the last part. */
    readonly afterwards: DiscoveryCursor;
    read(item: T): Promise<readonly PartProblem[]>;
  },
): Promise<DiscoveryLook> {
  const { all, perLook, retryMs } = list;
  const part = cursor.busy ?? [...all.slice(cursor.index, cursor.index + perLook).keys()];
  const answers = await pMap(
    part,
    async (offset) => {
      const problems = await list.read(all[cursor.index + offset] as T);
      return { offset, problems, busy: problems.some(({ transient }) => transient) };
    },
    { concurrency: CONCURRENT_READS },
  );
  // What is only busy must not count as what cannot be read; what was read is not asked for again.
  const again = cursor.attempt < RETRIES ? answers.filter(({ busy }) => busy) : [];
  const settled = answers.filter((answer) => !again.includes(answer));
  const section = `${cursor.phase}-${String(cursor.index).padStart(6, '0')}-${cursor.attempt}`;
  const records = settled.flatMap(({ problems }) => problems.map(({ transient: _, ...one }) => one));
  await ledger.inventories.putRaw(inventoryId, 'problems', section, records);
  if (again.length > 0) {
    const busy = again.map(({ offset }) => offset);
    return look({ ...cursor, attempt: cursor.attempt + 1, busy }, retryMs);
  }
  const index = cursor.index + perLook;
  return look(index < all.length ? { phase: cursor.phase, index, attempt: 0 } : list.afterwards, 0);
}

function look(cursor: DiscoveryCursor, waitMs: number): DiscoveryLook {
  return { cursor, waitMs, queries: 0, problem: null };
}
