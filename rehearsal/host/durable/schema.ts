/** Raised with every change to the tables: an older store is refused rather than misread. */
export const schemaVersion = 1;

/** Tables of the store. Rows are small and appended: nothing that grows is ever rewritten as a whole. */
export const schema = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS instances (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL, status TEXT NOT NULL,
  input TEXT, output TEXT, customStatus TEXT,
  createdAt INTEGER NOT NULL, updatedAt INTEGER NOT NULL,
  execution INTEGER NOT NULL, nextTask INTEGER NOT NULL, openTasks INTEGER NOT NULL,
  parentId TEXT, parentExecution INTEGER, parentTask INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS history (
  instance TEXT NOT NULL, seq INTEGER NOT NULL, event TEXT NOT NULL, PRIMARY KEY (instance, seq)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS actions (
  instance TEXT NOT NULL, seq INTEGER NOT NULL, action TEXT NOT NULL, PRIMARY KEY (instance, seq)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS inbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, instance TEXT NOT NULL, execution INTEGER,
  kind TEXT NOT NULL, task INTEGER, name TEXT, payload TEXT
);
CREATE INDEX IF NOT EXISTS inboxByInstance ON inbox (instance, seq);
CREATE TABLE IF NOT EXISTS activities (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, instance TEXT NOT NULL, execution INTEGER NOT NULL,
  task INTEGER NOT NULL, name TEXT NOT NULL, input TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS activitiesByInstance ON activities (instance);
CREATE TABLE IF NOT EXISTS timers (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, instance TEXT NOT NULL, execution INTEGER NOT NULL,
  task INTEGER NOT NULL, leaf INTEGER, due INTEGER NOT NULL, finalDue INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS timersByInstance ON timers (instance, leaf);
CREATE TABLE IF NOT EXISTS retries (
  instance TEXT NOT NULL, task INTEGER NOT NULL, state TEXT NOT NULL, PRIMARY KEY (instance, task)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entities (id TEXT PRIMARY KEY, state TEXT, updatedAt INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entityInbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, entity TEXT NOT NULL, request TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS entityInboxByEntity ON entityInbox (entity, seq);
CREATE TABLE IF NOT EXISTS schedules (
  name TEXT PRIMARY KEY, last INTEGER, next INTEGER NOT NULL, updated INTEGER NOT NULL
) WITHOUT ROWID;
`;
