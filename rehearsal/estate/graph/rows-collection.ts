import { dig, list, text } from '../json.ts';
import type { Other, State } from '../state/state.ts';
import type { Endpoint, Rule, Workspace } from '../state/types.ts';
import { dynamic, place, str, subscriptionIn } from './kusto.ts';

type Row = Record<string, unknown>;

const nameOf = (id: string): string => id.split('/').at(-1) ?? '';

export function ruleRow(rule: Rule): Row {
  const p = rule.resource['properties'];
  const logAnalytics = dig(p, 'destinations', 'logAnalytics');
  return {
    id: rule.id,
    name: nameOf(rule.id),
    location: place(text(rule.resource['location'])),
    // Resource Graph shows an absent kind as an empty string.
    kind: str(rule.resource['kind']),
    tags: dynamic(rule.resource['tags']),
    sourceKinds: Object.keys((dig(p, 'dataSources') ?? {}) as object),
    dataFlows: dynamic(dig(p, 'dataFlows')),
    logAnalytics: logAnalytics === undefined ? null : list(logAnalytics),
    azureMonitorMetrics: dynamic(dig(p, 'destinations', 'azureMonitorMetrics')),
  };
}

/** The rule with all it collects. */
export function ruleBodyRow(rule: Rule): Row {
  const p = rule.resource['properties'];
  return {
    id: rule.id,
    name: nameOf(rule.id),
    kind: str(rule.resource['kind']),
    tags: dynamic(rule.resource['tags']),
    dataSources: dynamic(dig(p, 'dataSources')),
    dataFlows: dynamic(dig(p, 'dataFlows')),
    destinations: dynamic(dig(p, 'destinations')),
  };
}

export function endpointRow(endpoint: Endpoint): Row {
  const p = endpoint.resource['properties'];
  return {
    id: endpoint.id,
    name: nameOf(endpoint.id),
    location: place(endpoint.location),
    configurationAccess: str(dig(p, 'configurationAccess', 'endpoint')),
    logsIngestion: str(dig(p, 'logsIngestion', 'endpoint')),
  };
}

export function workspaceRow(state: State, workspace: Workspace): Row {
  const p = workspace.resource['properties'];
  const retention = dig(p, 'retentionInDays');
  return {
    id: workspace.id,
    name: nameOf(workspace.id),
    location: place(text(workspace.resource['location'])),
    subscriptionId: canonical(state, workspace.id),
    customerId: str(dig(p, 'customerId')),
    sku: str(dig(p, 'sku', 'name')),
    retentionDays: typeof retention === 'number' ? Math.trunc(retention) : null,
  };
}

export function solutionRow({ id, resource }: Other): Row {
  return {
    id,
    name: text(resource['name']) ?? nameOf(id),
    workspaceId: str(dig(resource, 'properties', 'workspaceResourceId')),
    product: str(dig(resource, 'plan', 'product')),
  };
}

/** A subscription's id in the casing its own resource has. */
export function canonical(state: State, id: string): string {
  const said = subscriptionIn(id);
  return state.subscriptions.get(said.toLowerCase())?.id ?? said;
}
