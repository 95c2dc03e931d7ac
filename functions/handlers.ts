/**
 * What the registered functions run, each under its name. The entry loads this module at the first call, with all
 * that the app is made of: registering needs none of it.
 */
export {
  advanceInventoryActivity as advanceInventory,
  failInventoryActivity as failInventory,
} from './activities/discovery.ts';
export {
  advanceDriftActivity as advanceDrift,
  failDriftRunActivity as failDriftRun,
} from './activities/drift.ts';
export {
  advanceRunActivity as advanceRun,
  recordRunHoldActivity as recordRunHold,
} from './activities/plan-runs.ts';
export {
  associate,
  confirm,
  install,
  returnLegacy,
  reverify,
  undoAssociate,
  undoInstall,
  uninstall,
  verify,
} from './activities/stages.ts';
export {
  advanceWaveActivity as advanceWave,
  disableConnectorActivity as disableConnector,
  recordHoldActivity as recordHold,
  undoConnectorActivity as undoConnector,
} from './activities/waves.ts';
export { overrideRuntime } from './compose.ts';
export { postAgentPolicies } from './http/agent-policies.ts';
export { allow } from './http/allow.ts';
export { checkAudit, getWaveAudit, listAudit } from './http/audit.ts';
export { disableConnectorNow, restoreConnector } from './http/connector-control.ts';
export { getConnector, getConnectorImpact, listConnectors } from './http/connectors.ts';
export { startDriftRemedy } from './http/drift-remedies.ts';
export {
  getDrift,
  getDriftFindings,
  getDriftPolicy,
  listDrift,
  postDrift,
  postDriftPolicy,
} from './http/drift-runs.ts';
export { getDuplicateIngestion } from './http/duplicate-ingestion.ts';
export { listExceptions, postException, revokeException } from './http/exceptions.ts';
export { getDigest, getFleetHistory } from './http/fleet.ts';
export { postGuards } from './http/guards.ts';
export { getHealth } from './http/health.ts';
export { getInventory, listInventories, postInventory } from './http/inventories.ts';
export { getInventoryDiff } from './http/inventory-diff.ts';
export {
  getInventoryFindings,
  getInventoryMachines,
  getInventoryWorkspaces,
} from './http/inventory-parts.ts';
export { postNetwork, postProxyProfile } from './http/network.ts';
export { getOpenApi } from './http/openapi.ts';
export { getPlanBlocked, getPlanWaveMachines } from './http/plan-parts.ts';
export { abortPlanRun, holdPlanRun, promotePlanRun, resumePlanRun } from './http/plan-run-control.ts';
export { getPlanRun, listPlanRuns, postPlanRun } from './http/plan-runs.ts';
export { getPlan, listPlans, postPlan } from './http/plans.ts';
export { disableAutoProvisioning, listReinstallPaths } from './http/reinstall-paths.ts';
export { getRuleSetBlastRadius } from './http/ruleset-blast-radius.ts';
export { getRuleSetDeployments, postRuleSetDeploy } from './http/ruleset-deploy.ts';
export { getRuleSetLevers, postRuleSetLevers } from './http/ruleset-levers.ts';
export { getRuleSet, getRuleSetBicep, listRuleSets, postRuleSets } from './http/rulesets.ts';
export { postTableMigration } from './http/tables.ts';
export { changeWaveMachines, promoteWave, retryWave } from './http/wave-changes.ts';
export { abortWave, approveWave, holdWave, resumeWave } from './http/wave-control.ts';
export { rollbackWave } from './http/wave-rollback.ts';
export { getWaveVerdicts } from './http/wave-verdicts.ts';
export { getWave, getWaveMachines, listWaves, postWave } from './http/waves.ts';
export { cleanUp } from './timers/cleanup.ts';
export { makeDigests } from './timers/digest.ts';
export { checkDrift } from './timers/drift.ts';
export { watch } from './timers/watch.ts';
