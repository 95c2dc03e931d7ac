import type { TableUses } from '../blast-radius/model.ts';
import type { Reader } from './model.ts';

/** Readers that are named with a lever; how many there are is told beside. */
const MOST_NAMED = 20;
/** Those that tell somebody when something happens come first. */
const ALERTING: ReadonlySet<Reader['kind']> = new Set(['analyticsRule', 'alertRule']);

interface IndexedUse {
  readonly reader: Omit<Reader, 'how'>;
  readonly columns: ReadonlySet<string> | 'all';
  /** Whether its result shows whole rows: a column that goes is seen, whether it is relied on or not. */
  readonly wholeRows: boolean;
  /** Whole numbers that its text names. */
  readonly numbers: ReadonlySet<string>;
}

/** What is known of who reads the tables of a workspace. */
export interface KnownReaders {
  /** null: nobody could look. */
  readonly uses: TableUses | null;
  /** What may hold queries and was not looked into. */
  readonly unread: readonly { readonly what: string; readonly reason: string }[];
}

/** Who reads which table, prepared once for all levers. */
export interface ReaderIndex {
  readonly byTable: ReadonlyMap<string, readonly IndexedUse[]>;
  /** Whether all readers are known: a query whose tables cannot be told may read anything. */
  readonly complete: boolean;
}

export interface FoundReaders {
  readonly readers: readonly Reader[];
  readonly readerCount: number;
  readonly readersUnknown: boolean;
}

/** Prepares what is known for the questions below. */
export function indexReaders({ uses, unread }: KnownReaders): ReaderIndex {
  const byTable = new Map<string, IndexedUse[]>();
  for (const { holder, place, table, columns, wholeRows = false } of uses?.uses ?? []) {
    const key = table.toLowerCase();
    const all = byTable.get(key) ?? [];
    byTable.set(key, all);
    const { kind, id, name } = holder;
    all.push({
      reader: { kind, id, name, place },
      wholeRows,
      columns: columns === 'all' ? 'all' : new Set(columns.map((column) => column.toLowerCase())),
      numbers: numbersIn(holder.texts.filter((one) => one.place === place).map(({ text }) => text)),
    });
  }
  return { byTable, complete: uses !== null && uses.unresolved.length === 0 && unread.length === 0 };
}

/** A number stands alone: 4662 is not named by 46620, nor by a_4662. */
function numbersIn(texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.flatMap((text) => text.match(/\b\d+\b/g) ?? []));
}

/** Whether a reader sends alerts. */
export function isAlerting({ kind }: Pick<Reader, 'kind'>): boolean {
  return ALERTING.has(kind);
}

/** All readers of a table, with those that name the event id marked as such. */
export function readersOfEvent(index: ReaderIndex, table: string, eventId: number): FoundReaders {
  return found(
    usesOf(index, table).map(({ reader, numbers }) => ({
      ...reader,
      how: numbers.has(String(eventId)) ? 'names' : 'table',
    })),
    !index.complete,
  );
}

/** Readers of whole rows of some tables; those who name other columns are none of this one's. */
export function readersOfColumns(index: ReaderIndex, tables: readonly string[]): FoundReaders {
  const whole = tables
    .flatMap((table) => usesOf(index, table))
    .filter(({ columns, wholeRows }) => columns === 'all' || wholeRows)
    .map(({ reader }): Reader => ({ ...reader, how: 'table' }));
  return found(whole, !index.complete || whole.length > 0);
}

/** Whether a query names the column of one of the tables. */
export function namesColumn(index: ReaderIndex, tables: readonly string[], column: string): boolean {
  return tables
    .flatMap((table) => usesOf(index, table))
    .some(({ columns }) => columns !== 'all' && columns.has(column.toLowerCase()));
}

/** All readers of some tables. */
export function readersOfTables(index: ReaderIndex, tables: readonly string[]): FoundReaders {
  const all = tables
    .flatMap((table) => usesOf(index, table))
    .map(({ reader }): Reader => ({ ...reader, how: 'table' }));
  return found(all, !index.complete);
}

function usesOf(index: ReaderIndex, table: string): readonly IndexedUse[] {
  return index.byTable.get(table.toLowerCase()) ?? [];
}

function found(all: readonly Reader[], readersUnknown: boolean): FoundReaders {
  const rank = (one: Reader) =>
    `${one.how === 'names' ? 0 : 1}${isAlerting(one) ? 0 : 1} ${one.id} ${one.place}`;
  const sorted = all
    .map((reader) => ({ reader, rank: rank(reader) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ reader }) => reader);
  return { readers: sorted.slice(0, MOST_NAMED), readerCount: sorted.length, readersUnknown };
}
