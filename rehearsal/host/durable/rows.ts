/** Rows of the store as the engine uses them. Texts named input, output, payload and state hold JSON. */
export type RuntimeStatus = 'Pending' | 'Running' | 'Suspended' | 'Completed' | 'Failed' | 'Terminated';

export interface InstanceRow {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly status: RuntimeStatus;
  readonly input: string | null;
  readonly output: string | null;
  readonly customStatus: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Counts restarts and continue-as-new, so that results meant for an earlier execution are dropped. */
  readonly execution: number;
  readonly nextTask: number;
  /** Tasks scheduled and not finished; Azure completes an instance only when there are none. */
  readonly openTasks: number;
  readonly parentId: string | null;
  readonly parentExecution: number | null;
  readonly parentTask: number | null;
}

export type MessageKind =
  | 'start'
  | 'taskCompleted'
  | 'taskFailed'
  | 'subCompleted'
  | 'subFailed'
  | 'timerFired'
  | 'event'
  | 'terminate'
  | 'suspend'
  | 'resume';

export interface NewMessage {
  readonly instance: string;
  /** Null for messages that belong to whatever execution is current. */
  readonly execution: number | null;
  readonly kind: MessageKind;
  readonly task: number | null;
  readonly name: string | null;
  readonly payload: string | null;
}

export interface MessageRow extends NewMessage {
  readonly seq: number;
}

export interface ActivityRow {
  readonly seq: number;
  readonly instance: string;
  readonly execution: number;
  readonly task: number;
  readonly name: string;
  readonly input: string;
}

export interface TimerRow {
  readonly seq: number;
  readonly instance: string;
  readonly execution: number;
  readonly task: number;
  /** Which action of the execution made it; null for the delay before another attempt. */
  readonly leaf: number | null;
  readonly due: number;
  /** Later than `due` when a long timer is waited for in pieces. */
  readonly finalDue: number;
}

/** One operation on its way to an entity. */
export interface EntityRequest {
  readonly id: string;
  readonly operation: string;
  /** JSON, absent when the caller gave no input. */
  readonly input?: string;
  /** Who waits for the result; absent for a signal. */
  readonly replyTo?: { readonly instance: string; readonly execution: number };
}

export function isFinal(status: RuntimeStatus): boolean {
  return status === 'Completed' || status === 'Failed' || status === 'Terminated';
}
