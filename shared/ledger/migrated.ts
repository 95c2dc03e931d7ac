import { shortHash } from '../model/ids.ts';
import { allRows, type Store, upsertAll } from './store.ts';

/** What all waves together know of a machine: read when a workspace-wide switch is decided (D8). */
export interface MigratedMachine {
  readonly machineId: string;
  readonly waveId: string;
  readonly verifiedAt: string;
}

export function createMigrated(store: Store) {
  const shardOf = (machineId: string) => `migrated|${shortHash(machineId, 24).slice(0, 1)}`;
  return {
    async put(machines: readonly MigratedMachine[]): Promise<void> {
      const shards = new Map<string, { row: string; value: MigratedMachine }[]>();
      for (const machine of machines) {
        const shard = shardOf(machine.machineId);
        const rows = shards.get(shard) ?? [];
        rows.push({ row: shortHash(machine.machineId, 24), value: machine });
        shards.set(shard, rows);
      }
      for (const [shard, rows] of shards) await upsertAll(store, shard, rows);
    },

    /** Forgets machines whose data no longer stands, or of them those that a wave proved. */
    async remove(machineIds: readonly string[], ofWave?: string): Promise<void> {
      for (const machineId of machineIds) {
        if (ofWave !== undefined && (await this.get(machineId))?.waveId !== ofWave) continue;
        await store.write(shardOf(machineId), [{ kind: 'delete', row: shortHash(machineId, 24) }]);
      }
    },

    /** The wave that proved a machine last. */
    async get(machineId: string): Promise<MigratedMachine | undefined> {
      const found = await store.get(shardOf(machineId), shortHash(machineId, 24));
      return found?.value as MigratedMachine | undefined;
    },

    /** Ids of every machine that has a passing verdict. */
    async ids(): Promise<Set<string>> {
      const ids = new Set<string>();
      for (const digit of '0123456789abcdef') {
        for await (const { value } of allRows(store, `migrated|${digit}`)) {
          ids.add((value as MigratedMachine).machineId);
        }
      }
      return ids;
    },
  };
}
