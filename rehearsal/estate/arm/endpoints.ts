import { dict } from '../json.ts';
import { guid } from '../random.ts';
import { region } from '../state/ids.ts';
import type { Endpoint } from '../state/types.ts';
import type { Reply } from '../wire.ts';
import { checkFields, checkRequired, objectBody } from './body.ts';
import type { Call, Route } from './call.ts';
import { notFound } from './errors.ts';
import { paged } from './paging.ts';
import { RULE_TOP } from './rule-limits.ts';
import { inScope } from './rules.ts';
import { armView } from './view.ts';

/** Data collection endpoints. Facts file 3.4. */
export const endpoints: Route = {
  kinds: { read: 'endpoint.read', write: 'endpoint.write', delete: 'endpoint.delete' },
  list: (call) => paged(call, inScope(call, [...call.state.endpoints.values()]), endpointView),
  get: (call) => {
    const found = call.state.endpoints.get(call.path.id.toLowerCase());
    return found === undefined
      ? notFound(call.path.id, 'Microsoft.Insights/dataCollectionEndpoints')
      : { status: 200, body: endpointView(found) };
  },
  put,
  delete: (call) => ({ status: call.state.endpoints.delete(call.path.id.toLowerCase()) ? 200 : 204 }),
};

const PROPERTIES = {
  configurationAccess: 'object',
  description: 'string',
  failoverConfiguration: 'object',
  immutableId: 'string',
  logsIngestion: 'object',
  metadata: 'object',
  metricsIngestion: 'object',
  networkAcls: 'object',
  privateLinkScopedResources: 'array',
  provisioningState: 'string',
} as const;

function put(call: Call): Reply {
  const read = objectBody(call.body);
  if (!read.ok) return read.reply;
  const properties = dict(read.body['properties']);
  const refused =
    checkFields(read.body, RULE_TOP, '') ??
    checkRequired(read.body, ['location'], '') ??
    checkFields(properties, PROPERTIES, 'properties');
  if (refused !== undefined) return refused;
  const key = call.path.id.toLowerCase();
  const existing = call.state.endpoints.get(key);
  const location = String(read.body['location']);
  const host = `${(call.path.names[0] ?? '').toLowerCase()}-${guid(call.state.seed, key).slice(0, 4)}.${region(location)}-1`;
  const stored: Endpoint = {
    id: existing?.id ?? call.path.id,
    key,
    location,
    resource: {
      ...read.body,
      properties: {
        ...properties,
        immutableId: `dce-${guid(call.state.seed, key).replaceAll('-', '')}`,
        configurationAccess: { endpoint: `https://${host}.handler.control.monitor.azure.com` },
        logsIngestion: { endpoint: `https://${host}.ingest.monitor.azure.com` },
        networkAcls: properties['networkAcls'] ?? { publicNetworkAccess: 'Enabled' },
        provisioningState: 'Succeeded',
      },
    },
  };
  call.state.endpoints.set(key, stored);
  return { status: existing === undefined ? 201 : 200, body: endpointView(stored) };
}

function endpointView(endpoint: Endpoint): unknown {
  return armView(
    endpoint.resource,
    endpoint.id,
    'Microsoft.Insights/dataCollectionEndpoints',
    dict(endpoint.resource['properties']),
  );
}
