import type { DumpedRow } from './dump.ts';

/** Every row of an embedded ledger, by partition and row. */
export async function* scanSqlite(path: string): AsyncGenerator<DumpedRow> {
  const { DatabaseSync } = await import('node:sqlite');
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const all = db.prepare('SELECT partition, row, value FROM ledger ORDER BY partition, row');
    for (const { partition, row, value } of all.iterate())
      yield { partition: String(partition), row: String(row), value: JSON.parse(String(value)) as unknown };
  } finally {
    db.close();
  }
}
