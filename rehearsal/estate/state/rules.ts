import { tableOfStream } from '../../../shared/model/streams.ts';
import { type Dict, dict, dig, list, text } from '../json.ts';
import type { State } from './state.ts';
import type { RuleVersion } from './types.ts';

/**
 * What a rule body does: which tables it fills in which workspaces. A stream counts when a data flow sends it
 * and a data source collects it. Facts file 3.6.
 */
export function ruleVersion(state: State, resource: Dict, from: number): RuleVersion {
  const properties = dict(resource['properties']);
  const workspaces = new Map<string, string>();
  for (const destination of list(dig(properties, 'destinations', 'logAnalytics'))) {
    const workspace = state.workspaces.get(
      (text(dig(destination, 'workspaceResourceId')) ?? '').toLowerCase(),
    );
    const name = text(dig(destination, 'name'));
    if (workspace !== undefined && name !== undefined)
      workspaces.set(name.toLowerCase(), workspace.customerId);
  }
  const collected = collectedStreams(properties['dataSources']);
  const flows = new Map<string, string[]>();
  for (const flow of list(properties['dataFlows'])) {
    const targets = list(dig(flow, 'destinations')).flatMap(
      (name) => workspaces.get(String(name).toLowerCase()) ?? [],
    );
    for (const stream of list(dig(flow, 'streams')).map(String)) {
      if (collected !== undefined && !collected.has(stream.toLowerCase())) continue;
      const table = tableOfStream(text(dig(flow, 'outputStream')) ?? stream)?.toLowerCase();
      if (table !== undefined) flows.set(table, [...new Set([...(flows.get(table) ?? []), ...targets])]);
    }
  }
  const kind = text(resource['kind'])?.toLowerCase();
  return {
    from,
    os: kind === 'windows' || kind === 'linux' ? kind : undefined,
    flows,
    destinations: [...new Set(workspaces.values())],
  };
}

/** Streams some data source collects; undefined when the export left data sources out. */
function collectedStreams(dataSources: unknown): ReadonlySet<string> | undefined {
  if (dataSources === undefined || dataSources === null) return undefined;
  const streams = Object.values(dict(dataSources)).flatMap((sources) =>
    list(sources).flatMap((source) =>
      list(dig(source, 'streams')).map((stream) => String(stream).toLowerCase()),
    ),
  );
  return new Set(streams);
}
