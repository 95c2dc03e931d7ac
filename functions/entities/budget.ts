import type { EntityContext } from 'durable-functions';
import { correct, type Report } from '../../shared/waves/corrections.ts';
import { ask, type Budget, type Demand } from '../../shared/waves/queues.ts';

interface At {
  /** Instant of the caller, milliseconds since the epoch. */
  readonly now: number;
}

const EMPTY: Budget = { buckets: {}, queues: {} };

/**
 * The request budget of one subscription, or of the query API, shared by every wave: callers are told when they may
 * start, and tell what the service said of its limits.
 */
export function budgetEntity(context: EntityContext<Budget>): void {
  const budget = context.df.getState(() => EMPTY) ?? EMPTY;
  switch (context.df.operationName) {
    case 'reserve': {
      const { now, ...demand } = context.df.getInput<Demand & At>() as Demand & At;
      const result = ask(budget, demand, now);
      context.df.setState(result.budget);
      context.df.return(result.answer);
      return;
    }
    case 'report': {
      const { reports, now } = context.df.getInput<{ reports: readonly Report[] } & At>() as {
        reports: readonly Report[];
      } & At;
      context.df.setState({ ...budget, buckets: correct(budget.buckets, reports, now) });
      return;
    }
    default:
      throw new Error(`the budget has no operation "${context.df.operationName}"`);
  }
}
