import type { Baseline, LeftBehind } from '../model/drift.ts';
import { machineKey } from './inventories.ts';
import { byShard, shardOf } from './shards.ts';
import { allRows, type Store, upsertAll } from './store.ts';

const TAKEN = 'baselines-taken';

/** What each machine was migrated to, and which machines waves left behind. */
export function createBaselines(store: Store) {
  const baselinesOf = (shard: string) => `baseline|${shard}`;
  const leftOf = (shard: string) => `left|${shard}`;

  async function putAll(
    items: readonly { readonly machineId: string }[],
    partitionOf: (shard: string) => string,
  ): Promise<void> {
    const rows = items.map((value) => ({ row: machineKey(value.machineId), value }));
    for (const [partition, members] of byShard(rows, partitionOf)) await upsertAll(store, partition, members);
  }

  async function readAll<T>(partition: string): Promise<T[]> {
    const found: T[] = [];
    for await (const { value } of allRows(store, partition)) found.push(value as T);
    return found;
  }

  return {
    put: (baselines: readonly Baseline[]) => putAll(baselines, baselinesOf),
    putLeft: (left: readonly LeftBehind[]) => putAll(left, leftOf),

    async get(machineId: string): Promise<Baseline | undefined> {
      const key = machineKey(machineId);
      return (await store.get(baselinesOf(shardOf(key)), key))?.value as Baseline | undefined;
    },

    ofShard: (shard: string) => readAll<Baseline>(baselinesOf(shard)),
    leftOfShard: (shard: string) => readAll<LeftBehind>(leftOf(shard)),

    /** Forgets machines of a wave that was rolled back; what a later wave made of them stays. */
    async remove(machineIds: readonly string[], waveId: string): Promise<void> {
      for (const machineId of machineIds) {
        const key = machineKey(machineId);
        const found = await store.get(baselinesOf(shardOf(key)), key);
        if ((found?.value as Baseline | undefined)?.waveId !== waveId) continue;
        await store.write(baselinesOf(shardOf(key)), [{ kind: 'delete', row: key }]);
      }
    },

    /** Waves whose machines were copied, each with the end of its rollback by then. */
    async taken(): Promise<Map<string, string | null>> {
      const waves = new Map<string, string | null>();
      for await (const { row, value } of allRows(store, TAKEN))
        waves.set(row, (value as { rolledBackAt: string | null }).rolledBackAt);
      return waves;
    },

    async take(waveId: string, rolledBackAt: string | null): Promise<void> {
      await store.write(TAKEN, [{ kind: 'upsert', row: waveId, value: { rolledBackAt } }]);
    },
  };
}
