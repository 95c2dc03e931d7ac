import type { RetryOptions } from './actions.ts';

/** A `…WithRetry` call between two attempts or during one, kept under the id that it waits for. */
export interface RetryState {
  readonly phase: 'attempt' | 'delay';
  /** The attempt that runs or ran last, from 1. */
  readonly attempt: number;
  readonly firstAt: number;
  readonly options: RetryOptions;
  readonly call: RetriedCall;
}

export interface RetriedCall {
  readonly kind: 'activity' | 'subOrchestration';
  readonly name: string;
  readonly input: string;
  readonly instanceId?: string;
  readonly version?: string;
}

/** Milliseconds to wait after a failed attempt; undefined when the retry timeout has run out. */
export function retryDelay({ options, attempt, firstAt }: RetryState, now: number): number | undefined {
  const timeout = options.retryTimeoutInMilliseconds;
  if (timeout !== undefined && now >= firstAt + timeout) return undefined;
  const delay = options.firstRetryIntervalInMilliseconds * (options.backoffCoefficient ?? 1) ** (attempt - 1);
  return Math.min(delay, options.maxRetryIntervalInMilliseconds ?? Number.POSITIVE_INFINITY);
}

/** The library waits once more after the last attempt, and only then gives up. */
export function isExhausted({ options, attempt }: RetryState): boolean {
  return attempt >= options.maxNumberOfAttempts;
}
