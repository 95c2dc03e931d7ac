/** Running totals of one host, for benchmarks. */
export interface Counters {
  httpRequests: number;
  timerRuns: number;
  orchestrationsStarted: number;
  orchestrationsFinished: number;
  turns: number;
  activities: number;
  activitiesByName: Record<string, number>;
  entityOperations: number;
  /** Operations that wait together are executed together. */
  entityBatches: number;
  timersFired: number;
  clientCalls: number;
  /** Cumulative: includes events that continue-as-new or purge dropped. */
  historyEvents: number;
  /** The same by the name of the event. */
  historyEventsByType: Record<string, number>;
  historyBytes: number;
}

export function createCounters(): Counters {
  return {
    httpRequests: 0,
    timerRuns: 0,
    orchestrationsStarted: 0,
    orchestrationsFinished: 0,
    turns: 0,
    activities: 0,
    activitiesByName: {},
    entityOperations: 0,
    entityBatches: 0,
    timersFired: 0,
    clientCalls: 0,
    historyEvents: 0,
    historyEventsByType: {},
    historyBytes: 0,
  };
}
