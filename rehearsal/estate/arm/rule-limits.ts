import { dict, list } from '../json.ts';
import type { Reply } from '../wire.ts';
import type { Fields } from './body.ts';
import { badRequest } from './errors.ts';

/** Fields of a rule's body. Bicep types of Microsoft.Insights 2024-03-11. */
export const RULE_TOP: Fields = {
  id: 'string',
  name: 'string',
  type: 'string',
  etag: 'string',
  location: 'string',
  tags: 'tags',
  kind: 'string',
  identity: 'object',
  sku: 'object',
  properties: 'object',
  systemData: 'object',
};

export const RULE_PROPERTIES: Fields = {
  agentSettings: 'object',
  dataCollectionEndpointId: 'string',
  dataFlows: 'array',
  dataSources: 'object',
  description: 'string',
  destinations: 'object',
  directDataSources: 'object',
  endpoints: 'object',
  immutableId: 'string',
  ingestionQuotas: 'object',
  metadata: 'object',
  provisioningState: 'string',
  references: 'object',
  streamDeclarations: 'object',
};

/** Limits of one rule. Platform facts 6. */
export function ruleLimit(properties: Readonly<Record<string, unknown>>): Reply | undefined {
  const sources = Object.values(dict(properties['dataSources']))
    .flatMap((group) => list(group))
    .map(dict);
  const flows = list(properties['dataFlows']).map(dict);
  const sum = (field: string) => sources.reduce((n, source) => n + list(source[field]).length, 0);
  const over: [what: string, count: number, most: number][] = [
    ['data sources', sources.length, 10],
    ['counter specifiers', sum('counterSpecifiers'), 100],
    ['XPath queries', sum('xPathQueries'), 100],
    ['syslog facilities', sum('facilityNames'), 20],
    ['data flows', flows.length, 10],
    ['workspaces', list(dict(properties['destinations'])['logAnalytics']).length, 10],
    ['streams in a data flow', Math.max(0, ...flows.map((flow) => list(flow['streams']).length)), 10],
  ];
  const first = over.find(([, count, most]) => count > most);
  if (first !== undefined)
    return badRequest(
      'InvalidPayload',
      `A data collection rule can have at most ${first[2]} ${first[0]}, but has ${first[1]}.`,
      'properties',
    );
  const names = sources.map((source) => String(source['name']));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  return twice === undefined
    ? undefined
    : badRequest(
        'InvalidPayload',
        `The data source name '${twice}' is used more than once.`,
        'properties.dataSources',
      );
}
