import { normalizeRegion } from '../model/ids.ts';
import type { Endpoint, Machine, Rule, Workspace } from '../model/machine.ts';
import type { matches, Policy } from '../model/policy.ts';
import type { NetworkCloud } from './cloud.ts';

/** The part of a machine that decides what it must reach: where it is, and all a profile can match. */
export type NetworkMachine = Parameters<typeof matches>[1] &
  Pick<Machine, 'id' | 'kind' | 'os' | 'legacyWorkspaces' | 'unseenWorkspaces'> & {
    readonly associations: readonly Pick<Machine['associations'][number], 'ruleId' | 'endpointId'>[];
    readonly arcAgent: { readonly proxyUrl: string | null } | null;
  };

export type NetworkRule = Pick<Rule, 'id' | 'region' | 'os' | 'flows'> & {
  /** Whether it sends to Azure Monitor Metrics. */
  readonly metrics: boolean;
  /** The data collection endpoint it names, where that is known. */
  readonly endpointId?: string | null;
};

export type NetworkEndpoint = Pick<Endpoint, 'id' | 'region'> & {
  /** Its own hosts, as ARM tells them. */
  readonly configurationAccess: string | null;
  readonly logsIngestion: string | null;
};

export interface NetworkEstate {
  readonly rules: readonly NetworkRule[];
  readonly endpoints: readonly NetworkEndpoint[];
  readonly workspaces: readonly Pick<Workspace, 'id' | 'customerId'>[];
}

export interface NetworkContext {
  readonly cloud: NetworkCloud;
  readonly proxies: Policy['proxies'];
  /** The endpoint machines behind private link are to use, by region. */
  readonly endpoints: Policy['endpoints'];
  readonly estate: NetworkEstate;
}

/** The estate as it is asked: by id, by workspace and by region. Built once, asked for every machine. */
export interface EstateIndex {
  readonly rules: ReadonlyMap<string, NetworkRule>;
  readonly rulesOfWorkspace: ReadonlyMap<string, readonly NetworkRule[]>;
  readonly endpoints: ReadonlyMap<string, NetworkEndpoint>;
  /** In the order of the inventory, which is the one plans choose by. */
  readonly endpointsOfRegion: ReadonlyMap<string, readonly NetworkEndpoint[]>;
  readonly customerIds: ReadonlyMap<string, string>;
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const indexes = new WeakMap<NetworkEstate, EstateIndex>();

export function indexOf(estate: NetworkEstate): EstateIndex {
  const known = indexes.get(estate) ?? buildIndex(estate);
  indexes.set(estate, known);
  return known;
}

function buildIndex({ rules, endpoints, workspaces }: NetworkEstate): EstateIndex {
  const pairs = rules.flatMap((rule) =>
    [...new Set(rule.flows.map(({ workspaceId }) => workspaceId))].map((id) => ({ id, rule })),
  );
  const customers = workspaces
    .map(({ id, customerId }) => [id, customerId.trim().toLowerCase()] as const)
    .filter(([, customerId]) => GUID.test(customerId));
  return {
    rules: new Map(rules.map((rule) => [rule.id, rule])),
    rulesOfWorkspace: grouped(
      pairs,
      ({ id }) => id,
      ({ rule }) => rule,
    ),
    endpoints: new Map(endpoints.map((endpoint) => [endpoint.id, endpoint])),
    endpointsOfRegion: grouped(
      endpoints,
      ({ region }) => normalizeRegion(region),
      (endpoint) => endpoint,
    ),
    customerIds: new Map(customers),
  };
}

function grouped<T, V>(items: readonly T[], key: (item: T) => string, value: (item: T) => V) {
  const groups = new Map<string, V[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [value(item)]);
    else group.push(value(item));
  }
  return groups;
}

const HOST = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/;

/** The host of an address that ARM gives with or without scheme, or null where it is none. */
export function hostOf(address: string | null | undefined): string | null {
  const host = address
    ?.trim()
    .toLowerCase()
    .replace(/^https:\/\//, '')
    .replace(/[:/].*$/, '');
  return host !== undefined && HOST.test(host) ? host : null;
}
