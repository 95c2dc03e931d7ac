import { contentHash } from '../../model/ids.ts';
import type { RuleBody } from './arm.ts';
import { DESTINATION, ruleParts } from './data-sources.ts';
import { LIMITS } from './limits.ts';
import type { Wanted, WorkspaceSettings } from './model.ts';
import { ruleName, workspaceHash } from './name.ts';
import type { PackedRule } from './pack.ts';
import { CREATED_BY, TAGS } from './tags.ts';

export interface RenderedRule {
  readonly name: string;
  readonly body: RuleBody;
  /** Of everything that a deployment writes but the tags and the endpoint, which is not of this rule's making. */
  readonly hash: string;
  readonly endpointNeeded: boolean;
  readonly packed: PackedRule;
  readonly placed: ReadonlyMap<Wanted, string>;
}

/** The ARM body of a packed rule, for `PUT …/dataCollectionRules/{name}` at `RULE_API_VERSION`. */
export function renderRule(
  packed: PackedRule,
  workspace: WorkspaceSettings['workspace'],
  endpointId?: string,
): RenderedRule {
  const { dataSources, dataFlows, declared, placed } = ruleParts(packed);
  const endpointNeeded = packed.wanted.some(({ collected }) => collected.what === 'firewallLog');
  const content = {
    location: workspace.region,
    kind: packed.os === 'windows' ? ('Windows' as const) : ('Linux' as const),
    properties: {
      description: description(packed, workspace.name),
      ...(Object.keys(declared).length === 0 ? {} : { streamDeclarations: declared }),
      dataSources,
      destinations: {
        logAnalytics: [{ name: DESTINATION, workspaceResourceId: workspace.resourceId }],
      },
      dataFlows,
    },
  };
  const hash = contentHash(content);
  const { description: text, ...rest } = content.properties;
  return {
    name: ruleName(workspace, packed),
    hash,
    endpointNeeded,
    packed,
    placed,
    body: {
      location: content.location,
      kind: content.kind,
      tags: {
        [TAGS.createdBy]: CREATED_BY,
        [TAGS.workspace]: workspaceHash(workspace),
        [TAGS.content]: hash,
      },
      properties: {
        description: text,
        ...(endpointNeeded && endpointId !== undefined ? { dataCollectionEndpointId: endpointId } : {}),
        ...rest,
      },
    },
  };
}

/** Names no part of how many: one part more would change the text, and with it the hash, of all the others. */
function description({ os, label }: PackedRule, workspace: string): string {
  const system = os === 'windows' ? 'Windows' : 'Linux';
  return `${system} ${label}, converted from the agent settings of workspace ${workspace}.`.slice(
    0,
    LIMITS.descriptionCharacters,
  );
}
