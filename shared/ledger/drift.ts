import type { DriftFinding, DriftRun, DriftTotals } from '../model/drift.ts';
import { DriftPolicy } from '../model/drift-policy.ts';
import { shortHash } from '../model/ids.ts';
import { machineKey } from './inventories.ts';
import { SHARDS, shardedPage } from './shards.ts';
import { allRows, dropRows, type Store, updateRow, upsertAll } from './store.ts';

const RUNS = 'drift';
/** Findings that are about no machine come first. */
const ESTATE = '-';
const PLACES = [ESTATE, ...SHARDS];

/** Runs of the drift check, what they found, and what they may do by themselves. */
export function createDrift(store: Store) {
  const findingsOf = (id: string) => (shard: string) => `drift|${id}|${shard}`;
  const totalsOf = (id: string) => `drift|${id}|totals`;
  const selectionsOf = (id: string) => `drift|${id}|selections`;

  async function list(): Promise<DriftRun[]> {
    const runs: DriftRun[] = [];
    for await (const { value } of allRows(store, RUNS)) runs.push(value as DriftRun);
    return runs.sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  }

  return {
    async get(id: string): Promise<DriftRun | undefined> {
      return (await store.get(RUNS, id))?.value as DriftRun | undefined;
    },

    /** False when there is a run of this id. */
    async create(run: DriftRun): Promise<boolean> {
      return (await store.write(RUNS, [{ kind: 'insert', row: run.id, value: run }])).ok;
    },

    update(id: string, change: (run: DriftRun) => DriftRun | undefined): Promise<DriftRun | undefined> {
      return updateRow(store, RUNS, id, change);
    },

    /** Newest first. */
    list,

    /** The newest run that completed. */
    async latest(): Promise<DriftRun | undefined> {
      return (await list()).find(({ status }) => status === 'completed');
    },

    /** Where the rows of a run are, its own record left out. */
    partitionsOf: (id: string): string[] => [...PLACES.map(findingsOf(id)), totalsOf(id), selectionsOf(id)],

    async forget(id: string): Promise<void> {
      await store.write(RUNS, [{ kind: 'delete', row: id }]);
    },

    /** Replaces the findings about the machines of one shard, or, without one, those about no machine. */
    async putFindings(
      id: string,
      shard: string | undefined,
      findings: readonly DriftFinding[],
    ): Promise<void> {
      const partition = findingsOf(id)(shard ?? ESTATE);
      await dropRows(store, partition);
      await upsertAll(
        store,
        partition,
        findings.map((value) => ({ row: findingRow(value), value })),
      );
    },

    /** Adds findings about no machine to those that are there. */
    async addFindings(id: string, findings: readonly DriftFinding[]): Promise<void> {
      await upsertAll(
        store,
        findingsOf(id)(ESTATE),
        findings.map((value) => ({ row: findingRow(value), value })),
      );
    },

    /** Findings about machines of one shard, or, without one, about no machine. */
    async *findings(id: string, shard?: string): AsyncGenerator<DriftFinding> {
      for await (const { value } of allRows(store, findingsOf(id)(shard ?? ESTATE)))
        yield value as DriftFinding;
    },

    async *allFindings(id: string): AsyncGenerator<DriftFinding> {
      for (const place of PLACES)
        for await (const { value } of allRows(store, findingsOf(id)(place))) yield value as DriftFinding;
    },

    async findingPage(id: string, limit: number, after?: string) {
      const options = { limit, ...(after === undefined ? {} : { after }) };
      const page = await shardedPage(store, findingsOf(id), options, PLACES);
      return {
        findings: page.rows.map(({ row, value }) => ({ key: row, finding: value as DriftFinding })),
        next: page.next,
      };
    },

    async putTotals(id: string, shard: string, totals: DriftTotals): Promise<void> {
      await store.write(totalsOf(id), [{ kind: 'upsert', row: shard, value: totals }]);
    },

    async totals(id: string): Promise<DriftTotals[]> {
      const all: DriftTotals[] = [];
      for await (const { value } of allRows(store, totalsOf(id))) all.push(value as DriftTotals);
      return all;
    },

    /** Machines of a remedy; the first selection stays. */
    async keepSelection(id: string, remedy: string, machineIds: readonly string[]): Promise<void> {
      const row = shortHash(remedy, 24);
      await store.write(selectionsOf(id), [{ kind: 'insert', row, value: { remedy, machineIds } }]);
    },

    async selection(id: string, remedy: string): Promise<readonly string[]> {
      const found = await store.get(selectionsOf(id), shortHash(remedy, 24));
      return (found?.value as { machineIds: readonly string[] } | undefined)?.machineIds ?? [];
    },

    /** What the check may do by itself; nothing, unless somebody said so. */
    async policy(): Promise<DriftPolicy> {
      return DriftPolicy.parse((await store.get('drift-policy', 'policy'))?.value ?? {});
    },

    async putPolicy(policy: DriftPolicy): Promise<void> {
      await store.write('drift-policy', [{ kind: 'upsert', row: 'policy', value: policy }]);
    },
  };
}

export type DriftLedger = ReturnType<typeof createDrift>;

/** A place in the list of findings. */
export const FINDING_PLACE = /^(-?[0-9a-f]{24})\|[A-Za-z]+$/;

function findingRow({ code, subject }: DriftFinding): string {
  const key = subject.kind === 'machine' ? machineKey(subject.id) : `${ESTATE}${shortHash(subject.id, 24)}`;
  return `${key}|${code}`;
}
