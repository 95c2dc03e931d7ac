import { type Action, actionText, actionType, findRescheduled, leavesOf } from './actions.ts';
import { clockTime, type DurableContext, type Effects, noEffects } from './context.ts';
import { continueAsNew } from './continue-as-new.ts';
import { asNew, eventType, historyEvent } from './history.ts';
import { appendHistory, endInstance } from './instances.ts';
import { messageEvent } from './message-events.ts';
import { nondeterminism } from './nondeterminism.ts';
import { advanceNumbering } from './numbering.ts';
import { type ReplayResult, replay } from './orchestrator.ts';
import type { InstanceRow, MessageRow } from './rows.ts';
import { scheduleAction } from './schedule.ts';
import { planTurn, type TurnPlan } from './turn-plan.ts';
import { TurnFailure, type TurnState } from './turn-state.ts';

/**
 * One turn of an orchestration: delivers the waiting messages, replays the orchestrator from its first
 * event, and commits history, new work and consumed messages in one transaction.
 * Returns undefined when `isDead` says after the replay that the host was killed.
 */
export async function runTurn(
  ctx: DurableContext,
  row: InstanceRow,
  messages: readonly MessageRow[],
  isDead: () => boolean,
): Promise<Effects | undefined> {
  const { store } = ctx;
  const plan = planTurn(store, row, messages, clockTime(ctx));
  const delivered = [...plan.numbering.map((numbered) => numbered.message), ...plan.others];
  if (delivered.length === 0) {
    store.db.transaction(plan.at, () => removeMessages(ctx, plan.stale));
    return noEffects();
  }
  const fn = ctx.findFunction('orchestration', row.name);
  const past = store.history(row.id);
  const news = [
    historyEvent(eventType.orchestratorStarted, plan.at),
    ...delivered.map((message) => messageEvent(message, row, plan.at)),
  ];
  const seen = [...past, ...news.map((event) => JSON.stringify(asNew(event)))];
  const result: ReplayResult =
    fn === undefined
      ? missingOrchestrator(row.name)
      : await replay(ctx.invoke, fn, row, seen, past.length > 0);
  if (isDead()) return undefined;

  const effects = noEffects();
  store.db.transaction(plan.at, () => {
    removeMessages(ctx, [...plan.stale, ...delivered]);
    const turn = commitTurn(ctx, row, plan, result, effects);
    appendHistory(ctx, row.id, past.length, [...news, ...turn.events]);
    settle(turn, result);
  });
  ctx.counters.turns += 1;
  return effects;
}

interface CommittedTurn extends TurnState {
  readonly actions: readonly Action[];
  failure: string | undefined;
}

function commitTurn(
  ctx: DurableContext,
  row: InstanceRow,
  plan: TurnPlan,
  result: ReplayResult,
  effects: Effects,
): CommittedTurn {
  const { at } = plan;
  const finishedTasks = plan.others.filter((message) => message.task !== null).length;
  const turn: CommittedTurn = {
    ...{
      ctx,
      row,
      at,
      effects,
      events: [],
      nextTask: row.nextTask,
      openTasks: row.openTasks - finishedTasks,
    },
    ...{ actions: result.actions ?? [], failure: undefined },
  };
  const recorded = ctx.store.actions(row.id);
  turn.failure = result.actions && nondeterminism(row, recorded, result.actions);
  if (turn.failure === undefined) {
    try {
      for (const message of plan.others) {
        if (message.task !== null) ctx.store.removeRetry(row.id, message.task);
      }
      for (const numbered of plan.numbering) advanceNumbering(turn, numbered);
      scheduleNewActions(turn, recorded.length);
    } catch (error) {
      if (!(error instanceof TurnFailure)) throw error;
      turn.failure = error.message;
    }
  }
  turn.events.push(historyEvent(eventType.orchestratorCompleted, at));
  return turn;
}

function scheduleNewActions(turn: CommittedTurn, recorded: number): void {
  const { ctx, row, actions } = turn;
  const leaves = leavesOf(actions);
  const known = leavesOf(actions.slice(0, recorded)).length;
  const twice = findRescheduled(leaves);
  if (twice !== undefined) {
    throw new TurnFailure(
      'A task that was scheduled before was put into another Task.any or Task.all. Azure schedules it a ' +
        `second time and mixes up results (durable-js issue 574). Action: ${actionText(twice)}`,
    );
  }
  for (const [index, leaf] of leaves.entries()) {
    if (index >= known) scheduleAction(turn, leaf, index);
    if (leaf.actionType === actionType.createTimer && leaf.isCanceled) cancelTimer(turn, index);
  }
  for (const [index, action] of actions.entries()) {
    if (index >= recorded) ctx.store.addAction(row.id, index, actionText(action));
  }
}

function cancelTimer(turn: TurnState, leaf: number): void {
  for (const timer of turn.ctx.store.timersOfLeaf(turn.row.id, leaf)) {
    turn.ctx.store.removeTimer(timer.seq);
    turn.effects.cancelledTimers.push(timer.seq);
    turn.openTasks -= 1;
  }
}

/** Decides whether the instance goes on, starts over or ends. */
function settle(turn: CommittedTurn, result: ReplayResult): void {
  const { ctx, row, at, effects } = turn;
  const next: InstanceRow = {
    ...row,
    status: 'Running',
    updatedAt: at,
    customStatus: result.customStatus ?? row.customStatus,
    nextTask: turn.nextTask,
    openTasks: turn.openTasks,
  };
  const reason = turn.failure ?? result.error;
  // Like the Durable Task Framework: what was scheduled must end before the instance does.
  const open = turn.openTasks > 0 && turn.failure === undefined;
  if (open || (!result.done && reason === undefined)) {
    ctx.store.updateProgress(next);
  } else if (reason !== undefined) {
    const text = `Orchestrator function '${row.name}' failed: ${reason}`;
    const failure = { reason: text, details: `Message: ${reason}` };
    endInstance(ctx, effects, next, { status: 'Failed', output: JSON.stringify(text), failure }, at);
    ctx.log({ level: 'error', category: 'host', message: text, functionName: row.name, instanceId: row.id });
  } else {
    const again = turn.actions.find((action) => action.actionType === actionType.continueAsNew);
    if (again !== undefined) continueAsNew(ctx, effects, next, again, turn.actions, at);
    else endInstance(ctx, effects, next, { status: 'Completed', output: result.output }, at);
  }
}

function removeMessages(ctx: DurableContext, messages: readonly MessageRow[]): void {
  for (const message of messages) ctx.store.removeMessage(message.seq);
}

function missingOrchestrator(name: string): ReplayResult {
  const error = `The function '${name}' doesn't exist, is disabled, or is not an orchestrator function.`;
  return { actions: undefined, done: true, output: null, error, customStatus: undefined };
}
