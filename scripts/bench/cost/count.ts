import type { Rehearsal } from '../../../rehearsal/rehearse.ts';
import {
  AS_ALLOWED,
  aloneSeconds,
  busyTime,
  type MeasuredExecution,
  ONE_AT_A_TIME,
  pollsWithin,
  scaleGroup,
} from './busy-time.ts';
import type { Meter } from './meter.ts';
import type { CostCounts, ExecutionKind } from './model.ts';
import type { BillingPlan } from './plans.ts';

/** Events that come to an orchestration as a message of a control queue. */
const DELIVERED = [
  'ExecutionStarted',
  'ExecutionTerminated',
  'ExecutionSuspended',
  'ExecutionResumed',
  'TaskCompleted',
  'TaskFailed',
  'SubOrchestrationCompleted',
  'SubOrchestrationFailed',
  'EventRaised',
  // The message of a timer is put when it is created and comes also when it was cancelled.
  'TimerCreated',
] as const;

type Span = { readonly from: number; readonly to: number };

/** What Azure would count of a rehearsal. */
export function countsOf(run: Rehearsal, { executions, ledger }: Meter): CostCounts {
  const { counters, metrics } = run;
  const events = (name: string) => counters.historyEventsByType[name] ?? 0;
  const of = (kind: ExecutionKind) => executions.filter(({ trigger }) => trigger === kind).length;
  const sum = (key: 'armCalls' | 'graphQueries' | 'logQueries') =>
    executions.reduce((total, execution) => total + execution[key], 0);
  const durable = busyTime(
    executions.filter((execution) => scaleGroup(execution) === 'durable'),
    spanOf(run),
    { leastMs: 0, stepMs: 1 },
    // The more runs at once, the longer the queues are empty: more polls.
    AS_ALLOWED,
  );
  return {
    simulatedSeconds: metrics.simulatedSeconds,
    executions: {
      activity: of('activity'),
      orchestration: of('orchestration'),
      entity: of('entity'),
      http: of('http'),
      timer: of('timer'),
    },
    // Activities take theirs from the work-item queue, entities take one for each operation.
    messages:
      DELIVERED.reduce((total, name) => total + events(name), 0) +
      events('TaskScheduled') +
      counters.entityOperations,
    episodes: counters.turns + counters.entityBatches,
    lookups: counters.clientCalls + events('ExecutionStarted'),
    // As if every queue got a message in every busy period, and so were asked often right after it.
    idlePolls: durable.idleMs.reduce((total, idle) => total + pollsWithin(idle), 0),
    ledgerTransactions: ledger.reads + ledger.pages + ledger.writes,
    logQueries: sum('logQueries'),
    graphQueries: sum('graphQueries'),
    armCalls: sum('armCalls'),
  };
}

/** Seconds that a plan bills for the executions of a rehearsal. */
export function billedSeconds(run: Rehearsal, { executions }: Meter, plan: BillingPlan): number {
  if (plan.time === 'alone') return aloneSeconds(executions, plan.rounding);
  const concurrency = plan.time === 'asAllowed' ? AS_ALLOWED : ONE_AT_A_TIME;
  const busy = (group: readonly MeasuredExecution[]) =>
    busyTime(group, spanOf(run), plan.rounding, concurrency).billedSeconds;
  return [...Map.groupBy(executions, scaleGroup).values()].reduce((sum, group) => sum + busy(group), 0);
}

function spanOf({ from, to }: Rehearsal): Span {
  return { from: Date.parse(from), to: Date.parse(to) };
}
