import type { Clock } from '../clock.ts';
import type { Counters } from './counters.ts';
import type { Database } from './durable/database.ts';
import type { RegisteredFunction } from './entry.ts';
import type { Holds } from './holds.ts';
import type { Invoke } from './invoke.ts';
import type { Log } from './logging.ts';
import { parseSchedule, type Schedule } from './ncrontab.ts';
import { resolveSettings } from './settings.ts';

interface TimerOptions {
  readonly functions: readonly RegisteredFunction[];
  readonly clock: Clock;
  readonly db: Database;
  readonly holds: Holds;
  readonly counters: Counters;
  readonly invoke: Invoke;
  readonly log: Log;
}

export interface Timers {
  start(): void;
  running(): number;
  close(): void;
}

interface ScheduleRow {
  readonly last: number | null;
  readonly next: number;
  readonly updated: number;
}

/** Runs timer functions on the clock; a run never overlaps the one before it. */
export function createTimers(options: TimerOptions): Timers {
  const { clock, db } = options;
  const cancels = new Map<string, () => void>();
  let running = 0;
  let closed = false;
  const timers = options.functions
    .filter((fn) => fn.trigger === 'timer' && !isDisabled(fn.name))
    .map((fn) => ({ fn, schedule: parseSchedule(resolveSettings(String(fn.binding.schedule))) }));

  const status = (name: string) =>
    db.get<ScheduleRow>('SELECT last, next, updated FROM schedules WHERE name = ?', name);

  function save(name: string, last: number | null, next: number): void {
    const now = Math.floor(clock.now());
    const sql = 'INSERT OR REPLACE INTO schedules (name, last, next, updated) VALUES (?,?,?,?)';
    db.transaction(now, () => db.run(sql, name, last, next, now));
  }

  function arm(fn: RegisteredFunction, schedule: Schedule, due: number): void {
    const cancel = clock.at(due, () => void run(fn, schedule, false));
    cancels.set(fn.name, cancel);
  }

  async function run(fn: RegisteredFunction, schedule: Schedule, isPastDue: boolean): Promise<void> {
    if (closed) return;
    const release = options.holds.take();
    running += 1;
    options.counters.timerRuns += 1;
    const began = Math.floor(clock.now());
    try {
      const data = timerInfo(fn, status(fn.name), schedule(began), isPastDue);
      await options.invoke({ fn, data: { string: JSON.stringify(data) } });
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      options.log({ level: 'error', category: 'host', message, functionName: fn.name });
    }
    running -= 1;
    if (!closed) {
      // Runs that were due meanwhile are skipped, as on Azure.
      const next = schedule(Math.floor(clock.now()));
      save(fn.name, began, next);
      arm(fn, schedule, next);
    }
    release();
  }

  return {
    start() {
      for (const { fn, schedule } of timers) {
        const before = fn.binding.useMonitor === false ? undefined : status(fn.name);
        const now = Math.floor(clock.now());
        const isPastDue = before !== undefined && before.next < now;
        if (fn.binding.runOnStartup === true || isPastDue) {
          void run(fn, schedule, isPastDue);
          continue;
        }
        const next = before?.next ?? schedule(now);
        save(fn.name, before?.last ?? null, next);
        arm(fn, schedule, next);
      }
    },
    running: () => running,
    close() {
      closed = true;
      for (const cancel of cancels.values()) cancel();
    },
  };
}

/** What Azure passes to a timer function; the library turns the names into camel case. */
function timerInfo(
  fn: RegisteredFunction,
  row: ScheduleRow | undefined,
  next: number,
  isPastDue: boolean,
): Record<string, unknown> {
  const iso = (instant: number | null) =>
    instant === null ? '0001-01-01T00:00:00' : new Date(instant).toISOString();
  const status = { Last: iso(row?.last ?? null), Next: iso(next), LastUpdated: iso(row?.updated ?? null) };
  return {
    Schedule: { AdjustForDST: !/^[\d.]*\d+:/.test(String(fn.binding.schedule)) },
    ScheduleStatus: fn.binding.useMonitor === false ? null : status,
    IsPastDue: isPastDue,
  };
}

function isDisabled(name: string): boolean {
  const value =
    process.env[`AzureWebJobs.${name}.Disabled`] ?? process.env[`AzureWebJobs__${name}__Disabled`];
  return value === 'true' || value === '1';
}
