import { normalizeId, normalizeRegion } from '../model/ids.ts';
import type { Endpoint, Rule } from '../model/machine.ts';
import type { GraphRow } from './queries/graph.ts';

/** A rule with the streams it sends to each workspace. */
export function ruleOf(row: GraphRow<'rules'>): Rule {
  const destinations = new Map(
    (row.logAnalytics ?? []).flatMap(({ name, workspaceResourceId }) =>
      name && workspaceResourceId ? [[name, normalizeId(workspaceResourceId)] as const] : [],
    ),
  );
  const flows = (row.dataFlows ?? []).flatMap(({ streams, destinations: names, outputStream }) =>
    (names ?? []).flatMap((name) => {
      const workspaceId = destinations.get(name);
      if (workspaceId === undefined) return [];
      return (streams ?? []).map((stream) => ({ stream: outputStream || stream, workspaceId }));
    }),
  );
  const kind = row.kind?.toLowerCase();
  return {
    id: normalizeId(row.id),
    resourceId: row.id,
    name: row.name,
    region: normalizeRegion(row.location ?? ''),
    os: kind === 'windows' || kind === 'linux' ? kind : kind || !collectsOnMachines(row) ? 'other' : 'any',
    flows,
    metrics: row.azureMonitorMetrics !== null && row.azureMonitorMetrics !== undefined,
  };
}

/** Data sources that an agent reads on its machine; a rule without any takes data in by its API. */
const AGENT_SOURCES = [
  'performanceCounters',
  'windowsEventLogs',
  'syslog',
  'logFiles',
  'iisLogs',
  'windowsFirewallLogs',
  'extensions',
];

function collectsOnMachines({ sourceKinds }: GraphRow<'rules'>): boolean {
  return (sourceKinds ?? []).some((kind) => AGENT_SOURCES.includes(kind));
}

export function endpointOf(row: GraphRow<'endpoints'>): Endpoint {
  return {
    id: normalizeId(row.id),
    resourceId: row.id,
    name: row.name,
    region: normalizeRegion(row.location ?? ''),
    configurationAccess: hostOf(row.configurationAccess),
    logsIngestion: hostOf(row.logsIngestion),
  };
}

function hostOf(address: string | null | undefined): string | null {
  return address
    ? address
        .replace(/^https?:\/\//i, '')
        .replace(/\/.*$/, '')
        .toLowerCase()
    : null;
}

/** The first of each id: pages and exports repeat resources in other casings. */
export function uniqueById<T extends { readonly id: string }>(items: readonly T[]): T[] {
  return [...new Map(items.toReversed().map((item) => [normalizeId(item.id), item])).values()].toReversed();
}
