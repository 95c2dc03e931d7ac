import type { StreamHead } from '../ledger/events.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type AppEvent, type EventDraft, STREAM } from '../model/event.ts';
import { MOST_DATA_BYTES } from './limits.ts';

export interface AppendDependencies {
  readonly ledger: Pick<Ledger, 'events'>;
  now(): number;
}

interface News {
  readonly seen: unknown;
  readonly events: readonly EventDraft[];
}

/**
 * Tells a stream what is new: `look` says it from what was told last, and both are written at once. Looked at again
 * when another writer was faster, so that nothing is told twice or left out. The events that were appended.
 */
export async function tellNews(
  { ledger, now }: AppendDependencies,
  stream: string,
  look: (seen: unknown) => Promise<News | undefined>,
): Promise<AppEvent[]> {
  requireStream(stream);
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const read = await ledger.events.head(stream);
    const news = await look(read?.head.seen);
    if (news === undefined || isOld(news, read?.head)) return [];
    const at = new Date(now()).toISOString();
    const appended = await ledger.events.append(stream, read, {
      ...news,
      events: news.events.map(fitting),
      at,
    });
    if (appended !== undefined) return appended;
  }
  throw new Error(`the stream ${stream} is written by too many at once`);
}

/**
 * Appends one event to a stream of any name (`STREAM`), for what is no state to compare. With a key it is appended
 * once, however often it is asked for. Who hears of it is woken by the caller, or by the watch.
 */
export async function appendEvent(
  { ledger, now }: AppendDependencies,
  stream: string,
  event: EventDraft,
  key?: string,
): Promise<AppEvent[]> {
  requireStream(stream);
  for (let attempt = 0; attempt < 20; attempt += 1) {
    if (key !== undefined && (await ledger.events.hasKey(stream, key))) return [];
    const read = await ledger.events.head(stream);
    const news = {
      seen: read?.head.seen ?? null,
      events: [fitting(event)],
      at: new Date(now()).toISOString(),
    };
    const made = await ledger.events.append(stream, read, { ...news, ...(key === undefined ? {} : { key }) });
    if (made !== undefined) return made;
  }
  throw new Error(`the stream ${stream} is written by too many at once`);
}

function requireStream(stream: string): void {
  if (!STREAM.test(stream)) throw new Error(`"${stream}" is no name of a stream`);
}

function isOld({ seen, events }: News, head: StreamHead | undefined): boolean {
  return events.length === 0 && head !== undefined && JSON.stringify(seen) === JSON.stringify(head.seen);
}

/** An event that no receiver refuses for its size: without its lists and objects where it is too large. */
function fitting(event: EventDraft): EventDraft {
  if (Buffer.byteLength(JSON.stringify(event.data)) <= MOST_DATA_BYTES) return event;
  const small = Object.entries(event.data).filter(
    ([, value]) =>
      value === null || typeof value === 'number' || typeof value === 'boolean' || isShort(value),
  );
  return { ...event, data: { ...Object.fromEntries(small), shortened: true } };
}

function isShort(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 1000;
}
