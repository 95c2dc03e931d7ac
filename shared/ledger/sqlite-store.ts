import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { assertFits } from './row-value.ts';
import { checkWrite, type Page, type Store, type WriteOperation, type WriteResult } from './store.ts';

/** Opens the embedded store: one SQLite file, or `:memory:`. For one process at a time. */
export async function openSqliteStore(path: string): Promise<Store> {
  const { DatabaseSync } = await import('node:sqlite');
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const db = new DatabaseSync(path);
  db.exec(`
    PRAGMA page_size = 16384;
    PRAGMA cache_size = -65536;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    PRAGMA wal_autocheckpoint = 4000;
    CREATE TABLE IF NOT EXISTS ledger (
      partition TEXT NOT NULL, row TEXT NOT NULL, etag TEXT NOT NULL, value TEXT NOT NULL,
      PRIMARY KEY (partition, row)
    );
  `);
  return createSqliteStore(db);
}

function createSqliteStore(db: DatabaseSync): Store {
  const select = db.prepare('SELECT row, etag, value FROM ledger WHERE partition = ? AND row = ?');
  const scan = db.prepare(
    'SELECT row, etag, value FROM ledger WHERE partition = ? AND row > ? AND row >= ? AND row < ? ORDER BY row LIMIT ?',
  );
  const insert = db.prepare('INSERT OR IGNORE INTO ledger (partition, row, etag, value) VALUES (?, ?, ?, ?)');
  const upsert = db.prepare(
    `INSERT INTO ledger (partition, row, etag, value) VALUES (?, ?, ?, ?)
     ON CONFLICT (partition, row) DO UPDATE SET value = excluded.value, etag = excluded.etag`,
  );
  const replace = db.prepare(
    'UPDATE ledger SET value = ?, etag = ? WHERE partition = ? AND row = ? AND etag = ?',
  );
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const remove = db.prepare('DELETE FROM ledger WHERE partition = ? AND row = ?');
  const removeAsRead = db.prepare('DELETE FROM ledger WHERE partition = ? AND row = ? AND etag = ?');

  // Never the same twice, also not after a restart.
  const origin = randomBytes(8).toString('hex');
  let writes = 0;

  /** The row's new etag; undefined when the operation did not take effect. */
  function apply(partition: string, operation: WriteOperation): string | undefined {
    const { row } = operation;
    if (operation.kind === 'delete') {
      const { etag } = operation;
      if (etag === undefined) remove.run(partition, row);
      else if (removeAsRead.run(partition, row, etag).changes === 0) return undefined;
      return '';
    }
    writes += 1;
    const etag = `${origin}${writes.toString(36)}`;
    const value = JSON.stringify(operation.value);
    assertFits(partition, row, value);
    return changesOf(operation, partition, etag, value) === 1 ? etag : undefined;
  }

  function changesOf(
    operation: Exclude<WriteOperation, { kind: 'delete' }>,
    partition: string,
    etag: string,
    value: string,
  ): number | bigint {
    switch (operation.kind) {
      case 'insert':
        return insert.run(partition, operation.row, etag, value).changes;
      case 'upsert':
        return upsert.run(partition, operation.row, etag, value).changes;
      case 'replace':
        return replace.run(value, etag, partition, operation.row, operation.etag).changes;
    }
  }

  function write(partition: string, operations: readonly WriteOperation[]): WriteResult {
    const etags: string[] = [];
    begin.run();
    try {
      for (const operation of operations) {
        const etag = apply(partition, operation);
        if (etag === undefined) {
          db.exec('ROLLBACK');
          return { ok: false, code: operation.kind === 'insert' ? 'exists' : 'changed', row: operation.row };
        }
        etags.push(etag);
      }
      commit.run();
      return { ok: true, etags };
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
      checkWrite(partition, operations);
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
