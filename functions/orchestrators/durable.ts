import type { OrchestrationContext, OrchestrationHandler, Task } from 'durable-functions';
import * as df from 'durable-functions';
import { type Activities, type ActivityName, BUDGET_ENTITY } from '../contracts/payloads.ts';

/**
 * Everything orchestrators need from durable-functions 3.x, typed once: when version 4 comes, this file
 * changes and the orchestrators do not.
 */
export type { OrchestrationContext, OrchestrationHandler };
export type Steps<T> = Generator<Task, T, unknown>;

/** Attempts of an activity that throws: a bug does not heal, a lost connection to storage does. */
const RETRY = new df.RetryOptions(5000, 4);
RETRY.backoffCoefficient = 3;
RETRY.maxRetryIntervalInMilliseconds = 60_000;

/** Calls an activity; throws after the last attempt. */
export function* callActivity<N extends ActivityName>(
  context: OrchestrationContext,
  name: N,
  input: Activities[N]['input'],
): Steps<Activities[N]['output']> {
  return (yield context.df.callActivityWithRetry(name, RETRY, input)) as Activities[N]['output'];
}

/** The instant of this turn, milliseconds since the epoch; the same at every replay. */
export function now(context: OrchestrationContext): number {
  return context.df.currentUtcDateTime.getTime();
}

/** Sleeps until an instant (ISO 8601 or milliseconds); returns at once when it has passed. */
export function* sleepUntil(context: OrchestrationContext, instant: string | number): Steps<void> {
  const at = new Date(instant);
  if (at.getTime() <= now(context)) return;
  yield context.df.createTimer(at);
}

/**
 * An external event to wait for. Keep the task until it fires and wait for it again: a wait that is given
 * up stays registered in the library and would swallow the next event of its name.
 */
export function eventTask(context: OrchestrationContext, event: string): Task {
  return context.df.waitForExternalEvent(event);
}

/** Waits for an event task, at the longest until an instant; true when the event came. */
export function* waitForEvent(
  context: OrchestrationContext,
  event: Task,
  until: string | number,
): Steps<boolean> {
  // It may have come while something else was awaited; a race would not notice a task that is over.
  if (event.isCompleted) return true;
  const timer = context.df.createTimer(new Date(until));
  const winner = (yield context.df.Task.any([event, timer])) as Task;
  if (winner !== event) return false;
  timer.cancel();
  return true;
}

/**
 * Reserves requests in a budget (a subscription's, or the query API's). Returns when they may start, milliseconds;
 * with a ticket, when to ask again with it.
 */
export function* reserveBudget<T>(
  context: OrchestrationContext,
  budget: string,
  demand: BudgetDemand & { readonly ticket: T | null },
): Steps<{ at: number; ticket: T | null }> {
  const entity = new df.EntityId(BUDGET_ENTITY, budget);
  const answer = yield context.df.callEntity(entity, 'reserve', { ...demand, now: now(context) });
  return answer as { at: number; ticket: T | null };
}

/** Tells a budget what the service said of its limits; waits for nothing. */
export function reportToBudget(context: OrchestrationContext, budget: string, reports: readonly unknown[]) {
  const entity = new df.EntityId(BUDGET_ENTITY, budget);
  context.df.signalEntity(entity, 'report', { reports, now: now(context) });
}

export interface BudgetDemand {
  /** Who shares with whom. */
  readonly flow: string;
  readonly urgent: boolean;
  readonly reservations: readonly { bucket: string; limit: string; count: number }[];
  readonly from: number;
}

/** Starts a sub-orchestration on the caller's version, so that a wave in flight stays on its own. */
export function startSubOrchestration(context: OrchestrationContext, name: string, input: unknown): Task {
  // Some hosts leave the version empty; an absent one then means the app's default.
  const version = context.df.version === '' ? undefined : context.df.version;
  return context.df.callSubOrchestrator(name, input, undefined, version);
}

/** Waits for all tasks; results in the order given. */
export function* waitForAll<T>(context: OrchestrationContext, tasks: Task[]): Steps<T[]> {
  if (tasks.length === 0) return [];
  return (yield context.df.Task.all(tasks)) as T[];
}

/** The message of anything thrown, in one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s+/g, ' ').slice(0, 300);
}
