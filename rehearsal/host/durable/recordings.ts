import { actionText } from './actions.ts';
import type { DurableContext } from './context.ts';
import { nondeterminism } from './nondeterminism.ts';
import { type ReplayResult, replay } from './orchestrator.ts';
import type { InstanceRow } from './rows.ts';

/** An orchestration as it ran: what a later version of the code must still be able to replay (DESIGN D14). */
export interface Recording {
  readonly instance: InstanceRow;
  /** Events as JSON texts. */
  readonly history: readonly string[];
  /** Actions as texts, in the order they were taken. */
  readonly actions: readonly string[];
}

/** The current execution of an instance, or undefined for an unknown id. */
export async function recordInstance(ctx: DurableContext, id: string): Promise<Recording | undefined> {
  const instance = ctx.store.instance(id);
  if (instance === undefined) return undefined;
  const history = ctx.store.history(id);
  // The store drops the actions of an instance that ended; its own code says them once more.
  const { actions } = await replayInstance(ctx, instance, history);
  return { instance, history, actions: (actions ?? []).map(actionText) };
}

/** Replays a recording with the code at hand; returns where the actions differ, or undefined. */
export async function checkRecording(ctx: DurableContext, recording: Recording): Promise<string | undefined> {
  const { instance, history, actions } = recording;
  const result = await replayInstance(ctx, instance, history);
  if (result.actions === undefined) return result.error ?? 'The replay reported no actions.';
  const difference = nondeterminism(instance, actions, result.actions);
  const more = result.actions.length - actions.length;
  if (difference !== undefined || more <= 0) return difference;
  return `The replay of '${instance.id}' takes ${more} actions more than were recorded.`;
}

async function replayInstance(
  ctx: DurableContext,
  instance: InstanceRow,
  history: readonly string[],
): Promise<ReplayResult> {
  const fn = ctx.findFunction('orchestration', instance.name);
  if (fn !== undefined) return replay(ctx.invoke, fn, instance, history, true);
  const error = `The orchestrator '${instance.name}' is gone; instances in flight need it.`;
  return { actions: undefined, done: true, output: null, error, customStatus: undefined };
}
