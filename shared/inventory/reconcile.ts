import type { z } from 'zod';
import {
  agentOfHeartbeat,
  type ExtensionIdentity,
  isAmaExtension,
  isLegacyExtension,
} from '../model/agents.ts';
import { normalizeId, ownerMachineId, parseMachineId } from '../model/ids.ts';
import type {
  Association,
  Endpoint,
  Extension,
  Heartbeats,
  Lock,
  Machine,
  Rule,
  Workspace,
} from '../model/machine.ts';
import type { associationsQuery } from './queries/associations.ts';
import type { endpointsQuery } from './queries/endpoints.ts';
import type { extensionsQuery } from './queries/extensions.ts';
import type { heartbeatsQuery } from './queries/heartbeats.ts';
import type { machinesQuery } from './queries/machines.ts';
import type { rulesQuery } from './queries/rules.ts';
import type { workspacesQuery } from './queries/workspaces.ts';

type Row<Q extends { row: z.ZodType }> = z.infer<Q['row']>;

export interface RawEstate {
  readonly machines: readonly Row<typeof machinesQuery>[];
  readonly extensions: readonly Row<typeof extensionsQuery>[];
  readonly associations: readonly Row<typeof associationsQuery>[];
  readonly rules: readonly Row<typeof rulesQuery>[];
  readonly endpoints: readonly Row<typeof endpointsQuery>[];
  readonly workspaces: readonly Row<typeof workspacesQuery>[];
  readonly heartbeats: readonly Row<typeof heartbeatsQuery>[];
  readonly locks: readonly Lock[];
}

export interface Estate {
  readonly machines: readonly Machine[];
  readonly rules: readonly Rule[];
  readonly endpoints: readonly Endpoint[];
  readonly workspaces: readonly Workspace[];
}

const NO_HEARTBEATS: Heartbeats = { ama: null, legacy: null, scom: null };

/** Joins what was read by machine id, never by name (D10). Pure. */
export function reconcile(raw: RawEstate): Estate {
  const extensions = groupBy(raw.extensions, ({ id }) => ownerMachineId(id));
  const associations = groupBy(raw.associations, ({ id }) => ownerMachineId(id));
  const heartbeats = latestHeartbeats(raw.heartbeats);
  const workspaces = uniqueById(raw.workspaces.flatMap(workspaceOf));
  const workspaceByCustomer = new Map(workspaces.map(({ id, customerId }) => [customerId.toLowerCase(), id]));
  const locks = groupBy(raw.locks, ({ scope }) => scope);
  const seen = new Set<string>();
  const machines: Machine[] = [];
  for (const row of raw.machines) {
    const id = normalizeId(row.id);
    // The same machine can come twice, in two casings, when an export or a page boundary repeats it.
    if (seen.has(id) || parseMachineId(id) === undefined) continue;
    seen.add(id);
    const found = (extensions.get(id) ?? []).map(extensionOf);
    machines.push(
      machineOf(row, id, {
        extensions: found,
        associations: (associations.get(id) ?? []).map(associationOf),
        heartbeats: heartbeats.get(id) ?? NO_HEARTBEATS,
        ...legacyTargets(found, workspaceByCustomer),
        locks: scopesOf(id).flatMap((scope) => locks.get(scope) ?? []),
      }),
    );
  }
  return {
    machines,
    rules: uniqueById(raw.rules.map(ruleOf)),
    endpoints: uniqueById(raw.endpoints.map(endpointOf)),
    workspaces,
  };
}

function machineOf(
  row: RawEstate['machines'][number],
  id: string,
  joined: Pick<
    Machine,
    'extensions' | 'associations' | 'heartbeats' | 'legacyWorkspaces' | 'unseenWorkspaces' | 'locks'
  >,
): Machine {
  const address = parseMachineId(row.id);
  const kind = address?.kind ?? 'azureVm';
  return {
    id,
    resourceId: row.id,
    kind,
    name: row.name,
    subscriptionId: address?.subscriptionId ?? row.subscriptionId.toLowerCase(),
    resourceGroup: address?.resourceGroup ?? row.resourceGroup ?? '',
    region: regionOf(row.location),
    os: osOf(row.osType, joined.extensions),
    osName: row.osName || imageName(row) || null,
    osVersion: row.osVersion || null,
    availability: kind === 'azureVm' ? powerOf(row.powerState) : arcStatusOf(row.arcStatus),
    systemIdentity: kind === 'arcServer' || /SystemAssigned/i.test(row.identityType ?? ''),
    userIdentities: Object.keys(row.userAssignedIdentities ?? {}).map(normalizeId),
    tags: Object.fromEntries(Object.entries(row.tags ?? {}).map(([name, value]) => [name, value ?? ''])),
    ...joined,
  };
}

/** Subscription, group and the machine itself: where a lock on it can stand. */
function scopesOf(machineId: string): string[] {
  const parts = machineId.split('/');
  return [3, 5, parts.length].map((end) => parts.slice(0, end).join('/'));
}

function imageName({ imageReference: image }: RawEstate['machines'][number]): string {
  return [image?.publisher, image?.offer, image?.sku].filter(Boolean).join(' ');
}

function osOf(osType: string | null | undefined, extensions: readonly ExtensionIdentity[]): Machine['os'] {
  if (/windows/i.test(osType ?? '')) return 'windows';
  if (/linux/i.test(osType ?? '')) return 'linux';
  const agent = extensions.find((extension) => isLegacyExtension(extension) || isAmaExtension(extension));
  if (agent === undefined) return 'unknown';
  return /linux/i.test(agent.type) ? 'linux' : 'windows';
}

function powerOf(code: string | null | undefined): Machine['availability'] {
  if (!code) return 'unknown';
  return /\/running$/i.test(code) ? 'running' : 'stopped';
}

function arcStatusOf(status: string | null | undefined): Machine['availability'] {
  if (!status) return 'unknown';
  return /^connected$/i.test(status) ? 'running' : 'disconnected';
}

function extensionOf(row: RawEstate['extensions'][number]): Extension {
  return {
    id: normalizeId(row.id),
    name: row.id.split('/').at(-1) || row.name,
    publisher: row.publisher,
    type: row.extensionType,
    version: row.version ?? null,
    provisioningState: row.provisioningState ?? null,
    settings: row.settings ?? null,
  };
}

function associationOf(row: RawEstate['associations'][number]): Association {
  return {
    name: row.name,
    ruleId: row.ruleId ? normalizeId(row.ruleId) : null,
    endpointId: row.endpointId ? normalizeId(row.endpointId) : null,
  };
}

/** Where legacy agents report, by their settings: workspaces that can be seen, and ids of those that cannot. */
function legacyTargets(
  extensions: readonly Extension[],
  byCustomer: ReadonlyMap<string, string>,
): Pick<Machine, 'legacyWorkspaces' | 'unseenWorkspaces'> {
  const customers = extensions.filter(isLegacyExtension).flatMap(({ settings }) => {
    const customerId = (settings as { workspaceId?: unknown } | null)?.workspaceId;
    return typeof customerId === 'string' && customerId !== '' ? [customerId.toLowerCase()] : [];
  });
  const unique = [...new Set(customers)];
  return {
    legacyWorkspaces: [...new Set(unique.flatMap((customer) => byCustomer.get(customer) ?? []))],
    unseenWorkspaces: unique.filter((customer) => !byCustomer.has(customer)),
  };
}

function latestHeartbeats(rows: RawEstate['heartbeats']): Map<string, Heartbeats> {
  const latest = new Map<string, { -readonly [K in keyof Heartbeats]: Heartbeats[K] }>();
  for (const { ResourceId, Category, lastSeen } of rows) {
    const agent = agentOfHeartbeat(Category ?? '');
    if (!ResourceId || agent === 'other') continue;
    const id = normalizeId(ResourceId);
    const known = latest.get(id) ?? { ...NO_HEARTBEATS };
    const before = known[agent];
    if (before === null || lastSeen > before) known[agent] = lastSeen;
    latest.set(id, known);
  }
  return latest;
}

function ruleOf(row: RawEstate['rules'][number]): Rule {
  const destinations = new Map(
    (row.logAnalytics ?? []).flatMap(({ name, workspaceResourceId }) =>
      name && workspaceResourceId ? [[name, normalizeId(workspaceResourceId)] as const] : [],
    ),
  );
  const flows = (row.dataFlows ?? []).flatMap(({ streams, destinations: names, outputStream }) =>
    (names ?? []).flatMap((name) => {
      const workspaceId = destinations.get(name);
      if (workspaceId === undefined) return [];
      return (streams ?? []).map((stream) => ({ stream: outputStream || stream, workspaceId }));
    }),
  );
  const kind = row.kind?.toLowerCase();
  return {
    id: normalizeId(row.id),
    resourceId: row.id,
    name: row.name,
    region: regionOf(row.location),
    os: kind === 'windows' || kind === 'linux' ? kind : kind ? 'other' : 'any',
    flows,
  };
}

function endpointOf(row: RawEstate['endpoints'][number]): Endpoint {
  return { id: normalizeId(row.id), resourceId: row.id, name: row.name, region: regionOf(row.location) };
}

/** The first of each id: pages and exports repeat resources in other casings. */
function uniqueById<T extends { readonly id: string }>(items: readonly T[]): T[] {
  return [...new Map(items.toReversed().map((item) => [item.id, item])).values()].toReversed();
}

function workspaceOf(row: RawEstate['workspaces'][number]): Workspace[] {
  if (!row.customerId) return [];
  return [
    {
      id: normalizeId(row.id),
      resourceId: row.id,
      name: row.name,
      region: regionOf(row.location),
      customerId: row.customerId,
    },
  ];
}

function regionOf(location: string | null | undefined): string {
  return (location ?? '').toLowerCase().replaceAll(' ', '');
}

function groupBy<T>(rows: readonly T[], keyOf: (row: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key === undefined) continue;
    const group = groups.get(key) ?? [];
    group.push(row);
    groups.set(key, group);
  }
  return groups;
}
