import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { MAX_OPERATIONS, type Page, type Store, type WriteOperation, type WriteResult } from './store.ts';

/** Opens the embedded store: one SQLite file, or `:memory:`. For one process at a time. */
export async function openSqliteStore(path: string): Promise<Store> {
  const { DatabaseSync } = await import('node:sqlite');
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const db = new DatabaseSync(path);
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS ledger (
      partition TEXT NOT NULL, row TEXT NOT NULL, etag TEXT NOT NULL, value TEXT NOT NULL,
      PRIMARY KEY (partition, row)
    ) WITHOUT ROWID;
  `);
  return createSqliteStore(db);
}

function createSqliteStore(db: DatabaseSync): Store {
  const select = db.prepare('SELECT row, etag, value FROM ledger WHERE partition = ? AND row = ?');
  const scan = db.prepare(
    'SELECT row, etag, value FROM ledger WHERE partition = ? AND row > ? AND row >= ? AND row < ? ORDER BY row LIMIT ?',
  );
  const insert = db.prepare(
    'INSERT OR IGNORE INTO ledger (partition, row, etag, value) VALUES (?, ?, hex(randomblob(8)), ?)',
  );
  const upsert = db.prepare(
    `INSERT INTO ledger (partition, row, etag, value) VALUES (?, ?, hex(randomblob(8)), ?)
     ON CONFLICT (partition, row) DO UPDATE SET value = excluded.value, etag = hex(randomblob(8))`,
  );
  const replace = db.prepare(
    'UPDATE ledger SET value = ?, etag = hex(randomblob(8)) WHERE partition = ? AND row = ? AND etag = ?',
  );
  const remove = db.prepare('DELETE FROM ledger WHERE partition = ? AND row = ?');

  /** True when the operation took effect. */
  function apply(partition: string, operation: WriteOperation): boolean {
    switch (operation.kind) {
      case 'insert':
        return insert.run(partition, operation.row, JSON.stringify(operation.value)).changes === 1;
      case 'upsert':
        return upsert.run(partition, operation.row, JSON.stringify(operation.value)).changes === 1;
      case 'replace':
        return (
          replace.run(JSON.stringify(operation.value), partition, operation.row, operation.etag).changes === 1
        );
      case 'delete':
        remove.run(partition, operation.row);
        return true;
    }
  }

  function write(partition: string, operations: readonly WriteOperation[]): WriteResult {
    db.exec('BEGIN IMMEDIATE');
    try {
      for (const operation of operations) {
        if (apply(partition, operation)) continue;
        db.exec('ROLLBACK');
        return { ok: false, code: operation.kind === 'insert' ? 'exists' : 'changed', row: operation.row };
      }
      db.exec('COMMIT');
      return { ok: true };
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }

  return {
    async get(partition, row) {
      const found = select.get(partition, row);
      return found === undefined ? undefined : parse(found);
    },
    async list(partition, options = {}): Promise<Page> {
      const limit = Math.min(options.limit ?? 1000, 1000);
      const prefix = options.prefix ?? '';
      const rows = scan
        .all(partition, options.after ?? '', prefix, `${prefix}\u{10ffff}`, limit + 1)
        .map(parse);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return rows.length > limit && last !== undefined ? { rows: page, next: last.row } : { rows: page };
    },
    async write(partition, operations) {
      if (operations.length > MAX_OPERATIONS) {
        throw new Error(
          `a ledger write takes at most ${MAX_OPERATIONS} operations, got ${operations.length}`,
        );
      }
      return write(partition, operations);
    },
    async close() {
      db.close();
    },
  };
}

function parse(found: Record<string, unknown>) {
  return {
    row: String(found.row),
    etag: String(found.etag),
    value: JSON.parse(String(found.value)) as unknown,
  };
}
