import { app, type HttpHandler, type InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { readSettings } from '../shared/config/settings.ts';
import type { Role } from '../shared/model/caller.ts';
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

/** An endpoint that runs for callers with this role alone. */
function forRole(role: Role, name: (typeof routes)[number][0]): HttpHandler {
  return async (request, context) => {
    const handlers = await import('./handlers.ts');
    return handlers.allow(role, handlers[name])(request, context);
  };
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

/** Every call, and the role that it needs (`ROLES` in shared/model/caller.ts). */
const routes = [
  ['postInventory', 'POST', 'inventories', 'operator'],
  ['getInventory', 'GET', 'inventories/{id}', 'reader'],
  ['listInventories', 'GET', 'inventories', 'reader'],
  ['getInventoryMachines', 'GET', 'inventories/{id}/machines', 'reader'],
  ['getInventoryWorkspaces', 'GET', 'inventories/{id}/workspaces', 'reader'],
  ['getInventoryFindings', 'GET', 'inventories/{id}/findings', 'reader'],
  ['getInventoryDiff', 'GET', 'inventories/{id}/diff', 'reader'],
  ['postNetwork', 'POST', 'inventories/{id}/network', 'reader'],
  ['postProxyProfile', 'POST', 'proxy-profiles', 'reader'],
  ['postRuleSets', 'POST', 'rulesets', 'operator'],
  ['listRuleSets', 'GET', 'rulesets', 'reader'],
  ['getRuleSet', 'GET', 'rulesets/{id}', 'reader'],
  ['getRuleSetBicep', 'GET', 'rulesets/{id}/bicep', 'reader'],
  ['getRuleSetBlastRadius', 'GET', 'rulesets/{id}/blast-radius', 'reader'],
  ['postRuleSetDeploy', 'POST', 'rulesets/{id}/deploy', 'operator'],
  ['getRuleSetDeployments', 'GET', 'rulesets/{id}/deployments', 'reader'],
  ['postRuleSetLevers', 'POST', 'rulesets/{id}/levers', 'operator'],
  ['getRuleSetLevers', 'GET', 'rulesets/{id}/levers', 'reader'],
  ['postTableMigration', 'POST', 'tables/migrate', 'operator'],
  ['listConnectors', 'GET', 'connectors', 'reader'],
  ['getConnector', 'GET', 'connectors/{workspace}', 'reader'],
  ['getConnectorImpact', 'GET', 'connectors/{workspace}/impact', 'reader'],
  ['disableConnectorNow', 'POST', 'connectors/{workspace}/disable', 'operator'],
  ['restoreConnector', 'POST', 'connectors/{workspace}/restore', 'operator'],
  ['listReinstallPaths', 'GET', 'reinstall-paths', 'reader'],
  ['disableAutoProvisioning', 'POST', 'reinstall-paths/auto-provisioning/disable', 'operator'],
  ['postGuards', 'POST', 'guards', 'operator'],
  ['getDuplicateIngestion', 'GET', 'duplicate-ingestion', 'reader'],
  ['postException', 'POST', 'exceptions', 'approver'],
  ['listExceptions', 'GET', 'exceptions', 'reader'],
  ['revokeException', 'POST', 'exceptions/{id}/revoke', 'approver'],
  ['postPlan', 'POST', 'plans', 'operator'],
  ['getPlan', 'GET', 'plans/{id}', 'reader'],
  ['getPlanBlocked', 'GET', 'plans/{id}/blocked', 'reader'],
  ['getPlanWaveMachines', 'GET', 'plans/{id}/waves/{wave}/machines', 'reader'],
  ['postPlanRun', 'POST', 'plans/{id}/runs', 'operator'],
  ['listPlanRuns', 'GET', 'plans/{id}/runs', 'reader'],
  ['getPlanRun', 'GET', 'plans/{id}/runs/{runId}', 'reader'],
  ['promotePlanRun', 'POST', 'plans/{id}/runs/{runId}/promote', 'approver'],
  ['holdPlanRun', 'POST', 'plans/{id}/runs/{runId}/hold', 'operator'],
  ['resumePlanRun', 'POST', 'plans/{id}/runs/{runId}/resume', 'operator'],
  ['abortPlanRun', 'POST', 'plans/{id}/runs/{runId}/abort', 'operator'],
  ['postWave', 'POST', 'waves', 'operator'],
  ['listWaves', 'GET', 'waves', 'reader'],
  ['getWave', 'GET', 'waves/{id}', 'reader'],
  ['getWaveMachines', 'GET', 'waves/{id}/machines', 'reader'],
  ['getWaveVerdicts', 'GET', 'waves/{id}/verdicts', 'reader'],
  ['approveWave', 'POST', 'waves/{id}/approve', 'approver'],
  ['holdWave', 'POST', 'waves/{id}/hold', 'operator'],
  ['resumeWave', 'POST', 'waves/{id}/resume', 'operator'],
  ['abortWave', 'POST', 'waves/{id}/abort', 'operator'],
  ['promoteWave', 'POST', 'waves/{id}/promote', 'approver'],
  ['retryWave', 'POST', 'waves/{id}/retry', 'operator'],
  ['changeWaveMachines', 'POST', 'waves/{id}/machines', 'operator'],
  ['getWaveAudit', 'GET', 'waves/{id}/audit', 'reader'],
  ['listAudit', 'GET', 'audit', 'reader'],
  ['checkAudit', 'GET', 'audit/check', 'reader'],
  ['rollbackWave', 'POST', 'waves/{id}/rollback', 'operator'],
] as const;
// Where keys give no role the sign-in in front of the app is the lock, and a key would only be a second secret.
const authLevel = settings.keyRoles.length === 0 ? 'anonymous' : 'function';
for (const [name, method, route, role] of routes) {
  app.http(name, {
    ...{ route, authLevel, methods: [method], extraInputs: [durableClient] },
    handler: forRole(role, name),
  });
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
