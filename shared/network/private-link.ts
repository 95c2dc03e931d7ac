import { hostOf, indexOf, type NetworkContext } from './context.ts';
import type { NeedsGroup } from './preflight.ts';

/** What machines behind private link need in one region. Facts file 3.4. */
export interface PrivateLinkNeed {
  readonly region: string;
  readonly profile: string;
  readonly machines: number;
  /** Machines that have the endpoint's association already. */
  readonly associated: number;
  /** The endpoint a plan would use; null: there is none yet. */
  readonly endpointId: string | null;
  /** Its own hosts, where ARM tells them. */
  readonly configurationAccess: string | null;
  readonly logsIngestion: string | null;
  /** To be linked with the network of the machines. */
  readonly dnsZones: readonly string[];
  readonly needs: readonly string[];
}

export function privateLinkNeeds(
  groups: readonly NeedsGroup[],
  context: NetworkContext,
): readonly PrivateLinkNeed[] {
  const found = new Map<string, PrivateLinkNeed>();
  for (const { needs, machines, associated } of groups) {
    if (needs.path.kind !== 'privateLink') continue;
    const { profile, endpointId } = needs.path;
    const key = JSON.stringify([needs.region, profile]);
    const known = found.get(key) ?? emptyNeed(needs.region, profile, endpointId, context);
    found.set(key, {
      ...known,
      machines: known.machines + machines,
      associated: known.associated + associated,
    });
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, need]) => need);
}

function emptyNeed(
  region: string,
  profile: string,
  endpointId: string | null,
  { cloud, estate }: NetworkContext,
): PrivateLinkNeed {
  const endpoint = endpointId === null ? undefined : indexOf(estate).endpoints.get(endpointId);
  return {
    region,
    profile,
    machines: 0,
    associated: 0,
    endpointId,
    configurationAccess: hostOf(endpoint?.configurationAccess),
    logsIngestion: hostOf(endpoint?.logsIngestion),
    dnsZones: cloud.privateZones,
    needs: [
      endpointId === null
        ? `Create a data collection endpoint in ${region}: a machine takes its rules only from one in its own region.`
        : `Keep the data collection endpoint ${endpointId} in ${region}.`,
      'Add the endpoint and every workspace the machines send to to one Azure Monitor Private Link Scope.',
      'Associate the endpoint with each machine under the name configurationAccessEndpoint; waves do this at their associate stage.',
      "Give the machines' network a private endpoint to the scope, and link the DNS zones to it.",
      'Behind a private link scope every rule needs a data collection endpoint of its own as well.',
    ],
  };
}
