import { shortHash } from '../model/ids.ts';
import type { Endpoint, Machine, Rule, Workspace } from '../model/machine.ts';
import { allRows, type Store, upsertAll } from './store.ts';

export interface InventoryScope {
  /** Empty means every subscription the app may read. */
  readonly subscriptions: readonly string[];
}

/** A dated, immutable snapshot of the estate; the machines are rows of their own. */
export interface Inventory {
  readonly id: string;
  readonly scope: InventoryScope;
  readonly startedAt: string;
  readonly completedAt: string | null;
  readonly status: 'running' | 'completed' | 'failed';
  readonly problem: string | null;
  readonly summary: InventorySummary | null;
  readonly rules: readonly Rule[];
  readonly endpoints: readonly Endpoint[];
  readonly workspaces: readonly Workspace[];
  /** Workspaces whose heartbeats could not be read, with the reason. */
  readonly unreadWorkspaces: readonly { readonly id: string; readonly reason: string }[];
}

export interface InventorySummary {
  readonly machines: number;
  readonly azureVms: number;
  readonly arcServers: number;
  readonly windows: number;
  readonly linux: number;
  readonly legacyOnly: number;
  readonly bothAgents: number;
  readonly amaOnly: number;
  readonly neither: number;
  readonly resourceGraphPages: number;
}

/** Raw rows of one query, kept until the inventory is reconciled. */
export type RawKind =
  | 'machines'
  | 'extensions'
  | 'associations'
  | 'rules'
  | 'endpoints'
  | 'workspaces'
  | 'heartbeats'
  | 'locks';

export function createInventories(store: Store) {
  const machinesOf = (id: string) => `inventory|${id}`;
  const rawOf = (id: string) => `raw|${id}`;
  return {
    async get(id: string): Promise<Inventory | undefined> {
      return (await store.get('inventories', id))?.value as Inventory | undefined;
    },

    /** The newest completed inventory. */
    async latest(): Promise<Inventory | undefined> {
      let newest: Inventory | undefined;
      for await (const { value } of allRows(store, 'inventories')) {
        const inventory = value as Inventory;
        if (inventory.status !== 'completed') continue;
        if (newest === undefined || (inventory.completedAt ?? '') > (newest.completedAt ?? ''))
          newest = inventory;
      }
      return newest;
    },

    /** Inventories that have not ended. */
    async running(): Promise<Inventory[]> {
      const running: Inventory[] = [];
      for await (const { value } of allRows(store, 'inventories')) {
        if ((value as Inventory).status === 'running') running.push(value as Inventory);
      }
      return running;
    },

    async put(inventory: Inventory): Promise<void> {
      await store.write('inventories', [{ kind: 'upsert', row: inventory.id, value: inventory }]);
    },

    /** Stores one page of raw rows; the page key makes a repeated page harmless. */
    async putRaw(id: string, kind: RawKind, page: string, rows: readonly unknown[]): Promise<void> {
      const chunks = chunk(rows, 100).map((part, i) => ({
        row: `${kind}|${page}|${String(i).padStart(4, '0')}`,
        value: part,
      }));
      await upsertAll(store, rawOf(id), chunks);
    },

    async readRaw(id: string, kind: RawKind): Promise<unknown[]> {
      const rows: unknown[] = [];
      for await (const { value } of allRows(store, rawOf(id), `${kind}|`)) rows.push(...(value as unknown[]));
      return rows;
    },

    async dropRaw(id: string): Promise<void> {
      const partition = rawOf(id);
      const keys: string[] = [];
      for await (const { row } of allRows(store, partition)) keys.push(row);
      for (const part of chunk(keys, 100)) {
        await store.write(
          partition,
          part.map((row) => ({ kind: 'delete', row })),
        );
      }
    },

    async putMachines(id: string, machines: readonly Machine[]): Promise<void> {
      const rows = machines.map((machine) => ({ row: shortHash(machine.id, 24), value: machine }));
      await upsertAll(store, machinesOf(id), rows);
    },

    async machine(id: string, machineId: string): Promise<Machine | undefined> {
      return (await store.get(machinesOf(id), shortHash(machineId, 24)))?.value as Machine | undefined;
    },

    async *machines(id: string): AsyncGenerator<Machine> {
      for await (const { value } of allRows(store, machinesOf(id))) yield value as Machine;
    },

    /** One page of machines, in key order. */
    async machinePage(id: string, limit: number, after?: string) {
      const page = await store.list(machinesOf(id), { limit, ...(after === undefined ? {} : { after }) });
      return { machines: page.rows.map(({ value }) => value as Machine), next: page.next };
    },
  };
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}
