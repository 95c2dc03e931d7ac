import type { Ledger } from '../ledger/ledger.ts';
import type { WaveMachine } from '../ledger/waves.ts';
import { contentHash } from '../model/ids.ts';
import type { BatchSummary } from '../model/wave.ts';
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
  /** What each row was when it was read or written last, by machine id. */
  readonly etags: ReadonlyMap<string, string>;
  /** The batch's counts, read before its machines: counts of rows that changed since have another etag. */
  readonly counts: { readonly summary: BatchSummary; readonly etag: string } | undefined;
}

/** Attempts to write between other writers: each gives way to at least one of them. */
const ATTEMPTS = 20;

/** A batch as it is in the ledger. */
export async function readBatch(ledger: Ledger, waveId: string, batchId: string): Promise<BatchRows> {
  const counts = await ledger.waves.summaryRow(waveId, batchId);
  return { ...(await ledger.waves.rows(waveId, batchId)), counts };
}

/**
 * Writes machines before their changes start, and gives the batch with them in it. Undefined when another look
 * was faster with any of them: then nothing may start.
 */
export async function claimMachines(
  ledger: Ledger,
  rows: BatchRows,
  claimed: readonly WaveMachine[],
): Promise<BatchRows | undefined> {
  const etags = await ledger.waves.replaceMachines(rows, claimed);
  return etags === undefined ? undefined : withMachines(rows, claimed, etags);
}

/** Writes what a look changed, but for machines that another one wrote meanwhile, and gives the batch as it is then. */
export async function recordMachines(
  ledger: Ledger,
  rows: BatchRows,
  changed: readonly WaveMachine[],
): Promise<BatchRows> {
  const { waveId, batchId } = rows;
  let left = changed;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const written = await ledger.waves.replaceMachines(rows, left);
    if (written !== undefined)
      return attempt === 0 ? withMachines(rows, left, written) : readBatch(ledger, waveId, batchId);
    const { etags } = await ledger.waves.rows(waveId, batchId);
    left = left.filter(({ record }) => etags.get(record.machineId) === rows.etags.get(record.machineId));
  }
  throw new Error(`batch ${batchId} of ${waveId} is changed by too many writers at once`);
}

/**
 * Counts a batch anew from its machines. Where others have counted since the batch was read, it is read again, so
 * the last to write machines is the last to count them. Gives the batch that was counted.
 */
export async function refreshSummary(ledger: Ledger, rows: BatchRows, at: string): Promise<BatchRows> {
  const { waveId, batchId } = rows;
  let current = rows;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { counts, machines } = current;
    const summary = summarizeBatch(batchId, machines, at);
    if (counts !== undefined && contentHash({ ...counts.summary, updatedAt: at }) === contentHash(summary))
      return current;
    const etag = await ledger.waves.replaceSummary(waveId, summary, counts?.etag);
    if (etag !== undefined) return { ...current, counts: { summary, etag } };
    current = await readBatch(ledger, waveId, batchId);
  }
  throw new Error(`the counts of batch ${batchId} of ${waveId} are changed by too many writers at once`);
}

function withMachines(
  rows: BatchRows,
  written: readonly WaveMachine[],
  etags: ReadonlyMap<string, string>,
): BatchRows {
  const changed = new Map(written.map((machine) => [machine.record.machineId, machine]));
  return {
    ...rows,
    machines: rows.machines.map((machine) => changed.get(machine.record.machineId) ?? machine),
    etags: new Map([...rows.etags, ...etags]),
  };
}
