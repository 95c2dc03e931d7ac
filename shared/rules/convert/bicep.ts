import { RULE_API_VERSION, RULE_TYPE } from './arm.ts';
import { bicepString, bicepValue, expression } from './bicep-value.ts';
import type { RenderedRule } from './body.ts';
import { type ConfigurationEndpoint, ENDPOINT_TYPE } from './configuration-endpoints.ts';
import type { WorkspaceSettings } from './model.ts';

/** The rule set as one Bicep file for a resource group. What a deployment may want otherwise is a parameter. */
export function renderBicep(
  rules: readonly RenderedRule[],
  workspace: WorkspaceSettings['workspace'],
  endpointId?: string,
  configurationEndpoints: readonly ConfigurationEndpoint[] = [],
): string {
  const endpointNeeded = rules.some((rule) => rule.endpointNeeded);
  const parameters = [
    parameter('location', 'Region of the rules: the one of the workspace.', workspace.region),
    parameter(
      'workspaceResourceId',
      'Workspace that the data goes to, as a resource id.',
      workspace.resourceId,
    ),
    ...(endpointNeeded
      ? [
          parameter(
            'dataCollectionEndpointId',
            'Ingestion endpoint in the region of the rules, as a resource id.',
            endpointId,
          ),
        ]
      : []),
  ];
  const head = [
    `// Data collection rules for the workspace ${oneLine(workspace.name)}.`,
    '// Converted from its agent settings; the same settings always give the same text.',
    "targetScope = 'resourceGroup'",
  ].join('\n');
  const resources = [...configurationEndpoints.map(endpointResource), ...rules.map(resource)];
  return `${[head, ...parameters, ...resources].join('\n\n')}\n`;
}

/** Beside the rules, but in the region of the machines that it is for. */
function endpointResource({ name, region, body }: ConfigurationEndpoint): string {
  const type = bicepString(`${ENDPOINT_TYPE}@${RULE_API_VERSION}`);
  return `resource ${region}ConfigurationEndpoint ${type} = ${bicepValue({ name, ...body })}`;
}

function parameter(name: string, description: string, value: string | undefined): string {
  const otherwise = value === undefined ? '' : ` = ${bicepString(value)}`;
  return `@description(${bicepString(description)})\nparam ${name} string${otherwise}`;
}

function resource({ name, body, endpointNeeded, packed }: RenderedRule): string {
  const { description, dataCollectionEndpointId: _, destinations, ...rest } = body.properties;
  const value = {
    name,
    location: expression('location'),
    kind: body.kind,
    tags: body.tags,
    properties: {
      description,
      ...(endpointNeeded ? { dataCollectionEndpointId: expression('dataCollectionEndpointId') } : {}),
      ...rest,
      destinations: {
        logAnalytics: destinations.logAnalytics.map((destination) => ({
          name: destination.name,
          workspaceResourceId: expression('workspaceResourceId'),
        })),
      },
    },
  };
  const type = bicepString(`${RULE_TYPE}@${RULE_API_VERSION}`);
  return `resource ${symbol(packed)} ${type} = ${bicepValue(value)}`;
}

/** `windowsCounters01`: names in a Bicep file are letters and digits. */
function symbol({ os, label, part }: RenderedRule['packed']): string {
  const words = label.split('-').map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  const ordinal = String(part).padStart(2, '0');
  return `${os}${words.join('')}${ordinal}`;
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ');
}
