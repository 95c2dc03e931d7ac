import { shortHash } from '../model/ids.ts';
import type { Store } from './store.ts';

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
      const written = await store.write(partition, [
        { kind: 'insert', row, value: { machineId, waveId, at } },
      ]);
      if (written.ok) return waveId;
      return (await this.holder(machineId)) ?? waveId;
    },

    async holder(machineId: string): Promise<string | undefined> {
      const found = await store.get(...place(machineId));
      return (found?.value as { waveId: string } | undefined)?.waveId;
    },

    /** Gives the machine back; a lease another wave holds is left alone. */
    async release(machineId: string, waveId: string): Promise<void> {
      if ((await this.holder(machineId)) !== waveId) return;
      const [partition, row] = place(machineId);
      await store.write(partition, [{ kind: 'delete', row }]);
    },
  };
}
