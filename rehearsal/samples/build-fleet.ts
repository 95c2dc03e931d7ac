import type { EstateFile } from '../estate/index.ts';
import { guid, hash } from '../estate/random.ts';
import { rule, workspace } from './collection.ts';
import { arc, legacyAgent, type Place, type Resource, type System, vm } from './resources.ts';
import { SYSTEMS } from './systems.ts';

export interface FleetOptions {
  readonly machines: number;
  readonly seed?: number;
  /** (subscription, region) pairs; machines are spread evenly over them. */
  readonly cells?: number;
  /** Share of Arc servers, 0 to 1. */
  readonly arcShare?: number;
}

const REGIONS = ['westeurope', 'northeurope', 'eastus', 'westus2', 'uksouth'];
const CHOICE: readonly System[] = [
  SYSTEMS.windows2022,
  SYSTEMS.windows2019,
  SYSTEMS.windows2016,
  SYSTEMS.ubuntu2204,
  SYSTEMS.rhel8,
];

/**
 * An estate of N ready machines for benchmarks: direct network, system identity, legacy agent, one workspace
 * with a rule per operating system in each subscription. Equal options give equal files.
 */
export function fleet(options: FleetOptions): EstateFile {
  const { machines, seed = 1, cells = 1, arcShare = 0 } = options;
  const resources: Resource[] = [];
  const places: { place: Place; customerId: string }[] = [];
  const bySubscription = new Map<string, string>();

  for (let i = 0; i < cells; i++) {
    const subscription = guid(seed, 'subscription', Math.floor(i / REGIONS.length));
    const place: Place = {
      subscription,
      group: `rg-fleet-${i}`,
      location: REGIONS[i % REGIONS.length] as string,
    };
    let customerId = bySubscription.get(subscription);
    if (customerId === undefined) {
      customerId = guid(seed, 'workspace', subscription);
      bySubscription.set(subscription, customerId);
      const home = { ...place, group: 'rg-monitor', location: 'westeurope' };
      const target = workspace(home, `law-fleet-${bySubscription.size}`, customerId);
      resources.push(
        target,
        tierOf(target),
        rule(home, 'dcr-windows', 'windows', target, true),
        rule(home, 'dcr-linux', 'linux', target, false),
      );
    }
    places.push({ place, customerId });
  }
  for (let n = 0; n < machines; n++) {
    const { place, customerId } = places[n % cells] as { place: Place; customerId: string };
    const system = CHOICE[hash(`${seed}|system|${n}`) % CHOICE.length] as System;
    const hybrid = hash(`${seed}|arc|${n}`) / 2 ** 32 < arcShare;
    const spec = {
      place,
      name: `${system.os === 'windows' ? 'w' : 'l'}${String(n).padStart(6, '0')}`,
      system,
    };
    const machine = hybrid ? arc(spec) : vm(spec);
    const name = system.os === 'windows' ? 'MicrosoftMonitoringAgent' : 'OmsAgentForLinux';
    resources.push(machine, legacyAgent(machine, system.os, customerId, name));
  }
  return { name: `fleet of ${machines}`, resources, behaviour: { start: '2026-11-21T08:00:00Z' } };
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
