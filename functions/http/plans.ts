import type { HttpResponseInit } from '@azure/functions';
import type { Plan, PlanRequest as PlanRequestType } from '../../shared/model/plan.ts';
import { PlanRequest } from '../../shared/model/plan.ts';
import { makePlan } from '../../shared/waves/make-plan.ts';
import type { Runtime } from '../compose.ts';
import { endpoint, readBody, startingEndpoint } from './endpoint.ts';
import { findInventory } from './inventories.ts';
import { Problem } from './problem.ts';

/** Blocked machines shown in a plan's answer; the count is always whole. */
const BLOCKED_SHOWN = 1000;

/** `POST /plans`: computes the waves. Equal request and inventory give the same plan. */
export const postPlan = startingEndpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const plan = await createPlan(app, await readBody(request, PlanRequest));
  return { status: 201, headers: { location: `/api/plans/${plan.id}` }, jsonBody: await planView(app, plan) };
});

/** `GET /plans/{id}` */
export const getPlan = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  return { jsonBody: await planView(app, await findPlan(app, request.params['id'] ?? '')) };
});

/** Makes and stores a plan, or returns the one that is there. */
export async function createPlan(app: Runtime, request: PlanRequestType): Promise<Plan> {
  const inventory = await findInventory(app, request.inventoryId);
  if (inventory.status !== 'completed') {
    throw new Problem('inventoryNotReady', `Inventory "${inventory.id}" is ${inventory.status}.`);
  }
  const made = await makePlan(
    request,
    inventory,
    app.ledger.inventories.machines(inventory.id),
    new Date(app.now()).toISOString(),
  );
  const known = await app.ledger.plans.get(made.plan.id);
  if (known !== undefined) return known;
  await app.ledger.plans.put(made.plan, made.waves, made.blocked);
  return made.plan;
}

export async function findPlan(app: Runtime, id: string): Promise<Plan> {
  const plan = await app.ledger.plans.get(id);
  if (plan === undefined) throw new Problem('planNotFound', `There is no plan "${id}".`);
  return plan;
}

async function planView(app: Runtime, plan: Plan) {
  const blocked = await app.ledger.plans.blocked(plan.id);
  return {
    ...plan,
    blocked: blocked.slice(0, BLOCKED_SHOWN),
    blockedShown: Math.min(blocked.length, BLOCKED_SHOWN),
  };
}
