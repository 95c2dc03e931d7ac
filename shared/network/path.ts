import { normalizeRegion } from '../model/ids.ts';
import type { ProxyProfile } from '../model/policy.ts';
import { matches } from '../model/policy.ts';
import type { EstateIndex, NetworkContext, NetworkMachine } from './context.ts';

/** How a machine reaches Azure Monitor. `profile` is null where the agent keeps its default. */
export type NetworkPath =
  | { readonly kind: 'direct'; readonly profile: string | null }
  | {
      readonly kind: 'proxy' | 'gateway';
      readonly profile: string | null;
      readonly host: string;
      readonly port: number;
    }
  | { readonly kind: 'privateLink'; readonly profile: string; readonly endpointId: string | null };

/** The path of a machine; undefined where its Arc agent's proxy cannot be read. */
export function pathOf(
  machine: NetworkMachine,
  context: NetworkContext,
  index: EstateIndex,
): NetworkPath | undefined {
  const name = context.proxies.rules.find(({ match }) => matches(match, machine))?.profile;
  if (name === undefined) return defaultPath(machine);
  const profile = Object.hasOwn(context.proxies.profiles, name) ? context.proxies.profiles[name] : undefined;
  if (profile === undefined) throw new Error(`no proxy profile "${name}": the policy was not validated`);
  if (profile.kind === 'none') return { kind: 'direct', profile: name };
  if (profile.kind === 'privateLink') {
    return { kind: 'privateLink', profile: name, endpointId: privateEndpoint(machine, context, index) };
  }
  return { ...through(profile), profile: name };
}

function through(profile: Extract<ProxyProfile, { address: string }>) {
  const [, host = '', port] = /^http:\/\/(.+):(\d+)$/.exec(profile.address) ?? [];
  const kind = profile.kind === 'gateway' ? 'gateway' : 'proxy';
  return { kind, host: host.toLowerCase(), port: Number(port) } as const;
}

/** Without settings the agent follows the system; on an Arc server the Arc agent's proxy (facts file 3.3). */
function defaultPath({ kind, arcAgent }: NetworkMachine): NetworkPath | undefined {
  const url = kind === 'arcServer' ? arcAgent?.proxyUrl?.trim() : undefined;
  if (!url) return { kind: 'direct', profile: null };
  const address = arcAddress(url);
  return address === undefined ? undefined : { kind: 'proxy', profile: null, ...address };
}

const ADDRESS = /^http:\/\/(?:[^\s/@]+@)?(\[[0-9a-f:.]+\]|[^\s/@:[\]]+)(?::(\d{1,5}))?\/?$/i;

/** Host and port of the Arc agent's proxy, which lets port 80 be left out. */
function arcAddress(address: string): { readonly host: string; readonly port: number } | undefined {
  const [, host, port = '80'] = ADDRESS.exec(address) ?? [];
  const number = Number(port);
  return host === undefined || number < 1 || number > 65_535
    ? undefined
    : { host: host.toLowerCase(), port: number };
}

/** The endpoint a plan associates: the one its policy names for the region, else the region's first. */
function privateEndpoint(machine: NetworkMachine, context: NetworkContext, index: EstateIndex) {
  const region = normalizeRegion(machine.region);
  const named = context.endpoints.find((line) => normalizeRegion(line.region) === region);
  if (named !== undefined) return index.endpoints.get(named.endpointId)?.id ?? null;
  return index.endpointsOfRegion.get(region)?.[0]?.id ?? null;
}
