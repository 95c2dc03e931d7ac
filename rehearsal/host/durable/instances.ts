import type { DurableContext, Effects } from './context.ts';
import { eventName, eventType, type HistoryEvent, historyEvent } from './history.ts';
import type { FailurePayload } from './message-events.ts';
import { type InstanceRow, isFinal } from './rows.ts';

export interface NewInstance {
  readonly id: string;
  readonly name: string;
  readonly input: string | null;
  readonly version: string;
  readonly parent?: { readonly id: string; readonly execution: number; readonly task: number };
}

/** Creates an instance inside the caller's transaction; returns why not when the id is in use. */
export function startInstance(
  ctx: DurableContext,
  effects: Effects,
  instance: NewInstance,
  at: number,
): string | undefined {
  const existing = ctx.store.instance(instance.id);
  if (existing !== undefined && !isFinal(existing.status)) {
    return `An Orchestration instance with the status ${existing.status} already exists.`;
  }
  const execution = (existing?.execution ?? 0) + 1;
  if (existing !== undefined) {
    ctx.store.clearExecution(instance.id, false);
    ctx.store.clearInbox(instance.id);
  }
  ctx.store.putInstance({
    id: instance.id,
    name: instance.name,
    version: instance.version,
    status: 'Pending',
    input: instance.input,
    output: null,
    customStatus: null,
    createdAt: at,
    updatedAt: at,
    execution,
    nextTask: 0,
    openTasks: 0,
    parentId: instance.parent?.id ?? null,
    parentExecution: instance.parent?.execution ?? null,
    parentTask: instance.parent?.task ?? null,
  });
  ctx.store.addMessage({
    instance: instance.id,
    execution,
    kind: 'start',
    task: null,
    name: null,
    payload: null,
  });
  ctx.counters.orchestrationsStarted += 1;
  effects.instances.push(instance.id);
  return undefined;
}

export interface Ending {
  readonly status: 'Completed' | 'Failed' | 'Terminated';
  /** JSON. */
  readonly output: string | null;
  readonly failure?: FailurePayload;
}

/** Ends an instance inside the caller's transaction and tells its parent. */
export function endInstance(
  ctx: DurableContext,
  effects: Effects,
  row: InstanceRow,
  ending: Ending,
  at: number,
): void {
  const { store } = ctx;
  dropTimers(ctx, effects, row.id);
  store.clearExecution(row.id, true);
  store.clearInbox(row.id);
  store.putInstance({ ...row, status: ending.status, output: ending.output, updatedAt: at, openTasks: 0 });
  const type = ending.status === 'Terminated' ? eventType.executionTerminated : eventType.executionCompleted;
  appendHistory(ctx, row.id, store.historyLength(row.id), [
    historyEvent(type, at, { OrchestrationStatus: ending.status, Result: ending.output }),
  ]);
  ctx.counters.orchestrationsFinished += 1;
  if (row.parentId === null) return;
  const failed = ending.status !== 'Completed';
  const failure = ending.failure ?? { reason: ending.output ?? ending.status, details: ending.status };
  store.addMessage({
    instance: row.parentId,
    execution: row.parentExecution,
    kind: failed ? 'subFailed' : 'subCompleted',
    task: row.parentTask,
    name: null,
    payload: failed ? JSON.stringify(failure) : (ending.output ?? 'null'),
  });
  effects.instances.push(row.parentId);
}

/** Forgets the timers of an instance that ends or starts over. */
export function dropTimers(ctx: DurableContext, effects: Effects, id: string): void {
  effects.cancelledTimers.push(...ctx.store.timersOf(id).map((timer) => timer.seq));
}

/** Appends events after the `length` that are there already. */
export function appendHistory(
  ctx: DurableContext,
  id: string,
  length: number,
  events: readonly HistoryEvent[],
): void {
  const { counters } = ctx;
  for (const [offset, event] of events.entries()) {
    const text = JSON.stringify(event);
    const name = eventName(event.EventType);
    counters.historyEvents += 1;
    counters.historyEventsByType[name] = (counters.historyEventsByType[name] ?? 0) + 1;
    counters.historyBytes += text.length;
    ctx.store.addHistory(id, length + offset, text);
  }
}
