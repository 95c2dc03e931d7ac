import { hasRoom, MAX_KEY_LENGTH } from './keys.ts';
import { isRefusal, refusal } from './refusals.ts';

/**
 * The storage the ledger needs: rows in partitions, optimistic concurrency, small atomic writes.
 * Shaped after Azure Table Storage so that both implementations behave the same.
 */
export interface Store {
  get(partition: string, row: string): Promise<StoredRow | undefined>;
  /** Rows of a partition in ascending row order. */
  list(partition: string, options?: ListOptions): Promise<Page>;
  /** Applies all operations of one partition or none; at most `MAX_OPERATIONS`, and each row once. */
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
  /** With an etag only the row that was read is deleted; such a deletion stands alone. */
  | { readonly kind: 'delete'; readonly row: string; readonly etag?: string };

/** `exists`: insert of a row that is there. `changed`: replace or delete with an old etag. */
export type WriteResult =
  | {
      readonly ok: true;
      /** The etag of each operation's row from now on, in their order; empty for a row that was deleted. */
      readonly etags: readonly string[];
    }
  | { readonly ok: false; readonly code: 'exists' | 'changed'; readonly row: string };

/** Refuses what no implementation takes; called by each of them first. */
export function checkWrite(partition: string, operations: readonly WriteOperation[]): void {
  if (operations.length > MAX_OPERATIONS) {
    throw refusal(
      'tooManyOperations',
      `a ledger write takes at most ${MAX_OPERATIONS} operations, got ${operations.length}`,
    );
  }
  const isConditional = operations.some((one) => one.kind === 'delete' && one.etag !== undefined);
  if (isConditional && operations.length > 1)
    throw refusal('notAlone', `a deletion by etag in ${partition} cannot be one of several operations`);
  const rows = new Set<string>();
  for (const { row } of operations) {
    if (rows.has(row)) throw refusal('rowTwice', `a ledger write names row ${row} of ${partition} twice`);
    rows.add(row);
  }
  const long = [partition, ...rows].find((key) => !hasRoom(key));
  if (long === undefined) return;
  throw refusal('keyTooLong', `a key of the ledger has at most ${MAX_KEY_LENGTH} characters: ${long}`);
}

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

/**
 * Writes any number of independent upserts in as few transactions as the limits allow; of a row that is named twice
 * the last value counts.
 */
export async function upsertAll(
  store: Store,
  partition: string,
  rows: readonly { row: string; value: unknown }[],
): Promise<void> {
  const last = new Map(rows.map(({ row, value }) => [row, { kind: 'upsert', row, value } as const]));
  const operations = [...last.values()];
  for (let i = 0; i < operations.length; i += MAX_OPERATIONS)
    await writeSome(store, partition, operations.slice(i, i + MAX_OPERATIONS));
}

/** Large rows do not fit into one transaction: then in halves. */
async function writeSome(
  store: Store,
  partition: string,
  operations: readonly WriteOperation[],
): Promise<void> {
  try {
    await store.write(partition, operations);
  } catch (error) {
    if (operations.length < 2 || !isRefusal(error, 'transactionTooLarge')) throw error;
    const half = Math.ceil(operations.length / 2);
    await writeSome(store, partition, operations.slice(0, half));
    await writeSome(store, partition, operations.slice(half));
  }
}

/** Deletes rows of a partition, at most so many; how many they were, and whether none is left. */
export async function dropRows(
  store: Store,
  partition: string,
  { prefix = '', limit = Number.POSITIVE_INFINITY }: { prefix?: string; limit?: number } = {},
): Promise<{ deleted: number; isEmpty: boolean }> {
  let deleted = 0;
  while (deleted < limit) {
    const wanted = Math.min(MAX_OPERATIONS, limit - deleted);
    const { rows, next } = await store.list(partition, { prefix, limit: wanted });
    if (rows.length > 0)
      await store.write(
        partition,
        rows.map(({ row }) => ({ kind: 'delete', row })),
      );
    deleted += rows.length;
    if (next === undefined) return { deleted, isEmpty: true };
  }
  return { deleted, isEmpty: false };
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
