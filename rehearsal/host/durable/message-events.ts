import { eventType, type HistoryEvent, historyEvent } from './history.ts';
import type { InstanceRow, MessageRow, TimerRow } from './rows.ts';

export interface FailurePayload {
  readonly reason: string;
  readonly details: string;
}

/** The history event that a delivered message becomes. */
export function messageEvent(message: MessageRow, row: InstanceRow, at: number): HistoryEvent {
  const { task, payload } = message;
  switch (message.kind) {
    case 'start':
      return historyEvent(eventType.executionStarted, at, {
        Name: row.name,
        Version: row.version,
        Input: row.input,
        ParentInstance: row.parentId === null ? null : { InstanceId: row.parentId },
      });
    case 'taskCompleted':
      return historyEvent(eventType.taskCompleted, at, { TaskScheduledId: task, Result: payload });
    case 'subCompleted':
      return historyEvent(eventType.subOrchestrationCompleted, at, {
        TaskScheduledId: task,
        Result: payload,
      });
    case 'taskFailed':
      return historyEvent(eventType.taskFailed, at, { TaskScheduledId: task, ...failure(payload) });
    case 'subFailed':
      return historyEvent(eventType.subOrchestrationFailed, at, {
        TaskScheduledId: task,
        ...failure(payload),
      });
    case 'timerFired': {
      const { due } = JSON.parse(payload ?? '{}') as Pick<TimerRow, 'due'>;
      return historyEvent(eventType.timerFired, at, { TimerId: task, FireAt: new Date(due).toISOString() });
    }
    case 'event':
      return historyEvent(eventType.eventRaised, at, {
        Name: message.name,
        Input: payload,
        // Only answers of entities are meant for one execution.
        ...(message.execution !== null && { EntityResponse: true }),
      });
    default:
      throw new Error(`A ${message.kind} message has no place in a turn.`);
  }
}

function failure(payload: string | null): { Reason: string; Details: string } {
  const { reason, details } = JSON.parse(payload ?? '{}') as FailurePayload;
  return { Reason: reason, Details: details };
}
