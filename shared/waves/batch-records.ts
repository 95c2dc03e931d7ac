import type { Ledger } from '../ledger/ledger.ts';
import type { WaveMachine } from '../ledger/waves.ts';
import { contentHash } from '../model/ids.ts';
import { summarizeBatch } from './batch-summary.ts';

/**
 * Two looks at one batch can run at once: an activity is delivered at least once, and a wave that is started
 * again has batches beside those of its first life. So a look writes a row only as it read it, and one that
 * finds another was faster leaves that one's result, as if it had been killed before it wrote.
 */
export interface BatchRows {
  readonly waveId: string;
  readonly batchId: string;
  readonly machines: readonly WaveMachine[];
  /** What each row was when it was read, by machine id. */
  readonly etags: ReadonlyMap<string, string>;
}

/** Attempts to write between other writers: each gives way to at least one of them. */
const ATTEMPTS = 20;

/**
 * Writes machines before their changes start, and gives the batch with them in it. Undefined when another look
 * was faster with any of them: then nothing may start.
 */
export async function claimMachines(
  ledger: Ledger,
  rows: BatchRows,
  claimed: readonly WaveMachine[],
): Promise<BatchRows | undefined> {
  if (!(await ledger.waves.replaceMachines(rows, claimed))) return undefined;
  const { waveId, batchId } = rows;
  const after = await ledger.waves.rows(waveId, batchId);
  const own = new Map(claimed.map((machine) => [machine.record.machineId, contentHash(machine)]));
  const etags = new Map(rows.etags);
  for (const machine of after.machines) {
    const { machineId } = machine.record;
    const wanted = own.get(machineId);
    if (wanted === undefined) continue;
    if (wanted !== contentHash(machine)) return undefined;
    etags.set(machineId, after.etags.get(machineId) ?? '');
  }
  const changed = new Map(claimed.map((machine) => [machine.record.machineId, machine]));
  return {
    ...{ waveId, batchId, etags },
    machines: rows.machines.map((machine) => changed.get(machine.record.machineId) ?? machine),
  };
}

/** Writes what a look changed, but for machines that another one wrote meanwhile. */
export async function recordMachines(
  ledger: Ledger,
  rows: BatchRows,
  changed: readonly WaveMachine[],
): Promise<void> {
  let left = changed;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (left.length === 0 || (await ledger.waves.replaceMachines(rows, left))) return;
    const { etags } = await ledger.waves.rows(rows.waveId, rows.batchId);
    left = left.filter(({ record }) => etags.get(record.machineId) === rows.etags.get(record.machineId));
  }
  throw new Error(`batch ${rows.batchId} of ${rows.waveId} is changed by too many writers at once`);
}

/** Counts a batch anew from its records, and gives them. The last to write records is the last to count them. */
export async function refreshSummary(
  ledger: Ledger,
  waveId: string,
  batchId: string,
  at: string,
): Promise<readonly WaveMachine[]> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const stored = await ledger.waves.summaryRow(waveId, batchId);
    const machines = await ledger.waves.batch(waveId, batchId);
    const summary = summarizeBatch(batchId, machines, at);
    if (stored !== undefined && contentHash({ ...stored.summary, updatedAt: at }) === contentHash(summary))
      return machines;
    if (await ledger.waves.replaceSummary(waveId, summary, stored?.etag)) return machines;
  }
  throw new Error(`the counts of batch ${batchId} of ${waveId} are changed by too many writers at once`);
}
