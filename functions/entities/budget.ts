import type { EntityContext } from 'durable-functions';
import { type BudgetState, type Reservation, reserve } from '../../shared/waves/budget.ts';

interface ReserveInput {
  readonly reservations: readonly Reservation[];
  /** Instant of the caller, milliseconds since the epoch. */
  readonly now: number;
}

/** The request budget of one subscription, shared by every wave: callers are told when they may start. */
export function budgetEntity(context: EntityContext<BudgetState>): void {
  const state = context.df.getState(() => ({})) ?? {};
  switch (context.df.operationName) {
    case 'reserve': {
      const { reservations, now } = context.df.getInput<ReserveInput>() as ReserveInput;
      const result = reserve(state, reservations, now);
      context.df.setState(result.state);
      context.df.return(result.startAt);
      return;
    }
    default:
      throw new Error(`the budget has no operation "${context.df.operationName}"`);
  }
}
