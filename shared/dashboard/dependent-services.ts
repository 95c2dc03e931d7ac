import type { FindingCode } from '../model/findings.ts';

/** Findings about services that ride on the legacy agent: each has to move, or ends with it. */
export const DEPENDENT_SERVICES: readonly FindingCode[] = [
  'solutionOnLegacy',
  'sentinelWorkspace',
  'vmInsightsData',
  'defenderForServers',
  'defenderForSql',
  'defenderForSqlOnLegacy',
  'defenderAutoProvisioning',
  'dependencyAgentOnLegacy',
  'diagnosticsExtension',
  'hybridWorkerOnLegacy',
  'updateManagementOnLegacy',
  'changeTrackingOnLegacy',
  'scomAttached',
];
