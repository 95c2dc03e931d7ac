import { type BlockedMachine, type Plan, type PlannedMachine, storedPlan } from '../model/plan.ts';
import { allRows, type Store, upsertAll } from './store.ts';

/** One page of a list; `next` continues it. */
export interface PlanPage<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/** A plan in the list of all plans. */
export interface ListedPlan {
  readonly id: string;
  readonly name: string;
  readonly inventoryId: string;
  readonly createdAt: string;
  readonly waves: number;
  readonly counts: Plan['counts'];
}

/** A place in a list, as `next` names it. */
export const PLAN_PLACE = /^\d{6}$/;

export function createPlans(store: Store) {
  const partitionOf = (id: string) => `plan|${id}`;
  const referencePartition = (inventoryId: string) => `inventory-plans|${inventoryId}`;
  const waveRow = (index: number) => `wave|${String(index).padStart(4, '0')}|`;
  const blockedRow = 'blocked|';
  const place = (i: number) => String(i).padStart(6, '0');

  /** Reads no more rows than the page has. */
  async function page<T>(id: string, prefix: string, limit: number, after?: string): Promise<PlanPage<T>> {
    const options = { prefix, limit, ...(after === undefined ? {} : { after: `${prefix}${after}` }) };
    const { rows, next } = await store.list(partitionOf(id), options);
    return { items: rows.map(({ value }) => value as T), next: next?.slice(prefix.length) };
  }

  /** Keeps a plan in the list of all; again and again changes nothing. */
  async function enlist({ id, name, inventoryId, createdAt, waves, counts }: Plan): Promise<void> {
    const value: ListedPlan = { id, name, inventoryId, createdAt, waves: waves.length, counts };
    await store.write('plans', [{ kind: 'upsert', row: id, value }]);
  }

  return {
    async get(id: string): Promise<Plan | undefined> {
      const plan = (await store.get(partitionOf(id), 'plan'))?.value as Plan | undefined;
      return plan === undefined ? undefined : storedPlan(plan);
    },

    /** Whether any plan was made from an inventory, which must then stay. */
    async refersTo(inventoryId: string): Promise<boolean> {
      return (await store.list(referencePartition(inventoryId), { limit: 1 })).rows.length > 0;
    },

    /** Writes machines first and the plan after: a plan that can be read is complete, and one that is listed can be read. */
    async put(
      plan: Plan,
      waves: readonly (readonly PlannedMachine[])[],
      left: readonly BlockedMachine[],
    ): Promise<void> {
      const partition = partitionOf(plan.id);
      await store.write(referencePartition(plan.inventoryId), [
        { kind: 'upsert', row: plan.id, value: { planId: plan.id, createdAt: plan.createdAt } },
      ]);
      for (const [index, machines] of waves.entries()) {
        const rows = machines.map((machine, i) => ({ row: `${waveRow(index)}${place(i)}`, value: machine }));
        await upsertAll(store, partition, rows);
      }
      const rows = left.map((machine, i) => ({ row: `${blockedRow}${place(i)}`, value: machine }));
      await upsertAll(store, partition, rows);
      await store.write(partition, [{ kind: 'upsert', row: 'plan', value: plan }]);
      await enlist(plan);
    },

    enlist,

    /** Newest first, without their content. */
    async list(): Promise<ListedPlan[]> {
      const all: ListedPlan[] = [];
      for await (const { value } of allRows(store, 'plans')) all.push(value as ListedPlan);
      return all.sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
    },

    /** All machines of a wave. */
    async machines(id: string, wave: number): Promise<PlannedMachine[]> {
      const machines: PlannedMachine[] = [];
      for await (const { value } of allRows(store, partitionOf(id), waveRow(wave))) {
        machines.push(value as PlannedMachine);
      }
      return machines;
    },

    machinePage(id: string, wave: number, limit: number, after?: string): Promise<PlanPage<PlannedMachine>> {
      return page(id, waveRow(wave), limit, after);
    },

    blockedPage(id: string, limit: number, after?: string): Promise<PlanPage<BlockedMachine>> {
      return page(id, blockedRow, limit, after);
    },
  };
}
