/** The actions that durable-functions 3.x returns, and what the host needs to know about their order. */
export const actionType = {
  callActivity: 0,
  callActivityWithRetry: 1,
  callSubOrchestrator: 2,
  callSubOrchestratorWithRetry: 3,
  continueAsNew: 4,
  createTimer: 5,
  waitForExternalEvent: 6,
  callEntity: 7,
  callHttp: 8,
  signalEntity: 9,
  whenAny: 11,
  whenAll: 12,
  lockEntities: 13,
  releaseEntities: 14,
} as const;

export interface RetryOptions {
  readonly firstRetryIntervalInMilliseconds: number;
  readonly maxNumberOfAttempts: number;
  readonly backoffCoefficient?: number;
  readonly maxRetryIntervalInMilliseconds?: number;
  readonly retryTimeoutInMilliseconds?: number;
}

/** Every field that some action may carry; which ones do follows from `actionType`. */
export interface Action {
  readonly actionType: number;
  readonly functionName?: string;
  readonly input?: unknown;
  readonly instanceId?: string;
  readonly version?: string;
  readonly retryOptions?: RetryOptions;
  readonly fireAt?: Date | string;
  readonly isCanceled?: boolean;
  readonly externalEventName?: string;
  readonly operation?: string;
  readonly compoundActions?: readonly Action[];
}

/** Leaves of compound actions in the order in which the library numbers them. */
export function leavesOf(actions: readonly Action[]): Action[] {
  return actions.flatMap((action) =>
    action.compoundActions === undefined ? [action] : leavesOf(action.compoundActions),
  );
}

/** The text by which two replays are compared. Cancelling a timer rewrites an old action, so that is left out. */
export function actionText(action: Action): string {
  return JSON.stringify(withoutCancellation(action));
}

function withoutCancellation(action: Action): Action {
  const compound = action.compoundActions?.map(withoutCancellation);
  const { isCanceled: _, ...rest } = action;
  if (action.actionType === actionType.createTimer) return rest;
  return compound === undefined ? action : { ...action, compoundActions: compound };
}

/**
 * A numbered task inside a second `Task.any` or `Task.all`. The library gives it no new number, Azure's
 * extension schedules it once more, and from there on results reach the wrong task (durable-js issue 574).
 */
export function findRescheduled(leaves: readonly Action[]): Action | undefined {
  const seen = new Set<Action>();
  for (const leaf of leaves) {
    if (leaf.actionType === actionType.waitForExternalEvent) continue;
    if (seen.has(leaf)) return leaf;
    seen.add(leaf);
  }
  return undefined;
}
