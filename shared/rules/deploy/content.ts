import { contentHash, normalizeId } from '../../model/ids.ts';
import type { RuleBody } from '../convert/arm.ts';
import { compareText } from '../convert/order.ts';
import type { FoundResource } from './gateway.ts';

/** Properties that the service writes, and the endpoint, which no rule's hash speaks of. */
const NOT_CONTENT: ReadonlySet<string> = new Set([
  'immutableId',
  'provisioningState',
  'metadata',
  'endpoints',
  'ingestionQuotas',
  'dataCollectionEndpointId',
]);

/** Lists that the converter writes in order, whatever order they come back in. */
const SORTED: ReadonlySet<string> = new Set([
  'streams',
  'counterSpecifiers',
  'xPathQueries',
  'facilityNames',
  'profileFilter',
]);

/** What a deployment sets in a rule, tags and endpoint apart, to be compared. */
export function contentOf({ location, kind, properties }: FoundResource | RuleBody): {
  readonly location: string;
  readonly kind: string | null;
  readonly properties: Readonly<Record<string, unknown>>;
} {
  const own = Object.entries(properties).filter(
    ([key, value]) => !NOT_CONTENT.has(key) && value !== null && value !== undefined,
  );
  return {
    location: plainRegion(location),
    kind: kind?.toLowerCase() ?? null,
    properties: Object.fromEntries(own),
  };
}

/** Whether a rule still holds what its tag says this app wrote: if not, somebody changed it since. */
export function isAsWritten(found: FoundResource, tag: string | undefined, wanted: RuleBody): boolean {
  if (tag === undefined) return false;
  const { properties } = contentOf(found);
  const { location, kind } = wanted;
  const sameRegion = plainRegion(found.location) === plainRegion(location);
  if (found.kind?.toLowerCase() !== kind.toLowerCase() || !sameRegion) return false;
  const workspace = wanted.properties.destinations.logAnalytics[0]?.workspaceResourceId ?? '';
  return [false, true].some(
    (sort) => contentHash({ location, kind, properties: asHashed(properties, workspace, sort) }) === tag,
  );
}

/** As the converter would have written it: without what the service adds, ids in the casing of the input. */
function asHashed(value: unknown, workspace: string, sort: boolean, key = ''): unknown {
  if (key === 'extensionSettings') return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => asHashed(item, workspace, sort, key));
    return sort && SORTED.has(key) ? items.map(String).sort(compareText) : items;
  }
  if (value === null || typeof value !== 'object') {
    const same = key === 'workspaceResourceId' && normalizeId(String(value)) === normalizeId(workspace);
    return same ? workspace : value;
  }
  const entries = Object.entries(value).filter(
    ([name, entry]) => entry !== null && !(name === 'workspaceId' && 'workspaceResourceId' in value),
  );
  return Object.fromEntries(entries.map(([name, entry]) => [name, asHashed(entry, workspace, sort, name)]));
}

/** "West Europe" is "westeurope". */
export function plainRegion(location: string): string {
  return location.toLowerCase().replaceAll(' ', '');
}
