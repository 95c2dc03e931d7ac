import { allRows, type ListOptions, type Page, type Store, type StoredRow } from './store.ts';

/**
 * Partitions that one would be too busy for. A row's shard is the first digit of its key, so shards in order give
 * rows in order.
 */
export const SHARDS = [...'0123456789abcdef'];

export function shardOf(key: string): string {
  return key.slice(0, 1);
}

/** Every row of all shards, in order. */
export async function* allShards(
  store: Store,
  partitionOf: (shard: string) => string,
): AsyncGenerator<StoredRow> {
  for (const shard of SHARDS) yield* allRows(store, partitionOf(shard));
}

/** A page of rows over all shards. */
export async function shardedPage(
  store: Store,
  partitionOf: (shard: string) => string,
  { limit, after }: Required<Pick<ListOptions, 'limit'>> & Pick<ListOptions, 'after'>,
  shards: readonly string[] = SHARDS,
): Promise<Page> {
  const rows: StoredRow[] = [];
  for (const shard of shards.slice(after === undefined ? 0 : shards.indexOf(shardOf(after)))) {
    const last = rows.at(-1)?.row;
    // A full page asks only whether anything follows.
    const wanted = Math.max(1, limit - rows.length);
    const page = await store.list(partitionOf(shard), {
      limit: wanted,
      ...(after === undefined ? {} : { after }),
    });
    if (rows.length >= limit && page.rows.length > 0 && last !== undefined) return { rows, next: last };
    if (rows.length >= limit) continue;
    rows.push(...page.rows);
    if (page.next !== undefined) return { rows, next: page.next };
  }
  return { rows };
}

/** Rows by the partition of their shard. */
export function byShard<R extends { readonly row: string }>(
  rows: readonly R[],
  partitionOf: (shard: string) => string,
): Map<string, R[]> {
  const shards = new Map<string, R[]>();
  for (const row of rows) {
    const partition = partitionOf(shardOf(row.row));
    const members = shards.get(partition);
    if (members === undefined) shards.set(partition, [row]);
    else members.push(row);
  }
  return shards;
}
