import type { BlockedMachine, Plan, PlannedMachine } from '../model/plan.ts';
import { allRows, type Store, upsertAll } from './store.ts';

export function createPlans(store: Store) {
  const partitionOf = (id: string) => `plan|${id}`;
  const waveRow = (index: number) => `wave|${String(index).padStart(4, '0')}|`;
  return {
    async get(id: string): Promise<Plan | undefined> {
      return (await store.get(partitionOf(id), 'plan'))?.value as Plan | undefined;
    },

    /** Writes machines first and the plan last: a plan that can be read is complete. */
    async put(
      plan: Plan,
      waves: readonly (readonly PlannedMachine[])[],
      left: readonly BlockedMachine[],
    ): Promise<void> {
      const partition = partitionOf(plan.id);
      for (const [index, machines] of waves.entries()) {
        await upsertAll(
          store,
          partition,
          machines.map((machine, i) => ({
            row: `${waveRow(index)}${String(i).padStart(6, '0')}`,
            value: machine,
          })),
        );
      }
      await upsertAll(
        store,
        partition,
        left.map((machine, i) => ({ row: `blocked|${String(i).padStart(6, '0')}`, value: machine })),
      );
      await store.write(partition, [{ kind: 'upsert', row: 'plan', value: plan }]);
    },

    async machines(id: string, wave: number): Promise<PlannedMachine[]> {
      const machines: PlannedMachine[] = [];
      for await (const { value } of allRows(store, partitionOf(id), waveRow(wave))) {
        machines.push(value as PlannedMachine);
      }
      return machines;
    },

    async blocked(id: string): Promise<BlockedMachine[]> {
      const machines: BlockedMachine[] = [];
      for await (const { value } of allRows(store, partitionOf(id), 'blocked|')) {
        machines.push(value as BlockedMachine);
      }
      return machines;
    },
  };
}
