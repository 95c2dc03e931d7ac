import type { DeadLetter, Delivery, Subscription } from '../model/subscription.ts';
import { allRows, dropRows, type Store, updateRow, type WriteOperation } from './store.ts';

const PARTITION = 'subscriptions';

/** Rows of dead letters that a count goes through. */
const MOST_COUNTED = 1000;

/** What became of an event beside the place in its stream; written together with it. */
export type DeadLetterChange =
  | { readonly kind: 'put'; readonly letter: DeadLetter }
  | { readonly kind: 'drop'; readonly letter: DeadLetter };

/** Who hears of events, how far each is in each stream, and what could not be delivered. */
export function createSubscriptions(store: Store) {
  const deliveriesOf = (id: string) => `deliveries|${id}`;
  const streamRow = (stream: string) => `stream|${stream}`;
  const deadRow = ({ event: { stream, number } }: DeadLetter) =>
    `dead|${stream}|${String(number).padStart(10, '0')}`;
  const change = (one: DeadLetterChange): WriteOperation =>
    one.kind === 'put'
      ? { kind: 'upsert', row: deadRow(one.letter), value: one.letter }
      : { kind: 'delete', row: deadRow(one.letter) };

  return {
    /** False when there is one of this id. */
    async create(subscription: Subscription): Promise<boolean> {
      const row = { row: subscription.id, value: subscription };
      return (await store.write(PARTITION, [{ kind: 'insert', ...row }])).ok;
    },

    async get(id: string): Promise<Subscription | undefined> {
      return (await store.get(PARTITION, id))?.value as Subscription | undefined;
    },

    /** Oldest first. */
    async list(): Promise<Subscription[]> {
      const all: Subscription[] = [];
      for await (const { value } of allRows(store, PARTITION)) all.push(value as Subscription);
      return all.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
    },

    update(
      id: string,
      change: (current: Subscription) => Subscription | undefined,
    ): Promise<Subscription | undefined> {
      return updateRow(store, PARTITION, id, change);
    },

    /** With all that was noted of it; at most so many rows, the rest has no reader. */
    async remove(id: string): Promise<void> {
      await store.write(PARTITION, [{ kind: 'delete', row: id }]);
      await dropRows(store, deliveriesOf(id), { limit: 10_000 });
    },

    async delivery(id: string, stream: string): Promise<{ delivery: Delivery; etag: string | undefined }> {
      const found = await store.get(deliveriesOf(id), streamRow(stream));
      if (found !== undefined) return { delivery: found.value as Delivery, etag: found.etag };
      const none = { stream, through: 0, current: null, claimedUntil: null, deliveredAt: null };
      return { delivery: none, etag: undefined };
    },

    /** Writes how far it is, as it was read, and what became of a dead letter; undefined: another was faster. */
    async putDelivery(
      id: string,
      delivery: Delivery,
      etag: string | undefined,
      letter?: DeadLetterChange,
    ): Promise<string | undefined> {
      const row = { row: streamRow(delivery.stream), value: delivery };
      const written = await store.write(deliveriesOf(id), [
        etag === undefined ? { kind: 'insert', ...row } : { kind: 'replace', ...row, etag },
        ...(letter === undefined ? [] : [change(letter)]),
      ]);
      return written.ok ? written.etags[0] : undefined;
    },

    async deliveries(id: string): Promise<Delivery[]> {
      const all: Delivery[] = [];
      for await (const { value } of allRows(store, deliveriesOf(id), 'stream|')) all.push(value as Delivery);
      return all;
    },

    /** Dead letters by stream and number. */
    async deadLetters(
      id: string,
      options: { readonly limit: number; readonly after?: string | undefined; readonly stream?: string },
    ): Promise<{ rows: readonly { row: string; letter: DeadLetter }[]; next: string | undefined }> {
      const { limit, after, stream } = options;
      const prefix = stream === undefined ? 'dead|' : `dead|${stream}|`;
      const page = await store.list(deliveriesOf(id), { prefix, limit, ...(after && { after }) });
      const rows = page.rows.map(({ row, value }) => ({ row, letter: value as DeadLetter }));
      return { rows, next: page.next };
    },

    /** How many there are; beyond a thousand nobody counts. */
    async countDeadLetters(id: string): Promise<number> {
      return (await store.list(deliveriesOf(id), { prefix: 'dead|', limit: MOST_COUNTED })).rows.length;
    },

    /** Has a dead letter sent again; false when it is gone meanwhile. */
    async replay(id: string, row: string, at: string): Promise<boolean> {
      const marked = await updateRow<DeadLetter>(store, deliveriesOf(id), row, (letter) => ({
        ...letter,
        replayAt: at,
      }));
      return marked !== undefined;
    },

    /** Has the event that waits for another attempt sent at once, as if it were the first. */
    async retryNow(id: string, stream: string): Promise<void> {
      await updateRow<Delivery>(store, deliveriesOf(id), streamRow(stream), (delivery) =>
        delivery.current === null ? undefined : { ...delivery, current: null },
      );
    },

    /** Forgets what was noted of a stream. */
    async dropStream(id: string, stream: string): Promise<void> {
      await dropRows(store, deliveriesOf(id), { prefix: `dead|${stream}|` });
      await store.write(deliveriesOf(id), [{ kind: 'delete', row: streamRow(stream) }]);
    },
  };
}
