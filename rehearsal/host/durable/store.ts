import type { Database } from './database.ts';
import type { ActivityRow, EntityRequest, InstanceRow, MessageRow, NewMessage, TimerRow } from './rows.ts';

export type Store = ReturnType<typeof createStore>;

const instanceColumns =
  'id, name, version, status, input, output, customStatus, createdAt, updatedAt, execution, nextTask, ' +
  'openTasks, parentId, parentExecution, parentTask';

/** Plain reads and writes; callers put writes that belong together into one `db.transaction`. */
export function createStore(db: Database) {
  return {
    db,
    instance: (id: string) =>
      db.get<InstanceRow>(`SELECT ${instanceColumns} FROM instances WHERE id = ?`, id),
    putInstance(row: InstanceRow): void {
      const values = [row.id, row.name, row.version, row.status, row.input, row.output, row.customStatus];
      const times = [row.createdAt, row.updatedAt, row.execution, row.nextTask, row.openTasks];
      const parent = [row.parentId, row.parentExecution, row.parentTask];
      db.run(
        `INSERT OR REPLACE INTO instances (${instanceColumns}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
        ...values,
        ...times,
        ...parent,
      );
    },
    /** Writes what a turn changes; input and output, which may be long, stay as they are. */
    updateProgress: (row: InstanceRow) =>
      db.run(
        'UPDATE instances SET status = ?, updatedAt = ?, customStatus = ?, nextTask = ?, openTasks = ? WHERE id = ?',
        row.status,
        row.updatedAt,
        row.customStatus,
        row.nextTask,
        row.openTasks,
        row.id,
      ),
    inbox: (id: string) => db.all<MessageRow>('SELECT * FROM inbox WHERE instance = ? ORDER BY seq', id),
    addMessage(message: NewMessage): void {
      const { instance, execution, kind, task, name, payload } = message;
      const sql = 'INSERT INTO inbox (instance, execution, kind, task, name, payload) VALUES (?,?,?,?,?,?)';
      db.run(sql, instance, execution, kind, task, name, payload);
    },
    removeMessage: (seq: number) => db.run('DELETE FROM inbox WHERE seq = ?', seq),
    history: (id: string) =>
      db
        .all<{ event: string }>('SELECT event FROM history WHERE instance = ? ORDER BY seq', id)
        .map((row) => row.event),
    historyLength: (id: string) =>
      db.get<{ length: number }>(
        'SELECT COALESCE(MAX(seq) + 1, 0) AS length FROM history WHERE instance = ?',
        id,
      )?.length ?? 0,
    addHistory: (id: string, seq: number, event: string) =>
      db.run('INSERT INTO history (instance, seq, event) VALUES (?,?,?)', id, seq, event),
    actions: (id: string) =>
      db
        .all<{ action: string }>('SELECT action FROM actions WHERE instance = ? ORDER BY seq', id)
        .map((row) => row.action),
    addAction: (id: string, seq: number, action: string) =>
      db.run('INSERT INTO actions (instance, seq, action) VALUES (?,?,?)', id, seq, action),
    addActivity(row: Omit<ActivityRow, 'seq'>): ActivityRow {
      const sql = 'INSERT INTO activities (instance, execution, task, name, input) VALUES (?,?,?,?,?)';
      const added = db.run(sql, row.instance, row.execution, row.task, row.name, row.input);
      return { ...row, seq: added.lastInsertRowid };
    },
    /** False when the activity is no longer wanted, e.g. because its instance was purged. */
    removeActivity: (seq: number) => db.run('DELETE FROM activities WHERE seq = ?', seq).changes > 0,
    activities: () => db.all<ActivityRow>('SELECT * FROM activities ORDER BY seq'),
    addTimer(row: Omit<TimerRow, 'seq'>): TimerRow {
      const sql = 'INSERT INTO timers (instance, execution, task, leaf, due, finalDue) VALUES (?,?,?,?,?,?)';
      const added = db.run(sql, row.instance, row.execution, row.task, row.leaf, row.due, row.finalDue);
      return { ...row, seq: added.lastInsertRowid };
    },
    removeTimer: (seq: number) => db.run('DELETE FROM timers WHERE seq = ?', seq).changes > 0,
    timers: () => db.all<TimerRow>('SELECT * FROM timers ORDER BY due, seq'),
    timersOfLeaf: (id: string, leaf: number) =>
      db.all<TimerRow>('SELECT * FROM timers WHERE instance = ? AND leaf = ?', id, leaf),
    timersOf: (id: string) => db.all<TimerRow>('SELECT * FROM timers WHERE instance = ?', id),
    retry: (id: string, task: number) =>
      db.get<{ state: string }>('SELECT state FROM retries WHERE instance = ? AND task = ?', id, task)?.state,
    putRetry: (id: string, task: number, state: string) =>
      db.run('INSERT OR REPLACE INTO retries (instance, task, state) VALUES (?,?,?)', id, task, state),
    removeRetry: (id: string, task: number) =>
      db.run('DELETE FROM retries WHERE instance = ? AND task = ?', id, task),
    /** Forgets everything that belongs to one execution; the instance row and running activities stay. */
    clearExecution(id: string, keepHistory: boolean): void {
      if (!keepHistory) db.run('DELETE FROM history WHERE instance = ?', id);
      for (const table of ['actions', 'timers', 'retries'])
        db.run(`DELETE FROM ${table} WHERE instance = ?`, id);
    },
    purge(id: string): void {
      for (const table of ['history', 'actions', 'timers', 'retries', 'inbox', 'activities']) {
        db.run(`DELETE FROM ${table} WHERE instance = ?`, id);
      }
      db.run('DELETE FROM instances WHERE id = ?', id);
    },
    clearInbox: (id: string) => db.run('DELETE FROM inbox WHERE instance = ?', id),
    waitingInstances: () =>
      db
        .all<{ instance: string }>('SELECT instance FROM inbox GROUP BY instance ORDER BY MIN(seq)')
        .map((row) => row.instance),
    entity: (id: string) => db.get<{ state: string | null }>('SELECT state FROM entities WHERE id = ?', id),
    putEntity: (id: string, state: string | null, now: number) =>
      db.run('INSERT OR REPLACE INTO entities (id, state, updatedAt) VALUES (?,?,?)', id, state, now),
    removeEntity: (id: string) => db.run('DELETE FROM entities WHERE id = ?', id),
    addEntityRequest: (entity: string, request: EntityRequest) =>
      db.run('INSERT INTO entityInbox (entity, request) VALUES (?,?)', entity, JSON.stringify(request)),
    entityInbox: (entity: string, limit: number) =>
      db
        .all<{ seq: number; request: string }>(
          'SELECT seq, request FROM entityInbox WHERE entity = ? ORDER BY seq LIMIT ?',
          entity,
          limit,
        )
        .map((row) => ({ seq: row.seq, request: JSON.parse(row.request) as EntityRequest })),
    removeEntityRequest: (seq: number) => db.run('DELETE FROM entityInbox WHERE seq = ?', seq),
    waitingEntities: () =>
      db
        .all<{ entity: string }>('SELECT entity FROM entityInbox GROUP BY entity ORDER BY MIN(seq)')
        .map((row) => row.entity),
  };
}
