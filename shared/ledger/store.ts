/**
 * The storage the ledger needs: rows in partitions, optimistic concurrency, small atomic writes.
 * Shaped after Azure Table Storage so that both implementations behave the same.
 */
export interface Store {
  get(partition: string, row: string): Promise<StoredRow | undefined>;
  /** Rows of a partition in ascending row order. */
  list(partition: string, options?: ListOptions): Promise<Page>;
  /** Applies all operations of one partition or none; at most `MAX_OPERATIONS`. */
  write(partition: string, operations: readonly WriteOperation[]): Promise<WriteResult>;
  close(): Promise<void>;
}

/** The limit of an entity group transaction in Azure Table Storage. */
export const MAX_OPERATIONS = 100;

export interface StoredRow {
  readonly row: string;
  readonly etag: string;
  readonly value: unknown;
}

export interface ListOptions {
  /** Only rows whose key starts with this. */
  readonly prefix?: string;
  readonly limit?: number;
  /** Continue after this row key. */
  readonly after?: string;
}

export interface Page {
  readonly rows: readonly StoredRow[];
  /** Pass as `after` to read on; absent at the end. */
  readonly next?: string;
}

export type WriteOperation =
  | { readonly kind: 'insert' | 'upsert'; readonly row: string; readonly value: unknown }
  | { readonly kind: 'replace'; readonly row: string; readonly value: unknown; readonly etag: string }
  | { readonly kind: 'delete'; readonly row: string };

/** `exists`: insert of a row that is there. `changed`: replace with an old etag. */
export type WriteResult =
  | {
      readonly ok: true;
      /** The etag of each operation's row from now on, in their order; empty for a row that was deleted. */
      readonly etags: readonly string[];
    }
  | { readonly ok: false; readonly code: 'exists' | 'changed'; readonly row: string };

/** Every row of a partition, or those that begin with a prefix or come after a row, page by page. */
export async function* allRows(
  store: Store,
  partition: string,
  prefix?: string,
  from?: string,
): AsyncGenerator<StoredRow> {
  let after = from;
  do {
    const page: Page = await store.list(partition, {
      limit: 1000,
      ...(prefix === undefined ? {} : { prefix }),
      ...(after === undefined ? {} : { after }),
    });
    yield* page.rows;
    after = page.next;
  } while (after !== undefined);
}

/** Writes any number of independent upserts in as few transactions as the limit allows. */
export async function upsertAll(
  store: Store,
  partition: string,
  rows: readonly { row: string; value: unknown }[],
): Promise<void> {
  for (let i = 0; i < rows.length; i += MAX_OPERATIONS) {
    await store.write(
      partition,
      rows.slice(i, i + MAX_OPERATIONS).map(({ row, value }) => ({ kind: 'upsert', row, value })),
    );
  }
}

/**
 * Changes a row; the change is computed again when another writer was faster. `change` returns undefined to
 * leave the row as it is; undefined comes back when there is none.
 */
export async function updateRow<T>(
  store: Store,
  partition: string,
  row: string,
  change: (current: T) => T | undefined,
): Promise<T | undefined> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const found = await store.get(partition, row);
    if (found === undefined) return undefined;
    const current = found.value as T;
    const next = change(current);
    if (next === undefined) return current;
    const written = await store.write(partition, [{ kind: 'replace', row, value: next, etag: found.etag }]);
    if (written.ok) return next;
  }
  throw new Error(`${row} of ${partition} is changed by too many writers at once`);
}
