import { subscriptionOfCell } from '../model/ids.ts';
import type { LimitName } from '../model/limits.ts';
import { bucketAt } from '../waves/budget.ts';
import type { Budget } from '../waves/queues.ts';

/** How much of one limit is spoken for. */
export interface LimitUse {
  readonly limit: LimitName;
  /** Share of the usable burst that is spent or booked, 0 to 1. */
  readonly used: number;
  /** Requests that are booked for later. */
  readonly booked: number;
  /** Nothing starts before: the service asked for a pause; null where it did not. */
  readonly closedUntil: string | null;
}

export interface CellThrottle {
  readonly cell: string;
  readonly limits: readonly LimitUse[];
  /** Batches of its subscription that wait for their turn. */
  readonly waiting: number;
}

/** ARM counts by subscription, Compute by cell: each cell shows the limits that it works under. */
const ARM = ['reads', 'writes', 'deletes'] as const satisfies readonly LimitName[];

/** Budgets by their name, as their entities keep them; a name without one has not been used. */
export function throttleOf(
  cells: readonly string[],
  budgets: ReadonlyMap<string, Budget>,
  nowMs: number,
): CellThrottle[] {
  return cells.map((cell) => {
    const budget = budgets.get(subscriptionOfCell(cell));
    const waiting = Object.values(budget?.queues ?? {}).reduce(
      (sum, { joined, served }) => sum + Math.max(0, joined - served),
      0,
    );
    const limits = [
      ...ARM.map((limit) => useOf(budget, limit, limit, nowMs)),
      useOf(budget, `compute|${cell}`, 'compute', nowMs),
    ];
    return { cell, limits, waiting };
  });
}

/** The budget of the query API, which counts by user whatever the subscription. */
export function queryUse(budgets: ReadonlyMap<string, Budget>, nowMs: number): LimitUse {
  return useOf(budgets.get('queries'), 'queries', 'queries', nowMs);
}

function useOf(budget: Budget | undefined, bucket: string, limit: LimitName, nowMs: number): LimitUse {
  const { state, size } = bucketAt(budget?.buckets ?? {}, bucket, limit, nowMs);
  const booked = state.booked.reduce((sum, [, tokens]) => sum + tokens, 0);
  const free = Math.max(0, state.level - booked);
  const { closedUntil } = state;
  return {
    limit,
    used: Math.round(Math.min(1, Math.max(0, 1 - free / size.burst)) * 1000) / 1000,
    booked: Math.round(booked),
    closedUntil:
      closedUntil !== undefined && closedUntil > nowMs ? new Date(closedUntil).toISOString() : null,
  };
}
