import { contentHash, shortHash } from '../model/ids.ts';
import type { AuditEntry } from '../model/wave.ts';
import { mergedPage, mergedRows } from './merged.ts';
import { SHARDS, shardOf } from './shards.ts';
import { type Store, type StoredRow, upsertAll } from './store.ts';

/**
 * Append-only trails: one of each wave and run, in as many partitions as a wave in hundreds of subscriptions needs, and
 * one of all else. What one look of a batch writes is in one partition, and so in few transactions (ADR 0029).
 */
export function createAudit(store: Store) {
  return {
    /**
     * Appends entries under a key that says who writes; rows are told apart by content, so the same entries
     * written twice leave one trail and different ones of the same instant both stay.
     */
    async append(key: string, entries: readonly AuditEntry[]): Promise<void> {
      const byWave = new Map<string, { row: string; value: AuditEntry }[]>();
      entries.forEach((entry, i) => {
        const partition = partitionOf(entry.waveId, key);
        const rows = byWave.get(partition) ?? [];
        rows.push({
          row: `${entry.at}|${key}|${String(i).padStart(4, '0')}|${contentHash(entry, 8)}`,
          value: entry,
        });
        byWave.set(partition, rows);
      });
      for (const [partition, rows] of byWave) await upsertAll(store, partition, rows);
    },

    /** A page of a trail in time order; `next` continues after the row it names. */
    async page(
      waveId: string | null,
      options: { readonly limit: number; readonly after?: string | undefined },
    ): Promise<{ rows: readonly { row: string; entry: AuditEntry }[]; next: string | undefined }> {
      const page = await mergedPage(store, auditPartitions(waveId), options);
      const rows = page.rows.map(({ row, value }) => ({ row, entry: value as AuditEntry }));
      return { rows, next: page.next };
    },

    /** The trail of a wave in time order. */
    async *read(waveId: string | null): AsyncGenerator<AuditEntry> {
      for await (const { value } of auditRows(store, waveId)) yield value as AuditEntry;
    },
  };
}

/** Where the trail is of a wave, of a run of a plan, or, with null, of the rest. */
export function auditPartitions(waveId: string | null): readonly string[] {
  return waveId === null ? ['audit|general'] : SHARDS.map((shard) => `audit|${waveId}|${shard}`);
}

/** By who writes, so that the same entries written twice are the same rows. */
function partitionOf(waveId: string | null, key: string): string {
  return waveId === null ? 'audit|general' : `audit|${waveId}|${shardOf(shortHash(key))}`;
}

/** The rows of a trail in time order, over all its partitions. */
export function auditRows(store: Store, waveId: string | null, after?: string): AsyncGenerator<StoredRow> {
  return mergedRows(store, auditPartitions(waveId), { after });
}
