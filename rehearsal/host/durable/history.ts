/** History events in the shape that durable-functions 3.x replays. */
export const eventType = {
  executionStarted: 0,
  executionCompleted: 1,
  executionTerminated: 3,
  taskScheduled: 4,
  taskCompleted: 5,
  taskFailed: 6,
  subOrchestrationCreated: 7,
  subOrchestrationCompleted: 8,
  subOrchestrationFailed: 9,
  timerCreated: 10,
  timerFired: 11,
  orchestratorStarted: 12,
  orchestratorCompleted: 13,
  eventSent: 14,
  eventRaised: 15,
  continueAsNew: 16,
  executionSuspended: 19,
  executionResumed: 20,
} as const;

export type EventType = (typeof eventType)[keyof typeof eventType];

const names = new Map<number, string>(
  Object.entries(eventType).map(([name, value]) => [value, name.charAt(0).toUpperCase() + name.slice(1)]),
);

export interface HistoryEvent {
  readonly EventType: EventType;
  readonly EventId: number;
  readonly IsPlayed: boolean;
  readonly Timestamp: string;
  readonly [property: string]: unknown;
}

/** An event as it is stored; `asNew` gives the form in which the turn that adds it sees it. */
export function historyEvent(
  type: EventType,
  at: number,
  details: Readonly<Record<string, unknown>> = {},
  id = -1,
): HistoryEvent {
  return { EventType: type, EventId: id, IsPlayed: true, Timestamp: new Date(at).toISOString(), ...details };
}

export function asNew(event: HistoryEvent): HistoryEvent {
  return { ...event, IsPlayed: false };
}

export function eventName(type: number): string {
  return names.get(type) ?? `Event${type}`;
}
