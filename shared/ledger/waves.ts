import { shortHash } from '../model/ids.ts';
import type { PlannedMachine } from '../model/plan.ts';
import type { BatchSummary, MachineRecord, Wave } from '../model/wave.ts';
import { allRows, type Store, type StoredRow, updateRow, upsertAll } from './store.ts';

/** A machine of a wave: what is planned for it and what is true of it. */
export interface WaveMachine {
  readonly planned: PlannedMachine;
  readonly record: MachineRecord;
}

export function createWaves(store: Store) {
  const batchPartition = (waveId: string, batchId: string) => `wave|${waveId}|${batchId}`;
  const summaryPartition = (waveId: string) => `batches|${waveId}`;
  const machineRow = (machineId: string) => `machine|${shortHash(machineId, 24)}`;
  return {
    partitionOf: batchPartition,

    async get(id: string): Promise<{ wave: Wave; etag: string } | undefined> {
      const found = await store.get('waves', id);
      return found === undefined ? undefined : { wave: found.value as Wave, etag: found.etag };
    },

    /** False when the wave exists. */
    async create(wave: Wave): Promise<boolean> {
      return (await store.write('waves', [{ kind: 'insert', row: wave.id, value: wave }])).ok;
    },

    /**
     * Changes the wave record; the change is computed again when another writer was faster.
     * `change` returns undefined to leave the record as it is.
     */
    update(id: string, change: (wave: Wave) => Wave | undefined): Promise<Wave | undefined> {
      return updateRow(store, 'waves', id, change);
    },

    async list(): Promise<Wave[]> {
      const waves: Wave[] = [];
      for await (const { value } of allRows(store, 'waves')) waves.push(value as Wave);
      return waves;
    },

    async putBatch(waveId: string, batchId: string, machines: readonly WaveMachine[]): Promise<void> {
      await upsertAll(
        store,
        batchPartition(waveId, batchId),
        machines.map((machine) => ({ row: machineRow(machine.record.machineId), value: machine })),
      );
    },

    /** Lays out a batch; false when it is there already, and then it is left as it is. */
    async createBatch(waveId: string, batchId: string, machines: readonly WaveMachine[]): Promise<boolean> {
      const operations = machines.map(
        (value) => ({ kind: 'insert', row: machineRow(value.record.machineId), value }) as const,
      );
      return (await store.write(batchPartition(waveId, batchId), operations)).ok;
    },

    async batch(waveId: string, batchId: string): Promise<WaveMachine[]> {
      return (await this.rows(waveId, batchId)).machines;
    },

    /** A batch with what each row was when it was read, for a writer that must not overwrite another's. */
    async rows(
      waveId: string,
      batchId: string,
    ): Promise<{ waveId: string; batchId: string; machines: WaveMachine[]; etags: Map<string, string> }> {
      const page = await store.list(batchPartition(waveId, batchId), { prefix: 'machine|' });
      const machines = page.rows.map(({ value }: StoredRow) => value as WaveMachine);
      const etags = new Map(page.rows.map(({ etag }, i) => [machines[i]?.record.machineId ?? '', etag]));
      return { waveId, batchId, machines, etags };
    },

    /** Writes machines whose rows are still as they were read: all of them, or none. Their new etags, or undefined. */
    async replaceMachines(
      read: { waveId: string; batchId: string; etags: ReadonlyMap<string, string> },
      machines: readonly WaveMachine[],
    ): Promise<Map<string, string> | undefined> {
      if (machines.length === 0) return new Map();
      const operations = machines.map((value) => {
        const { machineId } = value.record;
        const etag = read.etags.get(machineId) ?? '';
        return { kind: 'replace', row: machineRow(machineId), value, etag } as const;
      });
      const written = await store.write(batchPartition(read.waveId, read.batchId), operations);
      if (!written.ok) return undefined;
      return new Map(machines.map(({ record }, i) => [record.machineId, written.etags[i] ?? '']));
    },

    async summaryRow(
      waveId: string,
      batchId: string,
    ): Promise<{ summary: BatchSummary; etag: string } | undefined> {
      const found = await store.get(summaryPartition(waveId), batchId);
      return found === undefined ? undefined : { summary: found.value as BatchSummary, etag: found.etag };
    },

    /**
     * The new etag; undefined when the summary is no longer the one of the etag given, or, without one, when there
     * is a summary.
     */
    async replaceSummary(
      waveId: string,
      summary: BatchSummary,
      etag: string | undefined,
    ): Promise<string | undefined> {
      const row = { row: summary.batchId, value: summary };
      const written = await store.write(summaryPartition(waveId), [
        etag === undefined ? { kind: 'insert', ...row } : { kind: 'replace', ...row, etag },
      ]);
      return written.ok ? written.etags[0] : undefined;
    },

    async putSummary(waveId: string, summary: BatchSummary): Promise<void> {
      await store.write(summaryPartition(waveId), [{ kind: 'upsert', row: summary.batchId, value: summary }]);
    },

    async summary(waveId: string, batchId: string): Promise<BatchSummary | undefined> {
      return (await this.summaryRow(waveId, batchId))?.summary;
    },

    async summaries(waveId: string): Promise<BatchSummary[]> {
      const summaries: BatchSummary[] = [];
      for await (const { value } of allRows(store, summaryPartition(waveId)))
        summaries.push(value as BatchSummary);
      return summaries;
    },
  };
}
