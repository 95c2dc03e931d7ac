import { app, type InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { readSettings } from '../shared/config/settings.ts';
import { advanceInventoryActivity, failInventoryActivity } from './activities/discovery.ts';
import { advanceRunActivity, recordRunHoldActivity } from './activities/plan-runs.ts';
import { stageActivity } from './activities/stages.ts';
import { advanceWaveActivity, disableConnectorActivity, recordHoldActivity } from './activities/waves.ts';
import { type ActivityName, BUDGET_ENTITY, ORCHESTRATORS } from './contracts/payloads.ts';
import { budgetEntity } from './entities/budget.ts';
import { disableConnectorNow, restoreConnector } from './http/connector-control.ts';
import { getConnector, getConnectorImpact, listConnectors } from './http/connectors.ts';
import { getDuplicateIngestion } from './http/duplicate-ingestion.ts';
import { listExceptions, postException, revokeException } from './http/exceptions.ts';
import { postGuards } from './http/guards.ts';
import { getHealth } from './http/health.ts';
import { getInventory, listInventories, postInventory } from './http/inventories.ts';
import { getInventoryDiff } from './http/inventory-diff.ts';
import {
  getInventoryFindings,
  getInventoryMachines,
  getInventoryWorkspaces,
} from './http/inventory-parts.ts';
import { postNetwork, postProxyProfile } from './http/network.ts';
import { getPlanBlocked, getPlanWaveMachines } from './http/plan-parts.ts';
import { abortPlanRun, holdPlanRun, promotePlanRun, resumePlanRun } from './http/plan-run-control.ts';
import { getPlanRun, listPlanRuns, postPlanRun } from './http/plan-runs.ts';
import { getPlan, postPlan } from './http/plans.ts';
import { disableAutoProvisioning, listReinstallPaths } from './http/reinstall-paths.ts';
import { getRuleSetBlastRadius } from './http/ruleset-blast-radius.ts';
import { getRuleSetDeployments, postRuleSetDeploy } from './http/ruleset-deploy.ts';
import { getRuleSetLevers, postRuleSetLevers } from './http/ruleset-levers.ts';
import { getRuleSet, getRuleSetBicep, listRuleSets, postRuleSets } from './http/rulesets.ts';
import { postTableMigration } from './http/tables.ts';
import { abortWave, approveWave, holdWave, resumeWave } from './http/wave-control.ts';
import { getWaveVerdicts } from './http/wave-verdicts.ts';
import { getWave, getWaveMachines, listWaves, postWave } from './http/waves.ts';
import { batchOrchestrator } from './orchestrators/batch.ts';
import { cellOrchestrator } from './orchestrators/cell.ts';
import { discoveryOrchestrator } from './orchestrators/discovery.ts';
import type { OrchestrationHandler } from './orchestrators/durable.ts';
import { planRunOrchestrator } from './orchestrators/plan-run.ts';
import { waveOrchestrator } from './orchestrators/wave.ts';
import { cleanUp } from './timers/cleanup.ts';
import { watch } from './timers/watch.ts';

/** What a rehearsal may replace: transport and clock. Azure never calls it. */
export { overrideRuntime } from './compose.ts';

// Wrong settings stop the start here, with one message, before anything is registered.
const settings = readSettings(process.env);
const durableClient = df.input.durableClient();

app.http('getHealth', { route: 'health', methods: ['GET'], authLevel: 'anonymous', handler: getHealth });

const routes = [
  ['postInventory', 'POST', 'inventories', postInventory],
  ['getInventory', 'GET', 'inventories/{id}', getInventory],
  ['listInventories', 'GET', 'inventories', listInventories],
  ['getInventoryMachines', 'GET', 'inventories/{id}/machines', getInventoryMachines],
  ['getInventoryWorkspaces', 'GET', 'inventories/{id}/workspaces', getInventoryWorkspaces],
  ['getInventoryFindings', 'GET', 'inventories/{id}/findings', getInventoryFindings],
  ['getInventoryDiff', 'GET', 'inventories/{id}/diff', getInventoryDiff],
  ['postNetwork', 'POST', 'inventories/{id}/network', postNetwork],
  ['postProxyProfile', 'POST', 'proxy-profiles', postProxyProfile],
  ['postRuleSets', 'POST', 'rulesets', postRuleSets],
  ['listRuleSets', 'GET', 'rulesets', listRuleSets],
  ['getRuleSet', 'GET', 'rulesets/{id}', getRuleSet],
  ['getRuleSetBicep', 'GET', 'rulesets/{id}/bicep', getRuleSetBicep],
  ['getRuleSetBlastRadius', 'GET', 'rulesets/{id}/blast-radius', getRuleSetBlastRadius],
  ['postRuleSetDeploy', 'POST', 'rulesets/{id}/deploy', postRuleSetDeploy],
  ['getRuleSetDeployments', 'GET', 'rulesets/{id}/deployments', getRuleSetDeployments],
  ['postRuleSetLevers', 'POST', 'rulesets/{id}/levers', postRuleSetLevers],
  ['getRuleSetLevers', 'GET', 'rulesets/{id}/levers', getRuleSetLevers],
  ['postTableMigration', 'POST', 'tables/migrate', postTableMigration],
  ['listConnectors', 'GET', 'connectors', listConnectors],
  ['getConnector', 'GET', 'connectors/{workspace}', getConnector],
  ['getConnectorImpact', 'GET', 'connectors/{workspace}/impact', getConnectorImpact],
  ['disableConnectorNow', 'POST', 'connectors/{workspace}/disable', disableConnectorNow],
  ['restoreConnector', 'POST', 'connectors/{workspace}/restore', restoreConnector],
  ['listReinstallPaths', 'GET', 'reinstall-paths', listReinstallPaths],
  ['disableAutoProvisioning', 'POST', 'reinstall-paths/auto-provisioning/disable', disableAutoProvisioning],
  ['postGuards', 'POST', 'guards', postGuards],
  ['getDuplicateIngestion', 'GET', 'duplicate-ingestion', getDuplicateIngestion],
  ['postException', 'POST', 'exceptions', postException],
  ['listExceptions', 'GET', 'exceptions', listExceptions],
  ['revokeException', 'POST', 'exceptions/{id}/revoke', revokeException],
  ['postPlan', 'POST', 'plans', postPlan],
  ['getPlan', 'GET', 'plans/{id}', getPlan],
  ['getPlanBlocked', 'GET', 'plans/{id}/blocked', getPlanBlocked],
  ['getPlanWaveMachines', 'GET', 'plans/{id}/waves/{wave}/machines', getPlanWaveMachines],
  ['postPlanRun', 'POST', 'plans/{id}/runs', postPlanRun],
  ['listPlanRuns', 'GET', 'plans/{id}/runs', listPlanRuns],
  ['getPlanRun', 'GET', 'plans/{id}/runs/{runId}', getPlanRun],
  ['promotePlanRun', 'POST', 'plans/{id}/runs/{runId}/promote', promotePlanRun],
  ['holdPlanRun', 'POST', 'plans/{id}/runs/{runId}/hold', holdPlanRun],
  ['resumePlanRun', 'POST', 'plans/{id}/runs/{runId}/resume', resumePlanRun],
  ['abortPlanRun', 'POST', 'plans/{id}/runs/{runId}/abort', abortPlanRun],
  ['postWave', 'POST', 'waves', postWave],
  ['listWaves', 'GET', 'waves', listWaves],
  ['getWave', 'GET', 'waves/{id}', getWave],
  ['getWaveMachines', 'GET', 'waves/{id}/machines', getWaveMachines],
  ['getWaveVerdicts', 'GET', 'waves/{id}/verdicts', getWaveVerdicts],
  ['approveWave', 'POST', 'waves/{id}/approve', approveWave],
  ['holdWave', 'POST', 'waves/{id}/hold', holdWave],
  ['resumeWave', 'POST', 'waves/{id}/resume', resumeWave],
  ['abortWave', 'POST', 'waves/{id}/abort', abortWave],
] as const;
for (const [name, method, route, handler] of routes) {
  app.http(name, { route, methods: [method], authLevel: 'function', extraInputs: [durableClient], handler });
}

app.timer('watch', {
  schedule: settings.watchSchedule,
  extraInputs: [durableClient],
  handler: watch,
});
app.timer('cleanUp', { schedule: settings.cleanupSchedule, extraInputs: [durableClient], handler: cleanUp });

const orchestrators = {
  [ORCHESTRATORS.discovery]: discoveryOrchestrator,
  [ORCHESTRATORS.wave]: waveOrchestrator,
  [ORCHESTRATORS.cell]: cellOrchestrator,
  [ORCHESTRATORS.batch]: batchOrchestrator,
  [ORCHESTRATORS.planRun]: planRunOrchestrator,
};
for (const [name, handler] of Object.entries(orchestrators)) {
  df.app.orchestration(name, handler as OrchestrationHandler);
}

// biome-ignore lint/suspicious/noExplicitAny: the table's types are proven by `Activities`; the library wants one loose signature.
const activities: Record<ActivityName, (input: any, context: InvocationContext) => Promise<unknown>> = {
  install: stageActivity('install'),
  associate: stageActivity('associate'),
  verify: stageActivity('verify'),
  disableConnector: disableConnectorActivity,
  reverify: stageActivity('reverify'),
  uninstall: stageActivity('uninstall'),
  confirm: stageActivity('confirm'),
  advanceWave: advanceWaveActivity,
  recordHold: recordHoldActivity,
  advanceRun: advanceRunActivity,
  recordRunHold: recordRunHoldActivity,
  advanceInventory: advanceInventoryActivity,
  failInventory: failInventoryActivity,
};
/** Activities that start orchestrations of their own. */
const WITH_CLIENT: readonly string[] = ['advanceRun'];
for (const [name, handler] of Object.entries(activities)) {
  df.app.activity(name, { handler, ...(WITH_CLIENT.includes(name) ? { extraInputs: [durableClient] } : {}) });
}

df.app.entity(BUDGET_ENTITY, budgetEntity);
