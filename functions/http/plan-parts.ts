import type { HttpResponseInit } from '@azure/functions';
import { PLAN_PLACE } from '../../shared/ledger/plans.ts';
import type { BlockedMachine, Plan, PlannedMachine } from '../../shared/model/plan.ts';
import { type CsvColumn, pageResponse } from './csv.ts';
import { endpoint, readQuery } from './endpoint.ts';
import { findPlan } from './plans.ts';
import { Problem } from './problem.ts';
import { PageQuery } from './schemas.ts';

/** `GET /plans/{id}/blocked`: the machines the plan leaves out, with every reason; paged, JSON or CSV by Accept. */
export const getPlanBlocked = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const plan = await findPlan(app, request.params['id'] ?? '');
  const { limit, after } = readQuery(request, PlanPageQuery);
  const { items, next } = await app.ledger.plans.blockedPage(plan.id, limit, after);
  return pageResponse(request, { name: 'machines', items, next }, BLOCKED_COLUMNS);
});

/** `GET /plans/{id}/waves/{wave}/machines`: what the plan will do to each machine of a wave; paged, JSON or CSV by Accept. */
export const getPlanWaveMachines = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const plan = await findPlan(app, request.params['id'] ?? '');
  const index = waveNumber(plan, request.params['wave'] ?? '');
  const { limit, after } = readQuery(request, PlanPageQuery);
  const { items, next } = await app.ledger.plans.machinePage(plan.id, index, limit, after);
  return pageResponse(request, { name: 'machines', items, next }, PLANNED_COLUMNS);
});

export const PlanPageQuery = PageQuery.refine(({ after }) => after === undefined || PLAN_PLACE.test(after), {
  path: ['after'],
  message: 'is no place in this list; pass the "next" of the page before',
});

const BLOCKED_COLUMNS: readonly CsvColumn<BlockedMachine>[] = [
  { header: 'id', value: ({ machineId }) => machineId },
  { header: 'reasons', value: ({ reasons }) => reasons.map(({ code }) => code).join(' ') },
  { header: 'whatToDo', value: ({ reasons }) => reasons.map(({ text }) => text).join(' ') },
  { header: 'details', value: ({ reasons }) => reasons.flatMap(({ detail }) => detail ?? []).join('; ') },
  { header: 'whoMustAct', value: ({ reasons }) => [...new Set(reasons.map(({ needs }) => needs))].join(' ') },
];

const PLANNED_COLUMNS: readonly CsvColumn<PlannedMachine>[] = [
  { header: 'id', value: ({ resourceId }) => resourceId },
  { header: 'kind', value: ({ kind }) => kind },
  { header: 'os', value: ({ os }) => os },
  { header: 'region', value: ({ region }) => region },
  { header: 'proxyProfile', value: ({ proxyProfile }) => proxyProfile },
  { header: 'identity', value: ({ userAssignedIdentityId }) => userAssignedIdentityId },
  { header: 'endpoint', value: ({ endpointId }) => endpointId },
  { header: 'rules', value: ({ rules }) => [...new Set(rules.map(({ ruleId }) => ruleId))].join(' ') },
  { header: 'workspaces', value: ({ legacyWorkspaces }) => legacyWorkspaces.join(' ') },
  { header: 'scomAttached', value: ({ scomAttached }) => scomAttached },
];

function waveNumber(plan: Plan, text: string): number {
  const index = /^\d{1,6}$/.test(text) ? Number(text) : -1;
  if (plan.waves[index] !== undefined) return index;
  throw new Problem(
    'waveNotInPlan',
    `Plan "${plan.id}" has ${plan.waves.length} waves; there is no wave ${text}.`,
  );
}
