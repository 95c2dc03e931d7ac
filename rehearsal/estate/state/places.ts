import { dig, list, text } from '../json.ts';

/** Tenant of everything a file does not give another one. */
export const TENANT = '00000000-0000-0000-0000-00000000000a';

export interface Subscription {
  readonly id: string;
  readonly name: string;
  readonly tenantId: string;
  readonly status: string;
  /** Management groups above it in lower case, the nearest first. */
  readonly chain: readonly string[];
}

/** A subscription from its own resource, or from an id in it. */
export function subscriptionOf(id: string, resource?: Readonly<Record<string, unknown>>): Subscription {
  const p = resource?.['properties'];
  const chain = list(dig(p, 'managementGroupAncestorsChain')).map((group) =>
    String(dig(group, 'name')).toLowerCase(),
  );
  return {
    id,
    name: text(dig(p, 'displayName')) ?? text(resource?.['displayName']) ?? text(resource?.['name']) ?? id,
    tenantId: text(resource?.['tenantId']) ?? TENANT,
    status: text(dig(p, 'state')) ?? 'Enabled',
    chain,
  };
}

/** Name of the management group an id is in, lower case; undefined for tenant-level and subscription ids. */
export function groupOf(id: string): string | undefined {
  return /^\/providers\/microsoft\.management\/managementgroups\/([^/]+)/i.exec(id)?.[1]?.toLowerCase();
}

/** Management groups above each one that a subscription's chain names, the nearest first. */
export function groupChains(subscriptions: Iterable<Subscription>): Map<string, readonly string[]> {
  const out = new Map<string, readonly string[]>();
  for (const { chain } of subscriptions) {
    chain.forEach((group, i) => {
      out.set(group, chain.slice(i + 1));
    });
  }
  return out;
}
