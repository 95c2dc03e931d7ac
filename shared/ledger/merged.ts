import type { Page, Store, StoredRow } from './store.ts';

/** Rows asked of each partition at once: enough to turn pages seldom, few enough for all partitions to be held. */
const CHUNK = 1000;

interface Head {
  readonly partition: string;
  rows: readonly StoredRow[];
  at: number;
  next: string | undefined;
}

/**
 * The rows of several partitions in one ascending order, as if they lay in one. No row key is in two of them.
 * A row that is written behind the place of the reader is not seen, as in one partition.
 */
export async function* mergedRows(
  store: Store,
  partitions: readonly string[],
  { after, chunk = CHUNK }: { readonly after?: string | undefined; readonly chunk?: number } = {},
): AsyncGenerator<StoredRow> {
  const read = (partition: string, from: string | undefined): Promise<Page> =>
    store.list(partition, { limit: chunk, ...(from === undefined ? {} : { after: from }) });
  const heads: Head[] = await Promise.all(
    partitions.map(async (partition) => {
      const { rows, next } = await read(partition, after);
      return { partition, rows, at: 0, next };
    }),
  );
  for (;;) {
    for (const head of heads) {
      while (head.at === head.rows.length && head.next !== undefined) {
        const { rows, next } = await read(head.partition, head.next);
        Object.assign(head, { rows, at: 0, next });
      }
    }
    let least: Head | undefined;
    for (const head of heads) {
      const row = head.rows[head.at]?.row;
      if (row !== undefined && row < (least?.rows[least.at]?.row ?? '\uffff')) least = head;
    }
    const found = least?.rows[least.at];
    if (least === undefined || found === undefined) return;
    least.at += 1;
    yield found;
  }
}

/** A page of them; `next` is there only if there is more. */
export async function mergedPage(
  store: Store,
  partitions: readonly string[],
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<Page> {
  const rows: StoredRow[] = [];
  // Rows lie about evenly: twice the share of each seldom needs a second look.
  const chunk = Math.min(CHUNK, limit + 1, Math.ceil((2 * (limit + 1)) / partitions.length));
  for await (const row of mergedRows(store, partitions, { after, chunk })) {
    const last = rows.at(-1);
    if (rows.length === limit && last !== undefined) return { rows, next: last.row };
    rows.push(row);
  }
  return { rows };
}
