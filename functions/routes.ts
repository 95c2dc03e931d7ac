/**
 * Every HTTP function: its name, method and route below `/api`, and the role that it needs (`ROLES` in
 * shared/model/caller.ts). The entry registers from here, and the OpenAPI document (`http/openapi/`) describes each
 * under the same name.
 */
export const ROUTES = [
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
  ['listPlans', 'GET', 'plans', 'reader'],
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
  ['getOpenApi', 'GET', 'openapi.json', 'reader'],
  ['getMe', 'GET', 'me', 'reader'],
  ['getOverview', 'GET', 'overview', 'reader'],
  ['getThrottle', 'GET', 'throttle', 'reader'],
  ['getWaveBoard', 'GET', 'waves/{id}/board', 'reader'],
  ['getWaveTable', 'GET', 'waves/{id}/table', 'reader'],
  ['getMachine', 'GET', 'machine', 'reader'],
] as const;

/** Those that answer without a key. */
export const OPEN_ROUTES = [['getHealth', 'GET', 'health']] as const;

/** What a browser loads of the dashboard: no part of the API, and without data of its own. */
export const PAGE_ROUTES = [
  ['getDashboard', 'GET', 'dashboard'],
  ['getDashboardFile', 'GET', 'dashboard/{file}'],
] as const;

export type RouteName = (typeof ROUTES)[number][0] | (typeof OPEN_ROUTES)[number][0];
