/** What one text reads, while it is being found out. */
export interface Reading {
  /** By table: the columns it names, or `all`. */
  readonly tables: Map<string, Set<string> | 'all'>;
  /** Tables of which its result shows all columns. */
  readonly wholeRows: Set<string>;
  /** Sentences: what of it cannot be told. */
  readonly unresolved: Set<string>;
}

/** A reading of nothing. */
export function emptyReading(): Reading {
  return { tables: new Map(), wholeRows: new Set(), unresolved: new Set() };
}

/** Notes that a table is read. */
export function readTable({ tables }: Reading, table: string): void {
  if (!tables.has(table)) tables.set(table, new Set());
}

/** Notes that a column of a table is named. */
export function readColumn(reading: Reading, table: string, column: string): void {
  readTable(reading, table);
  const columns = reading.tables.get(table);
  if (columns !== 'all') columns?.add(column);
}

/** Notes that it cannot be told which columns of a table are read. */
export function readAll({ tables }: Reading, table: string): void {
  tables.set(table, 'all');
}

/** Adds what a called function reads; what it shows is up to the caller. */
export function addCalled(reading: Reading, alias: string, called: Reading): void {
  for (const [table, columns] of called.tables) {
    readTable(reading, table);
    if (columns === 'all') readAll(reading, table);
    else for (const column of columns) readColumn(reading, table, column);
  }
  for (const why of called.unresolved) {
    reading.unresolved.add(
      why.startsWith('Through the function') ? why : `Through the function ${alias}: ${why}`,
    );
  }
}
