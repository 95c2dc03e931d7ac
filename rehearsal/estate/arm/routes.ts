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
import { rules } from './rules.ts';
import { resourceGroups, subscriptions } from './subscriptions.ts';
import { tables } from './tables.ts';
import { dataSources, workspaces } from './workspaces.ts';

/** Every ARM resource type the estate knows, by lower-case type. */
export function createRoutes(): ReadonlyMap<string, Route> {
  return new Map<string, Route>([
    ['subscriptions', subscriptions],
    ['resourcegroups', resourceGroups],
    ['microsoft.compute/virtualmachines', virtualMachines],
    ['microsoft.compute/virtualmachines/instanceview', vmInstanceViews],
    ['microsoft.compute/virtualmachines/extensions', extensions],
    ['microsoft.compute/locations/operations', operationStatus],
    ['microsoft.hybridcompute/machines', arcMachines],
    ['microsoft.hybridcompute/machines/extensions', extensions],
    ['microsoft.hybridcompute/locations/operationstatus', operationStatus],
    ['microsoft.hybridcompute/locations/operationresults', operationResults],
    ['microsoft.insights/datacollectionruleassociations', associations],
    ['microsoft.insights/datacollectionrules', rules],
    ['microsoft.insights/datacollectionrules/associations', ruleAssociations],
    ['microsoft.insights/datacollectionendpoints', endpoints],
    ['microsoft.operationalinsights/workspaces', workspaces],
    ['microsoft.operationalinsights/workspaces/datasources', dataSources],
    ['microsoft.operationalinsights/workspaces/tables', tables],
    ['microsoft.authorization/locks', locks],
    ['microsoft.authorization/permissions', permissions],
    ['microsoft.security/autoprovisioningsettings', autoProvisioningSettings],
    ['microsoft.resourcegraph/resources', graphRoute(createGraphResults())],
  ]);
}
