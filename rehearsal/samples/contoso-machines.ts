import { share } from '../estate/random.ts';
import { arc, type MachineSpec, type Os, type Place, type Resource, type System, vm } from './resources.ts';
import { SYSTEMS } from './systems.ts';

export const SUBSCRIPTIONS = {
  production: '7c3a1f50-0b6e-4a57-9f0e-1d2c3b4a5f60',
  shared: '3e9d4b82-6a1c-4f7d-8b25-90ac7e16d3f1',
  development: 'b81f6c07-5d3e-4c92-a6f4-2e7085d9c1ab',
} as const;

/** One group of machines that play one part. */
interface Part {
  readonly prefix: string;
  readonly count: number;
  readonly hybrid: boolean;
  readonly place: Place;
  readonly systems: readonly System[];
  readonly workspace: 'security' | 'operations';
  readonly tags: Record<string, string>;
}

const { windows2022, windows2019, windows2016, windows2012r2, ubuntu2204, rhel8, debian12, sles15 } = SYSTEMS;
const production = (group: string, location: string): Place => ({
  subscription: SUBSCRIPTIONS.production,
  group,
  location,
});
const shared = (group: string, location: string): Place => ({
  subscription: SUBSCRIPTIONS.shared,
  group,
  location,
});
const development = (group: string, location: string): Place => ({
  subscription: SUBSCRIPTIONS.development,
  group,
  location,
});

const PARTS: readonly Part[] = [
  {
    prefix: 'web-we',
    count: 16,
    hybrid: false,
    place: production('rg-web', 'westeurope'),
    systems: [windows2022, windows2019],
    workspace: 'security',
    tags: { app: 'shop', wave: 'early' },
  },
  {
    prefix: 'sql-we',
    count: 10,
    hybrid: false,
    place: production('rg-Data', 'westeurope'),
    systems: [windows2019, windows2016],
    workspace: 'security',
    tags: { app: 'shop', wave: 'late' },
  },
  {
    prefix: 'api-ne',
    count: 12,
    hybrid: false,
    place: production('rg-api', 'northeurope'),
    systems: [ubuntu2204, debian12],
    workspace: 'security',
    tags: { app: 'api' },
  },
  {
    prefix: 'dmz-we',
    count: 8,
    hybrid: false,
    place: production('rg-dmz', 'westeurope'),
    systems: [rhel8, windows2022],
    workspace: 'security',
    tags: { zone: 'dmz' },
  },
  {
    prefix: 'pay-we',
    count: 6,
    hybrid: false,
    place: production('rg-pay', 'westeurope'),
    systems: [windows2022, ubuntu2204],
    workspace: 'security',
    tags: { app: 'payments', pci: 'yes' },
  },
  {
    prefix: 'ops-ne',
    count: 10,
    hybrid: false,
    place: shared('rg-ops', 'northeurope'),
    systems: [windows2022, rhel8],
    workspace: 'operations',
    tags: { app: 'tools' },
  },
  {
    prefix: 'build-eu',
    count: 10,
    hybrid: false,
    place: development('rg-build', 'eastus'),
    systems: [ubuntu2204],
    workspace: 'operations',
    tags: { env: 'dev' },
  },
  {
    prefix: 'test-eu',
    count: 8,
    hybrid: false,
    place: development('rg-test', 'eastus'),
    systems: [windows2019, sles15],
    workspace: 'operations',
    tags: { env: 'dev' },
  },
  {
    prefix: 'dc',
    count: 14,
    hybrid: true,
    place: shared('rg-arc-datacenter', 'westeurope'),
    systems: [windows2019, windows2016, windows2012r2],
    workspace: 'security',
    tags: { site: 'fra1' },
  },
  {
    prefix: 'plant',
    count: 14,
    hybrid: true,
    place: shared('rg-arc-plants', 'northeurope'),
    systems: [windows2016, windows2019],
    workspace: 'operations',
    tags: { site: 'plant' },
  },
  {
    prefix: 'branch',
    count: 12,
    hybrid: true,
    place: production('rg-arc-branches', 'eastus'),
    systems: [windows2019, rhel8],
    workspace: 'operations',
    tags: { site: 'branch', network: 'gateway' },
  },
];

export interface Member {
  readonly resource: Resource;
  readonly os: Os;
  readonly hybrid: boolean;
  readonly place: Place;
  readonly workspace: 'security' | 'operations';
}

/** How a machine differs from its part: another system, other tags, state or identity. */
export type Oddities = Readonly<
  Record<string, Partial<Pick<MachineSpec, 'system' | 'tags' | 'status' | 'identity' | 'properties'>>>
>;

/** All machines by name; names count up within their part. */
export function contosoMachines(seed: number, odd: Oddities): Map<string, Member> {
  const out = new Map<string, Member>();
  for (const part of PARTS) {
    for (let i = 1; i <= part.count; i++) {
      const name = `${part.prefix}-${String(i).padStart(2, '0')}`;
      const drawn = part.systems[Math.floor(share(seed, name) * part.systems.length)] as System;
      const changes = odd[name] ?? {};
      const system = changes.system ?? drawn;
      const spec: MachineSpec = {
        place: part.place,
        name,
        system,
        ...changes,
        tags: { ...part.tags, ...changes.tags },
      };
      out.set(name, {
        resource: part.hybrid ? arc(spec) : vm(spec),
        os: system.os,
        hybrid: part.hybrid,
        place: part.place,
        workspace: part.workspace,
      });
    }
  }
  return out;
}
