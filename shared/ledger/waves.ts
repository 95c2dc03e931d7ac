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

    async batch(waveId: string, batchId: string): Promise<WaveMachine[]> {
      const page = await store.list(batchPartition(waveId, batchId), { prefix: 'machine|' });
      return page.rows.map(({ value }: StoredRow) => value as WaveMachine);
    },

    async putSummary(waveId: string, summary: BatchSummary): Promise<void> {
      await store.write(summaryPartition(waveId), [{ kind: 'upsert', row: summary.batchId, value: summary }]);
    },

    async summary(waveId: string, batchId: string): Promise<BatchSummary | undefined> {
      return (await store.get(summaryPartition(waveId), batchId))?.value as BatchSummary | undefined;
    },

    async summaries(waveId: string): Promise<BatchSummary[]> {
      const summaries: BatchSummary[] = [];
      for await (const { value } of allRows(store, summaryPartition(waveId)))
        summaries.push(value as BatchSummary);
      return summaries;
    },
  };
}
