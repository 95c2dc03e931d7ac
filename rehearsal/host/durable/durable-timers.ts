import type { Clock } from '../../clock.ts';
import type { TimerRow } from './rows.ts';

export interface DurableTimers {
  arm(rows: readonly TimerRow[]): void;
  cancel(seqs: readonly number[]): void;
  cancelAll(): void;
}

/** Keeps the timers of the store armed on the clock. */
export function createDurableTimers(clock: Clock, onFired: (timer: TimerRow) => void): DurableTimers {
  const armed = new Map<number, () => void>();
  return {
    arm(rows) {
      for (const row of rows) {
        const cancel = clock.at(row.due, () => {
          armed.delete(row.seq);
          onFired(row);
        });
        armed.set(row.seq, cancel);
      }
    },
    cancel(seqs) {
      for (const seq of seqs) {
        armed.get(seq)?.();
        armed.delete(seq);
      }
    },
    cancelAll() {
      for (const cancel of armed.values()) cancel();
      armed.clear();
    },
  };
}
