import { assume } from './assumptions.ts';
import { pollsWithin } from './busy-time.ts';
import type { BillingPlan } from './plans.ts';
import { PRICES, type Price } from './prices.ts';

/** What a rehearsal counted. */
export interface CostCounts {
  readonly simulatedSeconds: number;
  readonly executions: Readonly<Record<ExecutionKind, number>>;
  /** Messages of the task hub. */
  readonly messages: number;
  /** Turns of orchestrations and batches of entity operations. */
  readonly episodes: number;
  /** Requests of the durable client, and orchestrations looked up at their start. */
  readonly lookups: number;
  /** How often each queue was asked while nothing came. */
  readonly idlePolls: number;
  readonly ledgerTransactions: number;
  readonly logQueries: number;
  readonly graphQueries: number;
  readonly armCalls: number;
}

export type ExecutionKind = 'activity' | 'orchestration' | 'entity' | 'http' | 'timer';

/** One line of the bill. */
export interface Line {
  readonly what: string;
  readonly count: number;
  readonly price: Price;
  readonly usd: number;
}

const EXECUTIONS: Readonly<Record<ExecutionKind, string>> = {
  activity: 'activities',
  orchestration: 'orchestrator turns',
  entity: 'batches of entity operations',
  http: 'HTTP requests',
  timer: 'timer runs',
};

/** The bill of a run; `billedSeconds` is the time of the functions as the plan rounds it. */
export function bill(counts: CostCounts, plan: BillingPlan, billedSeconds: number): Line[] {
  const { executions, simulatedSeconds } = counts;
  const kinds = Object.entries(EXECUTIONS) as [ExecutionKind, string][];
  return [
    ...kinds.map(([kind, what]) => line(what, executions[kind], plan.execution)),
    line(`${plan.memoryGb} GB while functions run`, billedSeconds * plan.memoryGb, plan.gbSecond),
    line('messages of the task hub', counts.messages * assume('operationsPerMessage'), PRICES.queue),
    line('polls of empty queues', counts.idlePolls * queues() * assume('instances'), PRICES.queue),
    line('looks of the scale controller', scaleLooks(simulatedSeconds), PRICES.queue),
    line('histories and instances', hubTransactions(counts), PRICES.table),
    line('leases of partitions and host', leases(simulatedSeconds), PRICES.blobOther),
    line('state of timers, written', executions.timer, PRICES.blobWrite),
    line('state of timers, read', executions.timer, PRICES.blobOther),
    line('the ledger', counts.ledgerTransactions, PRICES.table),
    line('Log Analytics', counts.logQueries, PRICES.logQuery),
    line('Resource Graph', counts.graphQueries, PRICES.graphQuery),
    line('Resource Manager', counts.armCalls, PRICES.armCall),
  ];
}

export function totalOf(lines: readonly Line[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0);
}

/** The same bill for 1,000 machines. */
export function perThousand(lines: readonly Line[], machines: number): Line[] {
  const share = machines === 0 ? 0 : 1000 / machines;
  return lines.map((entry) => ({ ...entry, count: entry.count * share, usd: entry.usd * share }));
}

function line(what: string, count: number, price: Price): Line {
  return { what, count, price, usd: (count * price.usd) / price.per };
}

/** Control queues and the work-item queue. */
function queues(): number {
  return assume('partitions') + 1;
}

function scaleLooks(seconds: number): number {
  return Math.ceil(seconds / assume('scaleSeconds')) * queues() * assume('scaleOperations');
}

function hubTransactions({ episodes, lookups }: CostCounts): number {
  return episodes * assume('transactionsPerEpisode') + lookups;
}

function leases(seconds: number): number {
  const rounds = Math.ceil(seconds / assume('leaseSeconds'));
  const ofHub = rounds * assume('partitions') * assume('leaseOperations');
  const ofHost = Math.ceil(seconds / 60) * assume('hostLeasesPerMinute');
  return (ofHub + ofHost) * assume('instances');
}

/** A run of the timers every five minutes, and one a day. */
const TIMER_RUNS_A_DAY = 289;

/** A day on which the app is there and nothing is under way: what a soak or a pause costs, however many machines. */
export function idleDay(plan: BillingPlan): number {
  const counts: CostCounts = {
    simulatedSeconds: 86_400,
    executions: { activity: 0, orchestration: 0, entity: 0, http: 0, timer: TIMER_RUNS_A_DAY },
    ...{ messages: 0, episodes: 0, lookups: TIMER_RUNS_A_DAY, idlePolls: pollsWithin(86_400_000) },
    ...{ ledgerTransactions: 3 * TIMER_RUNS_A_DAY, logQueries: 0, graphQueries: 0, armCalls: 0 },
  };
  return totalOf(bill(counts, plan, (TIMER_RUNS_A_DAY * plan.rounding.leastMs) / 1000));
}
