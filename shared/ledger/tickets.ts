import { shortHash } from '../model/ids.ts';
import type { TicketRecord } from '../model/ticket.ts';
import { allRows, dropRows, type Store, updateRow } from './store.ts';

const PARTITION = 'tickets';
const DAY_MS = 86_400_000;

/** Changes at a ticket desk, one a wave, and the signed messages that were taken in. */
export function createTickets(store: Store) {
  const messagePartition = (dayMs: number) => `ticket-messages|${new Date(dayMs).toISOString().slice(0, 10)}`;
  return {
    async get(waveId: string): Promise<TicketRecord | undefined> {
      return (await store.get(PARTITION, waveId))?.value as TicketRecord | undefined;
    },

    /** False when the wave has one. */
    async create(record: TicketRecord): Promise<boolean> {
      return (await store.write(PARTITION, [{ kind: 'insert', row: record.waveId, value: record }])).ok;
    },

    /** Changes a record; computed again when another writer was faster, undefined leaves it as it is. */
    update(
      waveId: string,
      change: (record: TicketRecord) => TicketRecord | undefined,
    ): Promise<TicketRecord | undefined> {
      return updateRow(store, PARTITION, waveId, change);
    },

    /** Those that are not closed. */
    async open(): Promise<TicketRecord[]> {
      const open: TicketRecord[] = [];
      for await (const { value } of allRows(store, PARTITION)) {
        const record = value as TicketRecord;
        if (record.closed === null) open.push(record);
      }
      return open;
    },

    /**
     * Keeps a message by its id, under the day it was signed on, which no replay can change. `new`, `again` with the
     * same content, or `other`: the id was used for another message.
     */
    async takeMessage(id: string, signedAtMs: number, hash: string): Promise<'new' | 'again' | 'other'> {
      const partition = messagePartition(signedAtMs);
      const row = shortHash(id, 40);
      if ((await store.write(partition, [{ kind: 'insert', row, value: { hash } }])).ok) return 'new';
      const known = (await store.get(partition, row))?.value as { hash: string } | undefined;
      return known?.hash === hash ? 'again' : 'other';
    },

    /** Deletes messages that are too old to be taken for new; a week of days, so that a missed night is made up. */
    async dropMessages(nowMs: number): Promise<number> {
      let deleted = 0;
      for (let days = 2; days < 9; days += 1)
        deleted += (await dropRows(store, messagePartition(nowMs - days * DAY_MS))).deleted;
      return deleted;
    },
  };
}
