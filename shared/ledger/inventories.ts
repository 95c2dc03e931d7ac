import type { GraphKind } from '../model/graph-kinds.ts';
import { shortHash } from '../model/ids.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Endpoint, Machine, Rule, Workspace } from '../model/machine.ts';
import { allShards, byShard, SHARDS, shardedPage, shardOf } from './shards.ts';
import { allRows, dropRows, type Store, upsertAll } from './store.ts';

/** Raw rows, kept until the inventory is joined. */
export type RawKind =
  | GraphKind
  | 'heartbeats'
  | 'lonelyHeartbeats'
  | 'clonedAgents'
  | 'guestAgents'
  | 'freeSpace'
  | 'usage'
  | 'customLogs'
  | 'locks'
  | 'permissions'
  | 'autoProvisioning'
  | 'problems'
  | 'claimed';

/** What an inventory keeps beside its machines. */
export type PartKind = 'rules' | 'endpoints' | 'workspaces' | 'unreadWorkspaces' | 'findings' | 'totals';

/** Rules, endpoints and workspaces of an inventory: what a plan needs beside the machines. */
export interface InventoryEstate {
  readonly rules: readonly Rule[];
  readonly endpoints: readonly Endpoint[];
  readonly workspaces: readonly Workspace[];
  /** Workspaces whose heartbeats could not be read, with the reason. */
  readonly unreadWorkspaces: readonly { readonly id: string; readonly reason: string }[];
}

/** Items of one stored row: far below the size a row may have. */
const ITEMS_PER_ROW = 50;

/** Parts a large collection is kept and joined in, so that memory does not grow with the estate. */
export const BUCKETS = 16;

/** Where the rows of a machine are kept: the first digit of its key. */
export function bucketOf(machineId: string): number {
  return Number.parseInt(shortHash(machineId, 1), 16);
}

export function createInventories(store: Store) {
  const machinesOf = (id: string) => (shard: string) => `inventory|${id}|${shard}`;
  const rawOf = (id: string) => `raw|${id}`;
  const partsOf = (id: string) => `parts|${id}`;

  async function readPart<T>(id: string, kind: PartKind): Promise<T[]> {
    const items: T[] = [];
    for await (const { value } of allRows(store, partsOf(id), `${kind}|`)) items.push(...(value as T[]));
    return items;
  }

  return {
    async get(id: string): Promise<Inventory | undefined> {
      return (await store.get('inventories', id))?.value as Inventory | undefined;
    },

    /** Where the rows of an inventory are, its own record left out. */
    partitionsOf: (id: string): string[] => [rawOf(id), partsOf(id), ...SHARDS.map(machinesOf(id))],

    /** Forgets the record of an inventory, and with it that there was one. */
    async forget(id: string): Promise<void> {
      await store.write('inventories', [{ kind: 'delete', row: id }]);
    },

    /** All inventories, newest first. */
    async list(): Promise<Inventory[]> {
      const all: Inventory[] = [];
      for await (const { value } of allRows(store, 'inventories')) all.push(value as Inventory);
      return all.sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
    },

    /** The newest completed inventory. */
    async latest(): Promise<Inventory | undefined> {
      const completed = (await this.list()).filter(({ status }) => status === 'completed');
      return completed.sort((a, b) => ((a.completedAt ?? '') < (b.completedAt ?? '') ? 1 : -1))[0];
    },

    /** Inventories that have not ended. */
    async running(): Promise<Inventory[]> {
      return (await this.list()).filter(({ status }) => status === 'running');
    },

    /**
     * Changes an inventory that is still running; undefined when it has ended meanwhile. A late look must not
     * bring an ended inventory back to life.
     */
    async update(id: string, change: (current: Inventory) => Inventory): Promise<Inventory | undefined> {
      for (let attempt = 0; attempt < 20; attempt += 1) {
        const found = await store.get('inventories', id);
        const current = found?.value as Inventory | undefined;
        if (found === undefined || current?.status !== 'running') return undefined;
        const next = change(current);
        const written = await store.write('inventories', [
          { kind: 'replace', row: id, value: next, etag: found.etag },
        ]);
        if (written.ok) return next;
      }
      throw new Error(`inventory ${id} is written by others all the time`);
    },

    async put(inventory: Inventory): Promise<void> {
      await store.write('inventories', [{ kind: 'upsert', row: inventory.id, value: inventory }]);
    },

    /** Stores one page of raw rows; the page key makes a repeated page harmless. */
    async putRaw(id: string, kind: RawKind, page: string, rows: readonly unknown[]): Promise<void> {
      await upsertAll(store, rawOf(id), rawRows(kind, '-', page, rows));
    },

    /** Stores one page of raw rows in the buckets of the machines they belong to; rows of no machine are left out. */
    async putRawByMachine<R>(
      id: string,
      kind: RawKind,
      page: string,
      rows: readonly R[],
      ownerOf: (row: R) => string | undefined,
    ): Promise<void> {
      const buckets = new Map<number, R[]>();
      for (const row of rows) {
        const owner = ownerOf(row);
        if (owner === undefined) continue;
        const bucket = bucketOf(owner);
        const members = buckets.get(bucket);
        if (members === undefined) buckets.set(bucket, [row]);
        else members.push(row);
      }
      const stored = [...buckets].flatMap(([bucket, members]) =>
        rawRows(kind, bucketKey(bucket), page, members),
      );
      await upsertAll(store, rawOf(id), stored);
    },

    /** Raw rows of a kind: of one bucket, or of all. */
    async readRaw<T = unknown>(id: string, kind: RawKind, bucket?: number): Promise<T[]> {
      const rows: T[] = [];
      const prefix = bucket === undefined ? `${kind}|` : `${kind}|${bucketKey(bucket)}|`;
      for await (const { value } of allRows(store, rawOf(id), prefix)) rows.push(...(value as T[]));
      return rows;
    },

    /** Drops raw rows: of one kind, or all. */
    async dropRaw(id: string, kind?: RawKind): Promise<void> {
      await dropRows(store, rawOf(id), kind === undefined ? {} : { prefix: `${kind}|` });
    },

    /** Replaces one part of an inventory. `section` lets several writers share a kind. */
    async putPart(id: string, kind: PartKind, items: readonly unknown[], section = ''): Promise<void> {
      const rows = chunk(items, ITEMS_PER_ROW).map((value, i) => ({
        row: `${kind}|${section}|${String(i).padStart(5, '0')}`,
        value,
      }));
      await upsertAll(store, partsOf(id), rows);
    },

    readPart,

    async estate(id: string): Promise<InventoryEstate> {
      return {
        rules: await readPart<Rule>(id, 'rules'),
        endpoints: await readPart<Endpoint>(id, 'endpoints'),
        workspaces: await readPart<Workspace>(id, 'workspaces'),
        unreadWorkspaces: await readPart(id, 'unreadWorkspaces'),
      };
    },

    async putMachines(id: string, machines: readonly Machine[]): Promise<void> {
      const rows = machines.map((machine) => ({ row: machineKey(machine.id), value: machine }));
      for (const [partition, members] of byShard(rows, machinesOf(id)))
        await upsertAll(store, partition, members);
    },

    async machine(id: string, machineId: string): Promise<Machine | undefined> {
      const key = machineKey(machineId);
      return (await store.get(machinesOf(id)(shardOf(key)), key))?.value as Machine | undefined;
    },

    /** Machines of one shard. */
    async *machinesOf(id: string, shard: string): AsyncGenerator<Machine> {
      for await (const { value } of allRows(store, machinesOf(id)(shard))) yield value as Machine;
    },

    async *machines(id: string): AsyncGenerator<Machine> {
      for await (const { value } of allShards(store, machinesOf(id))) yield value as Machine;
    },

    /** One page of machines, in key order. */
    async machinePage(id: string, limit: number, after?: string) {
      const page = await shardedPage(store, machinesOf(id), {
        limit,
        ...(after === undefined ? {} : { after }),
      });
      return {
        machines: page.rows.map(({ row, value }) => ({ key: row, machine: value as Machine })),
        next: page.next,
      };
    },
  };
}

/** A place in a list of machines: what `machineKey` gives. */
export const MACHINE_PLACE = /^[0-9a-f]{24}$/;

/** The key machines are stored and paged by: it depends on the id alone, so two inventories share it. */
export function machineKey(machineId: string): string {
  return shortHash(machineId, 24);
}

function rawRows(kind: RawKind, bucket: string, page: string, rows: readonly unknown[]) {
  return chunk(rows, ITEMS_PER_ROW).map((value, i) => ({
    row: `${kind}|${bucket}|${page}|${String(i).padStart(4, '0')}`,
    value,
  }));
}

function bucketKey(bucket: number): string {
  return bucket.toString(16);
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}
