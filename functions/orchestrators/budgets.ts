import { subscriptionOfCell } from '../../shared/model/ids.ts';
import type { LimitName, LimitSeen } from '../../shared/model/limits.ts';
import {
  now,
  type OrchestrationContext,
  reportToBudget,
  reserveBudget,
  type Steps,
  sleepUntil,
} from './durable.ts';

/** The budget of the query API, which counts by user, whatever the subscription. */
const QUERIES = 'queries';

export interface Look {
  readonly flow: string;
  readonly cell: string;
  readonly urgent: boolean;
  readonly costs: readonly { limit: LimitName; count: number }[];
}

/** What was booked for a look, and in how many rounds. */
export interface Booked extends Look {
  readonly rounds: number;
}

/**
 * Waits until the budgets allow the requests of the next look (D5). ARM, the scarcer, is booked first, and queries for
 * the instant it gives: booked first, they would lie booked while others wait for them.
 */
export function* waitForBudget(context: OrchestrationContext, look: Look): Steps<Booked> {
  let rounds = 1;
  let from = now(context);
  for (const budget of [subscriptionOf(look), QUERIES]) {
    const reservations = look.costs
      .filter(({ limit }) => budgetOf(look, limit) === budget)
      .map(({ limit, count }) => ({ bucket: bucketOf(look, limit), limit, count }));
    if (reservations.length === 0) continue;
    const { flow, urgent } = look;
    for (let ticket: unknown = null; ; rounds += 1) {
      const answer = yield* reserveBudget(context, budget, { flow, urgent, reservations, from, ticket });
      from = answer.at;
      if (answer.ticket === null) break;
      yield* sleepUntil(context, answer.at);
      ticket = answer.ticket;
    }
  }
  yield* sleepUntil(context, from);
  return { ...look, rounds };
}

/** Tells the budgets what became of a booking, and what the service said of its limits. */
export function reportLimits(
  context: OrchestrationContext,
  booked: Booked,
  seen: readonly LimitSeen[],
): void {
  const nothing = { calls: 0, remaining: null, at: now(context), retryAfterMs: null, unavailable: 0 };
  const unsent = booked.costs.filter(({ limit }) => !seen.some((one) => one.limit === limit));
  const all = [...seen, ...unsent.map(({ limit }): LimitSeen => ({ limit, ...nothing }))];
  for (const budget of [QUERIES, subscriptionOf(booked)]) {
    const reports = all
      .filter(({ limit }) => budgetOf(booked, limit) === budget)
      .map((one) => ({
        bucket: bucketOf(booked, one.limit),
        booked: booked.costs.find(({ limit }) => limit === one.limit)?.count ?? 0,
        seen: one,
      }))
      // What was sent as it was booked, without a word from the service, changes nothing.
      .filter(({ booked: count, seen: { calls, remaining, retryAfterMs, unavailable } }) => {
        return calls !== count || remaining !== null || retryAfterMs !== null || unavailable > 0;
      });
    if (reports.length > 0) reportToBudget(context, budget, reports);
  }
}

function budgetOf(look: Look, limit: LimitName): string {
  return limit === 'queries' ? QUERIES : subscriptionOf(look);
}

/** Compute counts by region, ARM by subscription. */
function bucketOf({ cell }: Look, limit: LimitName): string {
  return limit === 'compute' ? `compute|${cell}` : limit;
}

/** A cell is a region of a subscription. */
export function subscriptionOf({ cell }: Pick<Look, 'cell'>): string {
  return subscriptionOfCell(cell);
}
