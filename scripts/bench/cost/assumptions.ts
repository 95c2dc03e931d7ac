/** What the model takes for granted, because a rehearsal cannot count it. Where in doubt, the dearer value. */
export interface Assumption {
  readonly value: number;
  readonly unit: string;
  readonly what: string;
  readonly source: string;
}

const PROVIDER = 'Durable Functions, Azure Storage provider';

export const ASSUMPTIONS = {
  callMs: {
    ...{ value: 300, unit: 'ms', what: 'a call of Azure Resource Manager' },
    source: 'assumed; the same as for the scripts of `side-by-side`',
  },
  callRow: {
    ...{ value: 4, unit: 'calls', what: 'calls of one machine in one look that follow each other' },
    source: 'an uninstall reads VM, associations and operation, and deletes',
  },
  callsAtOnce: {
    ...{ value: 8, unit: 'calls', what: 'calls that an activity has under way at once' },
    source: '`AMA_CALL_CONCURRENCY` by default',
  },
  graphQueryMs: { value: 1000, unit: 'ms', what: 'a page of Resource Graph', source: 'assumed' },
  logQueryMs: {
    ...{ value: 3000, unit: 'ms', what: 'a query of Log Analytics' },
    source: 'assumed',
  },
  logQueriesAtOnce: {
    ...{ value: 3, unit: 'queries', what: 'queries that an activity has under way at once' },
    source: '`CONCURRENT_QUERIES` of the verification; the first, for heartbeats, is waited for',
  },
  ledgerMs: {
    ...{ value: 10, unit: 'ms', what: 'an operation of the ledger' },
    source: 'assumed; Table Storage in the same region, one after the other',
  },
  activityMs: {
    ...{ value: 200, unit: 'ms', what: 'an activity beside its requests' },
    source: 'assumed; in a rehearsal an execution takes 2 ms on average, simulated Azure included',
  },
  turnMs: {
    ...{ value: 50, unit: 'ms', what: 'an orchestrator turn or a batch of entity operations' },
    source: 'assumed; see above',
  },
  triggerMs: {
    ...{ value: 200, unit: 'ms', what: 'an HTTP request or a timer run beside its requests' },
    source: 'assumed; see above',
  },
  slots: {
    ...{
      value: 10,
      unit: 'executions',
      what: 'activities, or turns, that an instance has under way at once',
    },
    source: '`maxConcurrentActivityFunctions` and `maxConcurrentOrchestratorFunctions` of host.json',
  },
  partitions: {
    ...{
      value: 4,
      unit: 'control queues',
      what: 'partitions of the task hub, with one work-item queue beside',
    },
    source: `${PROVIDER}: \`partitionCount\` by default; host.json sets none`,
  },
  operationsPerMessage: {
    ...{ value: 3, unit: 'queue operations', what: 'a message of the task hub: put, get, delete' },
    source:
      'Azure/durabletask, TaskHubQueue; up to 32 messages may come with one get, which is not counted on',
  },
  transactionsPerEpisode: {
    ...{ value: 4, unit: 'table transactions', what: 'read and write of history and instance, once a turn' },
    source:
      'Azure/durabletask, CompleteTaskOrchestrationWorkItemAsync; rows of a turn are one entity group transaction; entities are orchestrations there',
  },
  firstPollMs: {
    ...{ value: 50, unit: 'ms', what: 'wait before an empty queue is asked again, doubled each time' },
    source: 'Azure/durabletask, BackoffPollingHelper',
  },
  lastPollMs: {
    ...{ value: 30_000, unit: 'ms', what: 'longest such wait' },
    source: `${PROVIDER}: \`maxQueuePollingInterval\` by default`,
  },
  scaleSeconds: {
    ...{ value: 10, unit: 's', what: 'time between two looks of the scale controller at every queue' },
    source: `${PROVIDER}, queue polling`,
  },
  scaleOperations: {
    ...{ value: 2, unit: 'queue operations', what: 'such a look at one queue: its length and a peek' },
    source: 'azure-functions-durable-extension issue 391 (2018); the bill in issue 1651 (2021) shows one',
  },
  leaseSeconds: {
    ...{ value: 10, unit: 's', what: 'time between two rounds of partition leases' },
    source: 'Azure/durabletask, `LeaseRenewInterval` and `LeaseAcquireInterval`',
  },
  leaseOperations: {
    ...{ value: 5, unit: 'blob operations', what: 'such a round for one partition' },
    source:
      'the bill in azure-functions-durable-extension issue 1651 (2021) shows 4.6; leases in a table cost a tenth',
  },
  hostLeasesPerMinute: {
    ...{ value: 5, unit: 'blob operations', what: 'leases of the Functions host itself, a minute' },
    source: 'azure-functions-host issue 6188 (2020)',
  },
  instances: {
    ...{ value: 1, unit: 'instance', what: 'instances that poll and hold leases, from the start to the end' },
    source: 'assumed: one keeps up with a wave; scaling to zero in between is not counted on',
  },
} as const satisfies Record<string, Assumption>;

/** The value of an assumption. */
export function assume(name: keyof typeof ASSUMPTIONS): number {
  return ASSUMPTIONS[name].value;
}
