import { type AppEvent, EVENTS, type EventDraft, eventId } from '../model/event.ts';
import { shortHash } from '../model/ids.ts';
import { allRows, dropRows, type Store, type WriteOperation } from './store.ts';

/** Where a stream stands: its last number, and what was told of its subject, which the next look compares with. */
export interface StreamHead {
  readonly last: number;
  readonly seen: unknown;
}

/** A stream in the list of those that have events. */
export interface StreamEntry {
  readonly stream: string;
  /** When its last event was about to be written. */
  readonly at: string;
  /** False: every subscription is through with it. */
  readonly open: boolean;
}

export interface StreamNews {
  readonly seen: unknown;
  readonly events: readonly EventDraft[];
  readonly at: string;
  /** The same key appends once, whoever repeats it. */
  readonly key?: string;
}

const STREAMS = 'event-streams';
const HEAD = 'head';

/** Events in streams: each row is written once, and numbers have no gaps. */
export function createEvents(store: Store) {
  const partitionOf = (stream: string) => `events|${stream}`;
  const rowOf = (number: number) => `event|${String(number).padStart(10, '0')}`;
  return {
    async head(stream: string): Promise<{ head: StreamHead; etag: string } | undefined> {
      const found = await store.get(partitionOf(stream), HEAD);
      return found === undefined ? undefined : { head: found.value as StreamHead, etag: found.etag };
    },

    /**
     * Appends to a stream as it was read, together with what is told from now on. Undefined: another writer was
     * faster, or the key was used; look again.
     */
    async append(
      stream: string,
      read: { head: StreamHead; etag: string } | undefined,
      { seen, events, at, key }: StreamNews,
    ): Promise<AppEvent[] | undefined> {
      const last = read?.head.last ?? 0;
      const made = events.map((draft, i): AppEvent => {
        const number = last + i + 1;
        const severity = draft.severity ?? EVENTS[draft.type].severity;
        return { ...draft, id: eventId(stream, number), stream, number, time: at, severity };
      });
      // First, so that no event lies where nobody looks.
      if (made.length > 0) {
        const entry: StreamEntry = { stream, at, open: true };
        await store.write(STREAMS, [{ kind: 'upsert', row: stream, value: entry }]);
      }
      const head: StreamHead = { last: last + made.length, seen };
      const operations: WriteOperation[] = [
        read === undefined
          ? { kind: 'insert', row: HEAD, value: head }
          : { kind: 'replace', row: HEAD, value: head, etag: read.etag },
        ...made.map((event) => ({ kind: 'insert', row: rowOf(event.number), value: event }) as const),
        ...(key === undefined
          ? []
          : [{ kind: 'insert', row: `key|${shortHash(key, 24)}`, value: { at } } as const]),
      ];
      return (await store.write(partitionOf(stream), operations)).ok ? made : undefined;
    },

    async hasKey(stream: string, key: string): Promise<boolean> {
      return (await store.get(partitionOf(stream), `key|${shortHash(key, 24)}`)) !== undefined;
    },

    /** Events of a stream after a number, in order. */
    async after(stream: string, number: number, limit: number): Promise<AppEvent[]> {
      const page = await store.list(partitionOf(stream), {
        ...{ prefix: 'event|', after: rowOf(number), limit },
      });
      return page.rows.map(({ value }) => value as AppEvent);
    },

    /** Every stream with events that are kept. */
    async streams(): Promise<{ entry: StreamEntry; etag: string }[]> {
      const found: { entry: StreamEntry; etag: string }[] = [];
      for await (const { value, etag } of allRows(store, STREAMS))
        found.push({ entry: value as StreamEntry, etag });
      return found;
    },

    /** Notes that all are through with a stream, unless it was written to since it was read. */
    async close({ entry, etag }: { entry: StreamEntry; etag: string }): Promise<void> {
      const value: StreamEntry = { ...entry, open: false };
      await store.write(STREAMS, [{ kind: 'replace', row: entry.stream, value, etag }]);
    },

    /** Forgets the events of a stream; what was told stays, so that nothing is told twice. */
    async drop({ entry, etag }: { entry: StreamEntry; etag: string }): Promise<number> {
      let deleted = 0;
      for (const prefix of ['event|', 'key|'])
        deleted += (await dropRows(store, partitionOf(entry.stream), { prefix })).deleted;
      await store.write(STREAMS, [{ kind: 'delete', row: entry.stream, etag }]);
      return deleted;
    },
  };
}
