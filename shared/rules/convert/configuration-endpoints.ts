import { normalizeRegion } from '../../model/ids.ts';
import { slug } from './families.ts';
import type { WorkspaceSettings } from './model.ts';
import { workspaceHash } from './name.ts';
import { compareText } from './order.ts';
import { CREATED_BY, TAGS } from './tags.ts';

export const ENDPOINT_TYPE = 'Microsoft.Insights/dataCollectionEndpoints';
/** Longest name of a data collection endpoint. */
const NAME_CHARACTERS = 44;
/** Longest region that leaves a workspace's name some room; the longest of Azure's has 18. */
export const REGION_CHARACTERS = 24;

/** A data collection endpoint by which machines of one region get their rules over private link. */
export interface ConfigurationEndpoint {
  /** Normalised. */
  readonly region: string;
  readonly name: string;
  /** Where it will be, if that is known. */
  readonly resourceId?: string;
  readonly body: {
    readonly location: string;
    readonly tags: Readonly<Record<string, string>>;
    readonly properties: { readonly description: string };
  };
}

interface EndpointOptions {
  readonly configurationEndpointRegions?: readonly string[];
  /** Resource group that they go to, as a resource id. */
  readonly resourceGroupId?: string;
}

/**
 * One endpoint a region, however often and in whatever spelling a region is named. Such an endpoint sits in the
 * region of the machines, unlike the one that takes data in (facts file 3.4). Names are stable.
 */
export function configurationEndpoints(
  workspace: WorkspaceSettings['workspace'],
  { configurationEndpointRegions: regions = [], resourceGroupId }: EndpointOptions,
): readonly ConfigurationEndpoint[] {
  const hash = workspaceHash(workspace);
  return [...new Set(regions.map(normalizeRegion))].sort(compareText).map((region) => {
    const tail = `${hash}-config-${region}`;
    const name = `${slug(workspace.name, NAME_CHARACTERS - tail.length - 1) || 'law'}-${tail}`;
    const group = resourceGroupId?.replace(/\/+$/, '');
    return {
      ...{ region, name },
      ...(group === undefined ? {} : { resourceId: `${group}/providers/${ENDPOINT_TYPE}/${name}` }),
      body: {
        location: region,
        tags: { [TAGS.createdBy]: CREATED_BY, [TAGS.workspace]: hash },
        properties: {
          description: `Gives machines in ${region} their rules for workspace ${workspace.name} over private link.`,
        },
      },
    };
  });
}

/** What a person has to do so that machines can use the endpoints; nothing where there are none. */
export function privateLinkNotes(endpoints: readonly ConfigurationEndpoint[] = []): readonly string[] {
  return endpoints.map(
    ({ name, region }) =>
      `The data collection endpoint ${name} must be linked to the Azure Monitor Private Link Scope, and named ` +
      `in the plan under policy.endpoints for the region ${region}: this app does neither.`,
  );
}
