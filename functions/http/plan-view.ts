import type { Plan } from '../../shared/model/plan.ts';
import type { Runtime } from '../compose.ts';

/** Blocked machines shown in a plan's answer; the count is always whole. */
const BLOCKED_SHOWN = 1000;

/** A plan as the API shows it: bounded, however many machines it has. */
export async function planView(app: Runtime, plan: Plan) {
  const { items, next } = await app.ledger.plans.blockedPage(plan.id, BLOCKED_SHOWN);
  const address = `/api/plans/${plan.id}`;
  return {
    ...plan,
    blocked: items,
    blockedShown: items.length,
    links: {
      /** All blocked machines, or those that are not shown here. */
      blocked: next === undefined ? `${address}/blocked` : `${address}/blocked?after=${next}`,
      waveMachines: `${address}/waves/{wave}/machines`,
    },
  };
}
