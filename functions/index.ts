import { app, type InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { readSettings } from '../shared/config/settings.ts';
import { type Activities, type ActivityName, BUDGET_ENTITY, ORCHESTRATORS } from './contracts/payloads.ts';
import { budgetEntity } from './entities/budget.ts';
import { batchOrchestrator } from './orchestrators/batch.ts';
import { cellOrchestrator } from './orchestrators/cell.ts';
import { discoveryOrchestrator } from './orchestrators/discovery.ts';
import type { OrchestrationHandler } from './orchestrators/durable.ts';
import { planRunOrchestrator } from './orchestrators/plan-run.ts';
import { waveOrchestrator } from './orchestrators/wave.ts';

type Handlers = typeof import('./handlers.ts');

/** A function of `handlers.ts`, loaded when it is first called: a start loads what registers and replays, no more. */
function onFirstUse<N extends keyof Handlers>(name: N): Handlers[N] {
  const call = async (...input: unknown[]) => {
    const handlers = await import('./handlers.ts');
    return (handlers[name] as (...input: unknown[]) => unknown)(...input);
  };
  return call as Handlers[N];
}

/** What a rehearsal may replace: transport and clock. Azure never calls it. */
export const overrideRuntime = onFirstUse('overrideRuntime');

// Wrong settings stop the start here, with one message, before anything is registered.
const settings = readSettings(process.env);
const durableClient = df.input.durableClient();

app.http('getHealth', {
  route: 'health',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: onFirstUse('getHealth'),
});

const routes = [
  ['postInventory', 'POST', 'inventories'],
  ['getInventory', 'GET', 'inventories/{id}'],
  ['listInventories', 'GET', 'inventories'],
  ['getInventoryMachines', 'GET', 'inventories/{id}/machines'],
  ['getInventoryWorkspaces', 'GET', 'inventories/{id}/workspaces'],
  ['getInventoryFindings', 'GET', 'inventories/{id}/findings'],
  ['getInventoryDiff', 'GET', 'inventories/{id}/diff'],
  ['postNetwork', 'POST', 'inventories/{id}/network'],
  ['postProxyProfile', 'POST', 'proxy-profiles'],
  ['postRuleSets', 'POST', 'rulesets'],
  ['listRuleSets', 'GET', 'rulesets'],
  ['getRuleSet', 'GET', 'rulesets/{id}'],
  ['getRuleSetBicep', 'GET', 'rulesets/{id}/bicep'],
  ['getRuleSetBlastRadius', 'GET', 'rulesets/{id}/blast-radius'],
  ['postRuleSetDeploy', 'POST', 'rulesets/{id}/deploy'],
  ['getRuleSetDeployments', 'GET', 'rulesets/{id}/deployments'],
  ['postRuleSetLevers', 'POST', 'rulesets/{id}/levers'],
  ['getRuleSetLevers', 'GET', 'rulesets/{id}/levers'],
  ['postTableMigration', 'POST', 'tables/migrate'],
  ['listConnectors', 'GET', 'connectors'],
  ['getConnector', 'GET', 'connectors/{workspace}'],
  ['getConnectorImpact', 'GET', 'connectors/{workspace}/impact'],
  ['disableConnectorNow', 'POST', 'connectors/{workspace}/disable'],
  ['restoreConnector', 'POST', 'connectors/{workspace}/restore'],
  ['listReinstallPaths', 'GET', 'reinstall-paths'],
  ['disableAutoProvisioning', 'POST', 'reinstall-paths/auto-provisioning/disable'],
  ['postGuards', 'POST', 'guards'],
  ['getDuplicateIngestion', 'GET', 'duplicate-ingestion'],
  ['postException', 'POST', 'exceptions'],
  ['listExceptions', 'GET', 'exceptions'],
  ['revokeException', 'POST', 'exceptions/{id}/revoke'],
  ['postPlan', 'POST', 'plans'],
  ['getPlan', 'GET', 'plans/{id}'],
  ['getPlanBlocked', 'GET', 'plans/{id}/blocked'],
  ['getPlanWaveMachines', 'GET', 'plans/{id}/waves/{wave}/machines'],
  ['postPlanRun', 'POST', 'plans/{id}/runs'],
  ['listPlanRuns', 'GET', 'plans/{id}/runs'],
  ['getPlanRun', 'GET', 'plans/{id}/runs/{runId}'],
  ['promotePlanRun', 'POST', 'plans/{id}/runs/{runId}/promote'],
  ['holdPlanRun', 'POST', 'plans/{id}/runs/{runId}/hold'],
  ['resumePlanRun', 'POST', 'plans/{id}/runs/{runId}/resume'],
  ['abortPlanRun', 'POST', 'plans/{id}/runs/{runId}/abort'],
  ['postWave', 'POST', 'waves'],
  ['listWaves', 'GET', 'waves'],
  ['getWave', 'GET', 'waves/{id}'],
  ['getWaveMachines', 'GET', 'waves/{id}/machines'],
  ['getWaveVerdicts', 'GET', 'waves/{id}/verdicts'],
  ['approveWave', 'POST', 'waves/{id}/approve'],
  ['holdWave', 'POST', 'waves/{id}/hold'],
  ['resumeWave', 'POST', 'waves/{id}/resume'],
  ['abortWave', 'POST', 'waves/{id}/abort'],
  ['promoteWave', 'POST', 'waves/{id}/promote'],
  ['retryWave', 'POST', 'waves/{id}/retry'],
  ['changeWaveMachines', 'POST', 'waves/{id}/machines'],
  ['rollbackWave', 'POST', 'waves/{id}/rollback'],
] as const;
for (const [name, method, route] of routes) {
  const handler = onFirstUse(name);
  app.http(name, { route, methods: [method], authLevel: 'function', extraInputs: [durableClient], handler });
}

const timers = [
  ['watch', settings.watchSchedule],
  ['cleanUp', settings.cleanupSchedule],
] as const;
for (const [name, schedule] of timers) {
  app.timer(name, { schedule, extraInputs: [durableClient], handler: onFirstUse(name) });
}

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

/** The compiler proves that each activity is there and takes and gives what orchestrators think. */
const activities: {
  readonly [N in ActivityName]: (
    input: Activities[N]['input'],
    context: InvocationContext,
  ) => Promise<Activities[N]['output']>;
} = {
  install: onFirstUse('install'),
  associate: onFirstUse('associate'),
  verify: onFirstUse('verify'),
  disableConnector: onFirstUse('disableConnector'),
  reverify: onFirstUse('reverify'),
  uninstall: onFirstUse('uninstall'),
  confirm: onFirstUse('confirm'),
  returnLegacy: onFirstUse('returnLegacy'),
  undoAssociate: onFirstUse('undoAssociate'),
  undoInstall: onFirstUse('undoInstall'),
  undoConnector: onFirstUse('undoConnector'),
  advanceWave: onFirstUse('advanceWave'),
  recordHold: onFirstUse('recordHold'),
  advanceRun: onFirstUse('advanceRun'),
  recordRunHold: onFirstUse('recordRunHold'),
  advanceInventory: onFirstUse('advanceInventory'),
  failInventory: onFirstUse('failInventory'),
};
/** Activities that start orchestrations of their own. */
const WITH_CLIENT: readonly string[] = ['advanceRun'];
for (const [name, handler] of Object.entries(activities)) {
  df.app.activity(name, { handler, ...(WITH_CLIENT.includes(name) ? { extraInputs: [durableClient] } : {}) });
}

df.app.entity(BUDGET_ENTITY, budgetEntity);
