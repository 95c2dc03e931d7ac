import type { Clock } from '../../clock.ts';
import type { Counters } from '../counters.ts';
import type { Disturb } from '../disturb.ts';
import type { RegisteredFunction, TriggerType } from '../entry.ts';
import type { Invoke } from '../invoke.ts';
import type { Log } from '../logging.ts';
import type { HostSettings } from '../settings.ts';
import type { ActivityRow, TimerRow } from './rows.ts';
import type { Store } from './store.ts';

/** What every part of the durable engine needs. */
export interface DurableContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly settings: HostSettings;
  readonly counters: Counters;
  readonly log: Log;
  readonly invoke: Invoke;
  /** Looks a function up the way Azure does: without regard to case. */
  findFunction(trigger: TriggerType, name: string): RegisteredFunction | undefined;
  readonly keepUnprocessedEvents: boolean;
  readonly disturb: Disturb;
  readonly onCommit: (commit: Commit) => void;
}

/** A transaction that was committed: tests observe or interrupt the host here. */
export interface Commit {
  readonly kind: 'start' | 'turn' | 'control' | 'completions' | 'timers' | 'entity' | 'client';
  readonly id: string;
}

/** What must happen in memory once the transaction that decided it is committed. */
export interface Effects {
  readonly activities: ActivityRow[];
  readonly timers: TimerRow[];
  readonly cancelledTimers: number[];
  readonly instances: string[];
  readonly entities: string[];
}

export function noEffects(): Effects {
  return { activities: [], timers: [], cancelledTimers: [], instances: [], entities: [] };
}

/** Whole milliseconds: fractions would not survive the ISO texts in the history. */
export function clockTime(ctx: Pick<DurableContext, 'clock'>): number {
  return Math.floor(ctx.clock.now());
}
