import { isExhausted, type RetryState } from './retries.ts';
import { type InstanceRow, isFinal, type MessageRow } from './rows.ts';
import type { Store } from './store.ts';

export interface FiredTimer {
  readonly due: number;
  readonly finalDue: number;
  readonly leaf: number | null;
}

/** A message that makes library and host take one number each without resuming the orchestrator. */
export interface NumberingMessage {
  readonly message: MessageRow;
  readonly retry?: RetryState;
  readonly longTimer?: FiredTimer;
}

export interface TurnPlan {
  /** The instant of the turn: never before a timer that fired in it, nor before the turn ahead of it. */
  readonly at: number;
  readonly numbering: readonly NumberingMessage[];
  readonly others: readonly MessageRow[];
  /** Messages for an execution that is over. */
  readonly stale: readonly MessageRow[];
}

/**
 * Orders the waiting messages of one turn. A failed attempt, the delay after it and a piece of a long timer
 * take a number as soon as the library sees them and resume nothing; everything else may resume the
 * orchestrator, which then takes numbers of its own. With the first kind in front the order of the numbers
 * is known, so one turn can take all messages at once and replay stays linear.
 */
export function planTurn(
  store: Store,
  row: InstanceRow,
  messages: readonly MessageRow[],
  now: number,
): TurnPlan {
  const current = messages.filter((m) => m.execution === null || m.execution === row.execution);
  const stale = messages.filter((m) => !current.includes(m));
  const fired = new Map(
    current
      .filter((m) => m.kind === 'timerFired')
      .map((m) => [m, JSON.parse(m.payload ?? '{}') as FiredTimer] as const),
  );
  const at = Math.max(now, row.updatedAt, ...[...fired.values()].map((timer) => timer.due));
  const numbering: NumberingMessage[] = [];
  const others: MessageRow[] = [];
  for (const message of current) {
    const numbered = asNumbering(store, message, fired.get(message), at);
    if (numbered === undefined) others.push(message);
    else numbering.push(numbered);
  }
  // A carried-over event may be older than the start of the execution that will receive it.
  others.sort((a, b) => Number(b.kind === 'start') - Number(a.kind === 'start'));
  return { at, numbering, others, stale: isFinal(row.status) ? messages : stale };
}

function asNumbering(
  store: Store,
  message: MessageRow,
  timer: FiredTimer | undefined,
  at: number,
): NumberingMessage | undefined {
  if (message.task === null) return undefined;
  const failed = message.kind === 'taskFailed' || message.kind === 'subFailed';
  if (!failed && timer === undefined) return undefined;
  const text = store.retry(message.instance, message.task);
  if (text !== undefined) {
    const retry = JSON.parse(text) as RetryState;
    return retry.phase === 'attempt' || !isExhausted(retry) ? { message, retry } : undefined;
  }
  return timer !== undefined && timer.finalDue > at ? { message, longTimer: timer } : undefined;
}
