import type { Choice } from './operation.ts';

/** Lists that fill the choices of a flow's designer. */
export const INVENTORIES: Choice = {
  operation: 'listInventories',
  list: 'inventories',
  value: 'id',
  title: 'startedAt',
};
export const PLANS: Choice = { operation: 'listPlans', list: 'plans', value: 'id', title: 'name' };
export const WAVES: Choice = { operation: 'listWaves', list: 'waves', value: 'id', title: 'id' };
export const RULE_SETS: Choice = {
  operation: 'listRuleSets',
  list: 'ruleSets',
  value: 'id',
  title: 'workspaceId',
};
export const CONNECTORS: Choice = {
  operation: 'listConnectors',
  list: 'connectors',
  value: 'workspace',
  title: 'name',
};
/** Waves of a plan; the plan is at this place of the operation. */
export const wavesOfPlan = (place: string): Choice => ({
  operation: 'getPlan',
  list: 'waves',
  value: 'index',
  title: 'index',
  given: { id: place },
});
export const SUBSCRIPTIONS: Choice = {
  operation: 'listSubscriptions',
  list: 'subscriptions',
  value: 'id',
  title: 'host',
};
export const RUNS: Choice = {
  operation: 'listPlanRuns',
  list: 'runs',
  value: 'id',
  title: 'createdAt',
  given: { id: 'id' },
};
