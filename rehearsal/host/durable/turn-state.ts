import { createHash } from 'node:crypto';
import type { DurableContext, Effects } from './context.ts';
import { type EventType, type HistoryEvent, historyEvent } from './history.ts';
import type { InstanceRow } from './rows.ts';

/** What a turn changes while it is being committed. */
export interface TurnState {
  readonly ctx: DurableContext;
  readonly row: InstanceRow;
  readonly at: number;
  readonly effects: Effects;
  /** Events after those that the replay saw. */
  readonly events: HistoryEvent[];
  nextTask: number;
  openTasks: number;
}

/** The programme asked for something that makes Azure fail the whole instance. */
export class TurnFailure extends Error {}

/** Takes the next number, records the event that announces the task, and returns the number. */
export function announce(
  turn: TurnState,
  type: EventType,
  details: Readonly<Record<string, unknown>>,
): number {
  const task = turn.nextTask;
  turn.nextTask += 1;
  turn.events.push(historyEvent(type, turn.at, details, task));
  return task;
}

/** An id that is the same in every run of the same programme. */
export function derivedId(row: InstanceRow, task?: number): string {
  const name = [row.id, row.createdAt, row.execution, task ?? ''].join('\n');
  return createHash('sha1').update(name).digest('hex').slice(0, 32);
}

/** JSON of an action's input; Azure hands a missing one on as null. */
export function inputText(input: unknown): string {
  return JSON.stringify(input) ?? 'null';
}
