import type { HttpResponseInit } from '@azure/functions';
import type { Baseline } from '../../shared/model/drift.ts';
import type { Plan } from '../../shared/model/plan.ts';
import { foregoesApproval, PlanRequest } from '../../shared/model/plan-request.ts';
import { querySyntaxFaults } from '../../shared/waves/checks/syntax.ts';
import { makePlan, type PlanRefusal } from '../../shared/waves/make-plan.ts';
import { findRuleSets } from '../../shared/waves/plan-rule-sets.ts';
import type { Runtime } from '../compose.ts';
import { type CalledApp, requireRole } from './caller.ts';
import { endpoint, readBody, readQuery, startingEndpoint } from './endpoint.ts';
import { findCompleted } from './inventories.ts';
import { listPage } from './pages.ts';
import { planView } from './plan-view.ts';
import { Problem } from './problem.ts';
import { recordChange } from './record-change.ts';
import { ListQuery, NoQuery } from './schemas.ts';

/** `POST /plans`: computes the waves. Equal request and inventory give the same plan. */
export const postPlan = startingEndpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const body = await readBody(request, PlanRequest);
  if (foregoesApproval(body)) requireRole(request, 'approver', FOREGOES);
  const plan = await createPlan(app, body);
  return { status: 201, headers: { location: `/api/plans/${plan.id}` }, jsonBody: await planView(app, plan) };
});

/** `GET /plans`: newest first, without their waves, paged. */
export const listPlans = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const query = readQuery(request, ListQuery);
  const { items, next } = listPage(await app.ledger.plans.list(), query);
  return { jsonBody: { plans: items, ...(next !== undefined && { next }) } };
});

export const FOREGOES = 'A plan whose removals nobody else has to approve';

/** `GET /plans/{id}` */
export const getPlan = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  readQuery(request, NoQuery);
  return { jsonBody: await planView(app, await findPlan(app, request.params['id'] ?? '')) };
});

/** Makes and stores a plan, or returns the one that is there. Faults are named below a place in the body. */
export async function createPlan(app: CalledApp, request: PlanRequest, place = ''): Promise<Plan> {
  const inventory = await findCompleted(app, request.inventoryId);
  const ruleSets = await findRuleSets(request.ruleSets, app.ledger.ruleSets);
  if (!ruleSets.ok) throw problemOf({ code: 'invalidRequest', faults: ruleSets.faults }, place);
  const wrong = await querySyntaxFaults(request);
  if (wrong.length > 0) throw problemOf({ code: 'invalidRequest', faults: wrong }, place);
  const { deployed } = ruleSets;
  const repaired = await repairedMachines(app, request, place);
  const result = await makePlan(
    // "latest" and "deployed" must not be another plan than what they stand for.
    { ...request, inventoryId: inventory.id, ruleSets: deployed.map(({ ruleSetId }) => ruleSetId) },
    {
      ...inventory,
      ...(await app.ledger.inventories.estate(inventory.id)),
      ruleSets: deployed,
      ...(repaired === undefined ? {} : { repaired }),
    },
    app.ledger.inventories.machines(inventory.id),
    new Date(app.now()).toISOString(),
  );
  if (!result.ok) throw problemOf(result.refusal, place);
  const { plan, waves, blocked } = result.made;
  const known = await app.ledger.plans.get(plan.id);
  if (known !== undefined) {
    // Stored by a version that kept no list, or by a call that died before it was listed.
    await app.ledger.plans.enlist(known);
    return known;
  }
  await recordChange(app, 'plan', {
    ...{ at: plan.createdAt, by: app.calledBy, message: `made plan ${plan.id}`, before: null },
    after: { planId: plan.id, inventoryId: inventory.id, approvals: plan.policy.approvals },
  });
  await app.ledger.plans.put(plan, waves, blocked);
  return plan;
}

/** What machines were migrated to that a plan is to put right; undefined: it migrates. */
async function repairedMachines(
  app: CalledApp,
  { repairs, selection }: PlanRequest,
  place: string,
): Promise<ReadonlyMap<string, Baseline> | undefined> {
  if (repairs === undefined) return undefined;
  if ((await app.ledger.plans.get(repairs)) === undefined)
    throw problemOf(
      { code: 'invalidRequest', faults: [{ path: 'repairs', message: 'is no plan of this app' }] },
      place,
    );
  const found = new Map<string, Baseline>();
  for (const id of selection.machineIds ?? []) {
    const baseline = await app.ledger.baselines.get(id);
    if (baseline !== undefined) found.set(id, baseline);
  }
  return found;
}

function problemOf(refusal: PlanRefusal, place: string): Problem {
  if (refusal.code === 'invalidRequest') {
    const faults = refusal.faults.map(({ path, message }) => ({ path: `${place}${path}`, message }));
    return new Problem('invalidRequest', 'The plan is not valid.', faults);
  }
  if (refusal.code === 'tooManyWaves') {
    return new Problem(
      'tooManyWaves',
      `The plan would have ${refusal.waves} waves; at most ${refusal.most} can be followed. Choose larger cohorts.`,
    );
  }
  const { combinations, maxSize } = refusal;
  return new Problem(
    'pilotLargerThanCap',
    `A pilot with one machine of every combination needs ${combinations} machines, and cohorts.maxSize is ${maxSize}. Raise it, give cohorts.pilotSize as a number, or select fewer machines.`,
  );
}

export async function findPlan(app: Runtime, id: string): Promise<Plan> {
  const plan = await app.ledger.plans.get(id);
  if (plan === undefined) throw new Problem('planNotFound', `There is no plan "${id}".`);
  return plan;
}
