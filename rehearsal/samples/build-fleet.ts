import type { EstateFile } from '../estate/index.ts';
import { guid, hash } from '../estate/random.ts';
import { rule, workspace } from './collection.ts';
import { agentsOf, extrasOf, secondHome } from './fleet-extras.ts';
import { arc, type Place, type Resource, type System, vm } from './resources.ts';
import { SYSTEMS } from './systems.ts';

export interface FleetOptions {
  readonly machines: number;
  readonly seed?: number;
  /** (subscription, region) pairs; machines are spread evenly over them. */
  readonly cells?: number;
  /** Share of Arc servers, 0 to 1. */
  readonly arcShare?: number;
  /** Agents of every machine, where there are no extras; the legacy agent alone by default. */
  readonly agents?: 'legacy' | 'both';
  /** Three workspaces a subscription, and machines that are down, unsupported, migrated, multi-homed; tags. */
  readonly extras?: boolean;
}

const REGIONS = ['westeurope', 'northeurope', 'eastus', 'westus2', 'uksouth'];
/** Cells that share a subscription, and with it ARM's limits. */
export const REGIONS_OF_A_SUBSCRIPTION = REGIONS.length;
const CHOICE: readonly System[] = [
  SYSTEMS.windows2022,
  SYSTEMS.windows2019,
  SYSTEMS.windows2016,
  SYSTEMS.ubuntu2204,
  SYSTEMS.rhel8,
];
const EXTRA_WORKSPACES = 3;

/** A workspace with its rules. */
interface Target {
  readonly customerId: string;
  readonly rules: Readonly<Record<System['os'], string>>;
}

/**
 * An estate of N ready machines for benchmarks: direct network, system identity, legacy agent, one workspace
 * with a rule per operating system in each subscription. Equal options give equal files.
 */
export function fleet(options: FleetOptions): EstateFile {
  const { machines, seed = 1, cells = 1, arcShare = 0, extras = false, agents = 'legacy' } = options;
  const { resources, places } = buildPlaces(seed, cells, extras ? EXTRA_WORKSPACES : 1);
  const heartbeats: NonNullable<EstateFile['heartbeats']> = [];
  for (let n = 0; n < machines; n++) {
    const { place, targets } = places[n % cells] as { place: Place; targets: readonly Target[] };
    const own = extras ? extrasOf(seed, n) : undefined;
    const system = own?.system ?? (CHOICE[hash(`${seed}|system|${n}`) % CHOICE.length] as System);
    const hybrid = hash(`${seed}|arc|${n}`) / 2 ** 32 < arcShare;
    const spec = {
      place,
      name: `${system.os === 'windows' ? 'w' : 'l'}${String(n).padStart(6, '0')}`,
      system,
      vmId: guid(seed, 'vm', n),
      ...(own === undefined ? {} : { tags: own.tags }),
      ...(own?.down === true ? { status: hybrid ? 'Disconnected' : 'PowerState/deallocated' } : {}),
    };
    const machine = hybrid ? arc(spec) : vm(spec);
    const home = hash(`${seed}|home|${n}`) % targets.length;
    const target = targets[home] as Target;
    resources.push(machine, ...agentsOf(machine, system, own?.agents ?? agents, target));
    if (own === undefined) continue;
    const second = targets[(home + 1) % targets.length] as Target;
    if (own.multiHomed && own.agents !== 'ama') heartbeats.push(secondHome(machine, second.customerId));
  }
  return {
    name: `fleet of ${machines}`,
    ...(heartbeats.length === 0 ? {} : { heartbeats }),
    resources,
    behaviour: { start: '2026-11-21T08:00:00Z' },
  };
}

/** Cells, and the workspaces of their subscriptions. */
function buildPlaces(seed: number, cells: number, each: number) {
  const resources: Resource[] = [];
  const places: { place: Place; targets: readonly Target[] }[] = [];
  const bySubscription = new Map<string, Target[]>();
  for (let i = 0; i < cells; i++) {
    const subscription = guid(seed, 'subscription', Math.floor(i / REGIONS.length));
    const location = REGIONS[i % REGIONS.length] as string;
    const place: Place = { subscription, group: `rg-fleet-${i}`, location };
    let targets = bySubscription.get(subscription);
    if (targets === undefined) {
      targets = [];
      bySubscription.set(subscription, targets);
      const home = { ...place, group: 'rg-monitor', location: 'westeurope' };
      for (let k = 0; k < each; k++) {
        const suffix = k === 0 ? '' : `-${k + 1}`;
        const customerId = guid(seed, 'workspace', subscription + suffix);
        const store = workspace(home, `law-fleet-${bySubscription.size}${suffix}`, customerId);
        const windows = rule(home, `dcr-windows${suffix}`, 'windows', store, true);
        const linux = rule(home, `dcr-linux${suffix}`, 'linux', store, false);
        resources.push(store, tierOf(store), windows, linux);
        targets.push({ customerId, rules: { windows: windows.id, linux: linux.id } });
      }
    }
    places.push({ place, targets });
  }
  return { resources, places };
}

function tierOf(target: Resource): Resource {
  const kind = 'SecurityInsightsSecurityEventCollectionConfiguration';
  return {
    id: `${target.id}/dataSources/${kind}`,
    name: kind,
    kind,
    properties: { tier: 'All', tierSetMethod: 'Custom' },
  };
}
