import pMap from 'p-map';
import { shortHash } from '../model/ids.ts';
import { allRows, type Store } from './store.ts';

/** The right of one wave to work on one machine, taken by a conditional insert: the store decides who was first. */
export function createLeases(store: Store) {
  const place = (machineId: string) => {
    const hash = shortHash(machineId, 24);
    return [`lease|${hash.slice(0, 2)}`, hash] as const;
  };
  return {
    /** Returns the wave that holds the machine afterwards: the caller's own, or another's. */
    async take(machineId: string, waveId: string, at: string): Promise<string> {
      const [partition, row] = place(machineId);
      for (;;) {
        const written = await store.write(partition, [
          { kind: 'insert', row, value: { machineId, waveId, at } },
        ]);
        if (written.ok) return waveId;
        const holder = await this.holder(machineId);
        // Released between the two: try again.
        if (holder !== undefined) return holder;
      }
    },

    async holder(machineId: string): Promise<string | undefined> {
      const found = await store.get(...place(machineId));
      return (found?.value as { waveId: string } | undefined)?.waveId;
    },

    /** Gives the machine back; a lease another wave holds is left alone. */
    async release(machineId: string, waveId: string): Promise<void> {
      const [partition, row] = place(machineId);
      const found = await store.get(partition, row);
      if (found === undefined || (found.value as { waveId: string }).waveId !== waveId) return;
      // Given back and taken by another meanwhile, it is theirs.
      await store.write(partition, [{ kind: 'delete', row, etag: found.etag }]);
    },

    /** Gives back the leases of every wave the test names, which is asked once a wave; returns how many. */
    async releaseAll(isOver: (waveId: string) => boolean | Promise<boolean>): Promise<number> {
      const known = new Map<string, Promise<boolean>>();
      const asked = (waveId: string) => {
        const answer = known.get(waveId) ?? Promise.resolve(isOver(waveId));
        known.set(waveId, answer);
        return answer;
      };
      const places = Array.from({ length: 256 }, (_, n) => `lease|${n.toString(16).padStart(2, '0')}`);
      const released = await pMap(
        places,
        async (partition) => {
          let count = 0;
          for await (const { row, value, etag } of allRows(store, partition)) {
            if (!(await asked((value as { waveId: string }).waveId))) continue;
            if ((await store.write(partition, [{ kind: 'delete', row, etag }])).ok) count += 1;
          }
          return count;
        },
        { concurrency: 8 },
      );
      return released.reduce((sum, count) => sum + count, 0);
    },
  };
}
