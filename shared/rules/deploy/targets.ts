import { normalizeId } from '../../model/ids.ts';
import { ENDPOINT_TYPE } from '../convert/configuration-endpoints.ts';
import type { ConvertedRule, RuleSet } from '../convert/convert.ts';
import { slug } from '../convert/families.ts';
import { CREATED_BY, makerOf, TAGS, tagOf } from '../convert/tags.ts';
import type { EndpointBody, FoundResource } from './gateway.ts';

/** Longest name of an endpoint. */
const ENDPOINT_CHARACTERS = 44;

export interface EndpointTarget {
  readonly id: string;
  /** Named by a person; else this app names it. */
  readonly given: boolean;
  readonly body: EndpointBody;
}

/** The workspace in Azure's casing, where a rule has it. */
export function workspaceOf({ rules, workspaceId }: RuleSet): string {
  return rules[0]?.body.properties.destinations.logAnalytics[0]?.workspaceResourceId ?? workspaceId;
}

/** Where a rule goes: to its place, else to the resource group of its workspace. */
export function ruleId(ruleSet: RuleSet, { resourceId, name }: ConvertedRule): string {
  return (
    resourceId ?? `${groupOf(workspaceOf(ruleSet))}/providers/Microsoft.Insights/dataCollectionRules/${name}`
  );
}

/** The ingestion endpoint of a rule that needs one: the given one, else one per workspace beside the rule. */
export function endpointTarget(ruleSet: RuleSet, rule: ConvertedRule): EndpointTarget | undefined {
  if (!rule.endpointNeeded) return undefined;
  const given = rule.body.properties.dataCollectionEndpointId;
  const hash = rule.body.tags[TAGS.workspace] ?? '';
  const workspace = workspaceOf(ruleSet).split('/').at(-1) ?? '';
  const tail = `${hash}-ingestion`;
  const head = slug(workspace, ENDPOINT_CHARACTERS - tail.length - 1) || 'workspace';
  const group = groupOf(ruleId(ruleSet, rule));
  return {
    id: given ?? `${group}/providers/${ENDPOINT_TYPE}/${head}-${tail}`,
    given: given !== undefined,
    body: {
      location: rule.body.location,
      tags: { [TAGS.createdBy]: CREATED_BY, [TAGS.workspace]: hash },
      properties: { description: `Takes in logs for workspace ${workspace}.` },
    },
  };
}

/** The endpoints that give machines behind private link their rules: beside the rules, each in its region. */
export function configurationTargets(ruleSet: RuleSet): readonly EndpointTarget[] {
  return (ruleSet.configurationEndpoints ?? []).map(({ name, resourceId, body }) => ({
    id: resourceId ?? `${groupOf(workspaceOf(ruleSet))}/providers/${ENDPOINT_TYPE}/${name}`,
    given: false,
    body,
  }));
}

/** Whether this app made the resource for the workspace that the hash stands for. */
export function isOurs({ name, tags }: FoundResource, workspaceHash: string | undefined): boolean {
  return makerOf(name, tags) === 'own' && tagOf(tags, TAGS.workspace) === workspaceHash;
}

export function findById<T extends { readonly id: string }>(all: readonly T[], id: string): T | undefined {
  return all.find((one) => normalizeId(one.id) === normalizeId(id));
}

function groupOf(resourceId: string): string {
  return resourceId.split('/').slice(0, 5).join('/');
}
