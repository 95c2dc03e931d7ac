import { type Action, actionType } from './actions.ts';
import { eventType } from './history.ts';
import { startInstance } from './instances.ts';
import { nextPiece } from './long-timers.ts';
import type { FailurePayload } from './message-events.ts';
import type { RetriedCall, RetryState } from './retries.ts';
import type { EntityRequest } from './rows.ts';
import { announce, derivedId, inputText, TurnFailure, type TurnState } from './turn-state.ts';

/** Turns one new action into work; `leaf` is its place among all actions of the execution. */
export function scheduleAction(turn: TurnState, action: Action, leaf: number): void {
  switch (action.actionType) {
    case actionType.callActivity:
    case actionType.callActivityWithRetry:
    case actionType.callSubOrchestrator:
    case actionType.callSubOrchestratorWithRetry:
      scheduleCall(turn, action);
      return;
    case actionType.createTimer: {
      const finalDue = new Date(action.fireAt ?? turn.at).getTime();
      startTimer(turn, finalDue, leaf);
      return;
    }
    case actionType.callEntity:
    case actionType.signalEntity:
      sendOperation(turn, action);
      return;
    case actionType.waitForExternalEvent:
    case actionType.continueAsNew:
      return;
    case actionType.callHttp:
      throw new TurnFailure('The embedded host does not support callHttp: call an activity.');
    default:
      throw new TurnFailure(`The embedded host does not support actions of type ${action.actionType}.`);
  }
}

function scheduleCall(turn: TurnState, action: Action): void {
  const activity =
    action.actionType === actionType.callActivity || action.actionType === actionType.callActivityWithRetry;
  const call: RetriedCall = {
    kind: activity ? 'activity' : 'subOrchestration',
    name: action.functionName ?? '',
    input: inputText(action.input),
    ...(action.instanceId !== undefined && { instanceId: action.instanceId }),
    ...(action.version !== undefined && { version: action.version }),
  };
  const task = startCall(turn, call);
  if (action.retryOptions === undefined) return;
  const retry = {
    phase: 'attempt',
    attempt: 1,
    firstAt: turn.at,
    options: action.retryOptions,
    call,
  } as const;
  putRetry(turn, task, retry);
}

/** Starts an activity or a sub-orchestration and returns its number. */
export function startCall(turn: TurnState, call: RetriedCall): number {
  const { ctx, row } = turn;
  const trigger = call.kind === 'activity' ? 'activity' : 'orchestration';
  if (ctx.findFunction(trigger, call.name) === undefined) throw missingFunction(trigger, call.name);
  turn.openTasks += 1;
  if (call.kind === 'activity') {
    const task = announce(turn, eventType.taskScheduled, { Name: call.name, Input: call.input });
    const activity = { instance: row.id, execution: row.execution, task, name: call.name, input: call.input };
    turn.effects.activities.push(ctx.store.addActivity(activity));
    return task;
  }
  const id = call.instanceId || `${derivedId(row)}:${turn.nextTask.toString(16).padStart(4, '0')}`;
  const details = { Name: call.name, InstanceId: id, Input: call.input };
  const task = announce(turn, eventType.subOrchestrationCreated, details);
  const parent = { id: row.id, execution: row.execution, task };
  const version = call.version ?? ctx.settings.defaultVersion;
  const child = { id, name: call.name, input: call.input, version, parent };
  const refusal = startInstance(ctx, turn.effects, child, turn.at);
  if (refusal !== undefined) {
    const failure: FailurePayload = { reason: refusal, details: `Instance id '${id}' is in use.` };
    const message = { instance: row.id, execution: row.execution, task, name: null } as const;
    ctx.store.addMessage({ ...message, kind: 'subFailed', payload: JSON.stringify(failure) });
    turn.effects.instances.push(row.id);
  }
  return task;
}

/** Starts a timer, or the first or next piece of a long one. */
export function startTimer(turn: TurnState, finalDue: number, leaf: number | null): void {
  turn.openTasks += 1;
  addTimer(turn, nextPiece(finalDue, turn.at), finalDue, leaf);
}

/** Starts the wait between two attempts. */
export function startRetryDelay(turn: TurnState, retry: RetryState, delay: number): void {
  turn.openTasks += 1;
  putRetry(turn, addTimer(turn, turn.at + delay, turn.at + delay, null), { ...retry, phase: 'delay' });
}

function addTimer(turn: TurnState, due: number, finalDue: number, leaf: number | null): number {
  const { ctx, row } = turn;
  const task = announce(turn, eventType.timerCreated, { FireAt: new Date(due).toISOString() });
  const timer = { instance: row.id, execution: row.execution, task, leaf, due, finalDue };
  turn.effects.timers.push(ctx.store.addTimer(timer));
  return task;
}

export function putRetry(turn: TurnState, task: number, retry: RetryState): void {
  turn.ctx.store.putRetry(turn.row.id, task, JSON.stringify(retry));
}

function sendOperation(turn: TurnState, action: Action): void {
  const { ctx, row } = turn;
  const entity = action.instanceId ?? '';
  const name = entity.slice(1, entity.indexOf('@', 1));
  if (ctx.findFunction('entity', name) === undefined) throw missingFunction('entity', name);
  const signal = action.actionType === actionType.signalEntity;
  const request: EntityRequest = {
    id: derivedId(row, turn.nextTask),
    operation: action.operation ?? '',
    ...(action.input !== undefined && { input: JSON.stringify(action.input) }),
    ...(!signal && { replyTo: { instance: row.id, execution: row.execution } }),
  };
  // The library learns from the id in this text which answer belongs to which call.
  const text = JSON.stringify({ id: request.id, op: request.operation, signal, input: request.input });
  announce(turn, eventType.eventSent, { InstanceId: entity, Name: 'op', Input: text });
  ctx.store.addEntityRequest(entity, request);
  turn.effects.entities.push(entity);
}

function missingFunction(kind: string, name: string): TurnFailure {
  return new TurnFailure(`The function '${name}' doesn't exist, is disabled, or is not an ${kind} function.`);
}
