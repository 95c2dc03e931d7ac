import { shortHash } from '../model/ids.ts';
import { byShard, SHARDS, shardOf } from './shards.ts';
import { allRows, type Store, upsertAll } from './store.ts';

/** What all waves together know of a machine: read when a workspace-wide switch is decided (D8). */
export interface MigratedMachine {
  readonly machineId: string;
  readonly waveId: string;
  readonly verifiedAt: string;
}

export function createMigrated(store: Store) {
  const partitionOf = (shard: string) => `migrated|${shard}`;
  const place = (machineId: string) => {
    const row = shortHash(machineId, 24);
    return [partitionOf(shardOf(row)), row] as const;
  };
  return {
    async put(machines: readonly MigratedMachine[]): Promise<void> {
      const rows = machines.map((value) => ({ row: shortHash(value.machineId, 24), value }));
      for (const [partition, members] of byShard(rows, partitionOf))
        await upsertAll(store, partition, members);
    },

    /** Forgets machines whose data no longer stands, or of them those that a wave proved. */
    async remove(machineIds: readonly string[], ofWave?: string): Promise<void> {
      for (const machineId of machineIds) {
        if (ofWave !== undefined && (await this.get(machineId))?.waveId !== ofWave) continue;
        const [partition, row] = place(machineId);
        await store.write(partition, [{ kind: 'delete', row }]);
      }
    },

    /** The wave that proved a machine last. */
    async get(machineId: string): Promise<MigratedMachine | undefined> {
      const found = await store.get(...place(machineId));
      return found?.value as MigratedMachine | undefined;
    },

    /** Those of one shard, by machine. */
    async ofShard(shard: string): Promise<Map<string, MigratedMachine>> {
      const found = new Map<string, MigratedMachine>();
      for await (const { value } of allRows(store, partitionOf(shard))) {
        const machine = value as MigratedMachine;
        found.set(machine.machineId, machine);
      }
      return found;
    },

    /** Ids of every machine that has a passing verdict. */
    async ids(): Promise<Set<string>> {
      const ids = new Set<string>();
      await Promise.all(
        SHARDS.map(async (shard) => {
          for await (const { value } of allRows(store, partitionOf(shard)))
            ids.add((value as MigratedMachine).machineId);
        }),
      );
      return ids;
    },
  };
}
