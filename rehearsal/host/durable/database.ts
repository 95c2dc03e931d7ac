import { existsSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { schema, schemaVersion } from './schema.ts';

export interface Database {
  all<Row>(sql: string, ...values: SQLInputValue[]): Row[];
  get<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined;
  run(sql: string, ...values: SQLInputValue[]): { changes: number; lastInsertRowid: number };
  /** Runs `work` in one transaction and stores `now` with it. */
  transaction<T>(now: number, work: () => T): T;
  close(): void;
}

/** Opens a store, creating its tables; `:memory:` keeps it in memory, where a commit costs the more the larger it is. */
export function openDatabase(path: string): Database {
  const sqlite = new DatabaseSync(path);
  prepareStore(sqlite, path);
  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();

  function prepare(sql: string) {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = sqlite.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  }

  const begin = sqlite.prepare('BEGIN IMMEDIATE');
  const commit = sqlite.prepare('COMMIT');
  const rollback = sqlite.prepare('ROLLBACK');
  const saveTime = sqlite.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('time', ?)");

  return {
    all: <Row>(sql: string, ...values: SQLInputValue[]) => prepare(sql).all(...values) as Row[],
    get: <Row>(sql: string, ...values: SQLInputValue[]) => prepare(sql).get(...values) as Row | undefined,
    run(sql, ...values) {
      const { changes, lastInsertRowid } = prepare(sql).run(...values);
      return { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) };
    },
    transaction(now, work) {
      begin.run();
      try {
        const result = work();
        saveTime.run(String(now));
        commit.run();
        return result;
      } catch (error) {
        rollback.run();
        throw error;
      }
    },
    close: () => sqlite.close(),
  };
}

function prepareStore(sqlite: DatabaseSync, path: string): void {
  try {
    // Two hosts on one store would both run its work. The lock dies with the process that holds it.
    sqlite.exec('PRAGMA busy_timeout = 500; PRAGMA locking_mode = EXCLUSIVE;');
    // A commit survives the death of the process without waiting for the disk; only a power cut loses the tail.
    // Waiting for the disk at every checkpoint is most of what a commit costs, so they are far apart.
    sqlite.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 10000;');
    sqlite.exec('PRAGMA cache_size = -16384;');
    const { user_version: version } = sqlite.prepare('PRAGMA user_version').get() as { user_version: number };
    if (version !== 0 && version !== schemaVersion) {
      throw new Error(`The store ${path} was written by another version of the embedded host.`);
    }
    sqlite.exec(`BEGIN; ${schema} PRAGMA user_version = ${schemaVersion}; COMMIT;`);
  } catch (error) {
    sqlite.close();
    if (!(error instanceof Error) || !error.message.includes('locked')) throw error;
    throw new Error(`The store ${path} is in use by another host.`, { cause: error });
  }
}

/** The clock time of the last commit in a store that no host uses now, or undefined for a new store. */
export function readStoredTime(path: string): number | undefined {
  if (!existsSync(path)) return undefined;
  const db = openDatabase(path);
  try {
    const row = db.get<{ value: string }>("SELECT value FROM meta WHERE key = 'time'");
    return row === undefined ? undefined : Number(row.value);
  } finally {
    db.close();
  }
}
