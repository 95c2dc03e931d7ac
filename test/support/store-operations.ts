import { allRows, type Store, type WriteOperation } from '../../shared/ledger/store.ts';

/** Operations of a write; a row's value is its key unless another is given. */
export const insert = (row: string, value: unknown = row): WriteOperation => ({ kind: 'insert', row, value });
export const upsert = (row: string, value: unknown = row): WriteOperation => ({ kind: 'upsert', row, value });
export const remove = (row: string): WriteOperation => ({ kind: 'delete', row });
export const replace = (row: string, value: unknown, etag: string): WriteOperation => ({
  ...{ kind: 'replace', row, value, etag },
});

export async function rowsOf(store: Store, partition: string, prefix?: string): Promise<string[]> {
  const rows: string[] = [];
  for await (const { row } of allRows(store, partition, prefix)) rows.push(row);
  return rows;
}

/** Empty where there is no such row. */
export async function etagOf(store: Store, row: string): Promise<string> {
  return (await store.get('p', row))?.etag ?? '';
}
