import type { Execution } from '../../../rehearsal/host/index.ts';
import { assume } from './assumptions.ts';

/** One execution of a function with the requests it made. */
export interface MeasuredExecution extends Execution {
  armCalls: number;
  graphQueries: number;
  logQueries: number;
  ledgerOperations: number;
}

/** How a plan rounds the time it bills. */
export interface Rounding {
  readonly leastMs: number;
  readonly stepMs: number;
}

export interface BusyTime {
  readonly billedSeconds: number;
  readonly periods: number;
  /** Between the periods, from the start and to the end of the time looked at, milliseconds. */
  readonly idleMs: readonly number[];
}

/** Where the time of executions goes, milliseconds. */
export interface Work {
  /** Replay, decisions, and what else an execution does beside its requests. */
  readonly own: number;
  readonly resourceManager: number;
  readonly logAnalytics: number;
  readonly resourceGraph: number;
  readonly ledger: number;
}

/** How long an execution is thought to take, and for what. */
export function workOf(execution: MeasuredExecution): Work {
  const { armCalls, graphQueries, logQueries, ledgerOperations } = execution;
  // The requests of one machine follow each other; those of several go out side by side.
  const rounds = Math.min(armCalls, assume('callRow')) + Math.ceil(armCalls / assume('callsAtOnce'));
  return {
    own: ownMs(execution),
    resourceManager: rounds * assume('callMs'),
    logAnalytics: logRounds(logQueries) * assume('logQueryMs'),
    resourceGraph: graphQueries * assume('graphQueryMs'),
    ledger: ledgerOperations * assume('ledgerMs'),
  };
}

/** Tables are asked for side by side once the heartbeats are known. */
function logRounds(queries: number): number {
  return queries === 0 ? 0 : 1 + Math.ceil((queries - 1) / assume('logQueriesAtOnce'));
}

export function durationMs(execution: MeasuredExecution): number {
  const { own, resourceManager, logAnalytics, resourceGraph, ledger } = workOf(execution);
  return own + resourceManager + logAnalytics + resourceGraph + ledger;
}

/** The work of all executions, seconds. */
export function workSeconds(executions: readonly MeasuredExecution[]): Work {
  const works = executions.map(workOf);
  const of = (part: keyof Work) => works.reduce((sum, work) => sum + work[part], 0) / 1000;
  return {
    own: of('own'),
    resourceManager: of('resourceManager'),
    logAnalytics: of('logAnalytics'),
    resourceGraph: of('resourceGraph'),
    ledger: of('ledger'),
  };
}

function ownMs({ trigger }: Execution): number {
  if (trigger === 'activity') return assume('activityMs');
  return assume(trigger === 'orchestration' || trigger === 'entity' ? 'turnMs' : 'triggerMs');
}

/** What is billed where every execution is billed by itself. */
export function aloneSeconds(executions: readonly MeasuredExecution[], rounding: Rounding): number {
  return executions.reduce((sum, execution) => sum + billedMs(durationMs(execution), rounding), 0) / 1000;
}

/** How many executions of a lane an instance has under way at once; all share one lane when there is none to tell. */
export interface Concurrency {
  readonly lane: (execution: Execution) => string;
  readonly slots: number;
}

/** One execution after the other, never two at once. */
export const ONE_AT_A_TIME: Concurrency = { lane: () => 'all', slots: 1 };

/** As host.json allows: so many activities, and beside them so many turns of orchestrations and entities. */
export const AS_ALLOWED: Concurrency = {
  lane: ({ trigger }) => (trigger === 'activity' ? 'activities' : 'others'),
  slots: assume('slots'),
};

/**
 * What is billed where an instance is billed for as long as it is busy: executions start in the order in which they
 * came, as soon as a slot is free. What comes while the instance is busy prolongs that period.
 */
export function busyTime(
  executions: readonly MeasuredExecution[],
  span: { readonly from: number; readonly to: number },
  rounding: Rounding,
  { lane, slots }: Concurrency,
): BusyTime {
  const lanes = new Map<string, number[]>();
  const runs = executions
    .toSorted((a, b) => a.at - b.at)
    .map((execution) => {
      const name = lane(execution);
      const free = lanes.get(name) ?? new Array<number>(slots).fill(0);
      lanes.set(name, free);
      const slot = free.indexOf(Math.min(...free));
      const from = Math.max(execution.at, free[slot] ?? 0);
      const to = from + durationMs(execution);
      free[slot] = to;
      return { from, to };
    })
    .toSorted((a, b) => a.from - b.from);
  return periodsOf(runs, span, rounding);
}

type Stretch = { readonly from: number; readonly to: number };

function periodsOf(runs: readonly Stretch[], span: Stretch, rounding: Rounding): BusyTime {
  const idleMs: number[] = [];
  let billed = 0;
  let periods = 0;
  let period: Stretch = { from: span.from, to: span.from };
  for (const { from, to } of runs) {
    if (periods > 0 && from <= period.to) {
      period = { from: period.from, to: Math.max(period.to, to) };
      continue;
    }
    if (periods > 0) billed += billedMs(period.to - period.from, rounding);
    idleMs.push(Math.max(0, from - period.to));
    periods += 1;
    period = { from, to };
  }
  if (periods > 0) billed += billedMs(period.to - period.from, rounding);
  idleMs.push(Math.max(0, span.to - period.to));
  return { billedSeconds: billed / 1000, periods, idleMs };
}

function billedMs(ms: number, { leastMs, stepMs }: Rounding): number {
  return Math.max(leastMs, Math.ceil(ms / stepMs) * stepMs);
}

/** Functions that share instances: Flex Consumption scales HTTP and durable functions as groups, others one by one. */
export function scaleGroup({ trigger, name }: Execution): string {
  if (trigger === 'http') return 'http';
  return trigger === 'timer' || trigger === 'other' ? name : 'durable';
}

/** How often an empty queue is asked while nothing comes. */
export function pollsWithin(idleMs: number): number {
  const longest = assume('lastPollMs');
  let polls = 0;
  let wait = assume('firstPollMs');
  let left = idleMs;
  while (left >= wait && wait < longest) {
    left -= wait;
    polls += 1;
    wait = Math.min(2 * wait, longest);
  }
  return polls + Math.floor(left / Math.max(wait, 1));
}
