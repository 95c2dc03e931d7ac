import { graphRoute } from '../graph/graph.ts';
import { createGraphResults } from '../graph/results.ts';
import { associations, ruleAssociations } from './associations.ts';
import { autoProvisioningSettings } from './auto-provisioning.ts';
import type { Route } from './call.ts';
import { endpoints } from './endpoints.ts';
import { extensions } from './extensions.ts';
import { locks } from './locks.ts';
import { arcMachines, virtualMachines, vmInstanceViews } from './machines.ts';
import { operationResults, operationStatus } from './operations.ts';
import { permissions } from './permissions.ts';
import { policyAssignments } from './policy-assignments.ts';
import { powerRoute } from './power.ts';
import { alertRules, savedSearches } from './query-holders.ts';
import { remediations } from './remediations.ts';
import { rules } from './rules.ts';
import { runCommands } from './run-commands.ts';
import { manualUpgrade, rollingUpgrades, scaleSetInstances, scaleSets } from './scale-sets.ts';
import { resourceGroups, subscriptions } from './subscriptions.ts';
import { tableMigrations } from './table-migrations.ts';
import { tables } from './tables.ts';
import { workbooks } from './workbooks.ts';
import { dataSources, workspaces } from './workspaces.ts';

/** Every ARM resource type the estate knows, by lower-case type. */
export function createRoutes(): ReadonlyMap<string, Route> {
  return new Map<string, Route>([
    ['subscriptions', subscriptions],
    ['resourcegroups', resourceGroups],
    ['microsoft.compute/virtualmachines', virtualMachines],
    ['microsoft.compute/virtualmachines/instanceview', vmInstanceViews],
    ['microsoft.compute/virtualmachines/extensions', extensions],
    ['microsoft.compute/virtualmachines/runcommands', runCommands],
    ['microsoft.compute/virtualmachines/start', powerRoute('start')],
    ['microsoft.compute/virtualmachines/deallocate', powerRoute('deallocate')],
    ['microsoft.compute/virtualmachinescalesets', scaleSets],
    ['microsoft.compute/virtualmachinescalesets/extensions', extensions],
    ['microsoft.compute/virtualmachinescalesets/virtualmachines', scaleSetInstances],
    ['microsoft.compute/virtualmachinescalesets/manualupgrade', manualUpgrade],
    ['microsoft.compute/virtualmachinescalesets/rollingupgrades', rollingUpgrades],
    ['microsoft.compute/locations/operations', operationStatus],
    ['microsoft.hybridcompute/machines', arcMachines],
    ['microsoft.hybridcompute/machines/extensions', extensions],
    ['microsoft.hybridcompute/machines/runcommands', runCommands],
    ['microsoft.hybridcompute/locations/operationstatus', operationStatus],
    ['microsoft.hybridcompute/locations/operationresults', operationResults],
    ['microsoft.insights/datacollectionruleassociations', associations],
    ['microsoft.insights/datacollectionrules', rules],
    ['microsoft.insights/datacollectionrules/associations', ruleAssociations],
    ['microsoft.insights/datacollectionendpoints', endpoints],
    ['microsoft.operationalinsights/workspaces', workspaces],
    ['microsoft.operationalinsights/workspaces/datasources', dataSources],
    ['microsoft.operationalinsights/workspaces/tables', tables],
    ['microsoft.operationalinsights/workspaces/tables/migrate', tableMigrations],
    ['microsoft.operationalinsights/workspaces/savedsearches', savedSearches],
    ['microsoft.securityinsights/alertrules', alertRules],
    ['microsoft.insights/workbooks', workbooks],
    ['microsoft.authorization/locks', locks],
    ['microsoft.authorization/permissions', permissions],
    ['microsoft.authorization/policyassignments', policyAssignments],
    ['microsoft.policyinsights/remediations', remediations],
    ['microsoft.security/autoprovisioningsettings', autoProvisioningSettings],
    ['microsoft.resourcegraph/resources', graphRoute(createGraphResults())],
  ]);
}
