import { contentHash } from '../model/ids.ts';
import type { AuditEntry } from '../model/wave.ts';
import { allRows, type Store, upsertAll } from './store.ts';

/** Append-only trail, one partition a wave; entries without a wave go to `general`. */
export function createAudit(store: Store) {
  return {
    /**
     * Appends entries under a key that says who writes; rows are told apart by content, so the same entries
     * written twice leave one trail and different ones of the same instant both stay.
     */
    async append(key: string, entries: readonly AuditEntry[]): Promise<void> {
      const byWave = new Map<string, { row: string; value: AuditEntry }[]>();
      entries.forEach((entry, i) => {
        const partition = auditPartition(entry.waveId);
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
      const { limit, after } = options;
      const page = await store.list(auditPartition(waveId), { limit, ...(after && { after }) });
      const rows = page.rows.map(({ row, value }) => ({ row, entry: value as AuditEntry }));
      return { rows, next: page.next };
    },

    /** The trail of a wave in time order. */
    async *read(waveId: string | null): AsyncGenerator<AuditEntry> {
      for await (const row of allRows(store, auditPartition(waveId))) yield row.value as AuditEntry;
    },
  };
}

/** A wave, a run of a plan, or null for the rest. */
export function auditPartition(waveId: string | null): string {
  return `audit|${waveId ?? 'general'}`;
}
