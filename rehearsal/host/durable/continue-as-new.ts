import { type Action, actionType, leavesOf } from './actions.ts';
import type { DurableContext, Effects } from './context.ts';
import { eventType, type HistoryEvent } from './history.ts';
import { dropTimers } from './instances.ts';
import type { InstanceRow, NewMessage } from './rows.ts';

/** Starts an instance over with a new input and an empty history, inside the caller's transaction. */
export function continueAsNew(
  ctx: DurableContext,
  effects: Effects,
  row: InstanceRow,
  action: Action,
  actions: readonly Action[],
  at: number,
): void {
  const { store } = ctx;
  const unprocessed = unprocessedEvents(store.history(row.id), actions);
  dropTimers(ctx, effects, row.id);
  store.clearExecution(row.id, false);
  const execution = row.execution + 1;
  const next = { ...row, execution, status: 'Running', input: newInput(action.input) } as const;
  store.putInstance({ ...next, nextTask: 0, openTasks: 0, updatedAt: at });
  const waiting = store.inbox(row.id).filter((message) => message.execution === null);
  store.clearInbox(row.id);
  const base = { instance: row.id, task: null };
  store.addMessage({ ...base, execution, kind: 'start', name: null, payload: null });
  for (const message of carriedOver(ctx, row.id, unprocessed)) store.addMessage(message);
  for (const message of waiting) store.addMessage(message);
  effects.instances.push(row.id);
}

function carriedOver(ctx: DurableContext, id: string, events: readonly HistoryEvent[]): NewMessage[] {
  if (events.length > 0) {
    const names = events.map((event) => String(event.Name)).join(', ');
    const fate = ctx.keepUnprocessedEvents ? 'kept here; Azure drops them' : 'dropped, as in Azure';
    const message = `continue-as-new with delivered events that nothing waited for (${fate}): ${names}`;
    ctx.log({ level: 'warning', category: 'host', message, instanceId: id });
  }
  if (!ctx.keepUnprocessedEvents) return [];
  return events.map((event) => ({
    ...{ instance: id, execution: null, kind: 'event', task: null },
    ...{ name: String(event.Name), payload: (event.Input ?? null) as string | null },
  }));
}

/** Events that were delivered to the execution without a wait that took them, oldest first. */
function unprocessedEvents(history: readonly string[], actions: readonly Action[]): HistoryEvent[] {
  const waits = new Map<string, number>();
  for (const leaf of leavesOf(actions)) {
    if (leaf.actionType !== actionType.waitForExternalEvent) continue;
    const name = leaf.externalEventName ?? '';
    waits.set(name, (waits.get(name) ?? 0) + 1);
  }
  return history
    .filter((text) => text.startsWith(`{"EventType":${eventType.eventRaised},`))
    .map((text) => JSON.parse(text) as HistoryEvent)
    .filter((event) => {
      if (event.EntityResponse === true) return false;
      const left = waits.get(String(event.Name)) ?? 0;
      waits.set(String(event.Name), left - 1);
      return left <= 0;
    });
}

/** The library hands a text over as JSON in a text; the next execution must see the text itself. */
function newInput(input: unknown): string {
  if (typeof input !== 'string') return JSON.stringify(input) ?? 'null';
  try {
    JSON.parse(input);
    return input;
  } catch {
    return JSON.stringify(input);
  }
}
