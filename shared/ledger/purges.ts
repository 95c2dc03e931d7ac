import { allRows, dropRows, type Store } from './store.ts';

/** What is being deleted, piece by piece. It is out of sight already. */
export interface Purge {
  readonly kind: 'inventory' | 'wave' | 'drift';
  readonly id: string;
  readonly startedAt: string;
  /** Partitions that are empty by now, in the order in which they are deleted. */
  readonly emptied: number;
  /** Rows that are deleted by now. */
  readonly deleted: number;
}

const PARTITION = 'purges';

/** Looking at a partition costs about as much as deleting this many rows. */
const ROWS_A_PARTITION = 20;

export function createPurges(store: Store) {
  const rowOf = ({ kind, id }: Pick<Purge, 'kind' | 'id'>) => `${kind}|${id}`;
  return {
    async all(): Promise<Purge[]> {
      const found: Purge[] = [];
      for await (const { value } of allRows(store, PARTITION)) found.push(value as Purge);
      return found;
    },

    /** One that has begun goes on as it is. */
    async begin(purge: Pick<Purge, 'kind' | 'id' | 'startedAt'>): Promise<void> {
      const value: Purge = { ...purge, emptied: 0, deleted: 0 };
      await store.write(PARTITION, [{ kind: 'insert', row: rowOf(purge), value }]);
    },

    /** Deletes rows of the partitions, about so many; where it stands then, and what of the limit is left. */
    async goOn(
      purge: Purge,
      partitions: readonly string[],
      limit: number,
    ): Promise<{ purge: Purge; isDone: boolean; left: number }> {
      let [{ emptied, deleted }, left] = [purge, limit];
      while (emptied < partitions.length && left > 0) {
        const dropped = await dropRows(store, partitions[emptied] ?? '', { limit: left });
        deleted += dropped.deleted;
        left -= dropped.deleted + ROWS_A_PARTITION;
        if (dropped.isEmpty) emptied += 1;
      }
      const next = { ...purge, emptied, deleted };
      await store.write(PARTITION, [{ kind: 'upsert', row: rowOf(purge), value: next }]);
      return { purge: next, isDone: emptied === partitions.length, left };
    },

    async end(purge: Pick<Purge, 'kind' | 'id'>): Promise<void> {
      await store.write(PARTITION, [{ kind: 'delete', row: rowOf(purge) }]);
    },
  };
}
