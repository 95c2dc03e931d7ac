import { agentOfHeartbeat } from '../model/agents.ts';
import { normalizeId, ownerMachineId } from '../model/ids.ts';
import type { InventoryScope } from '../model/inventory.ts';
import type { Lock, Machine } from '../model/machine.ts';
import { tagValue } from '../model/policy.ts';
import { type Assessable, assess } from './assess.ts';
import { uniqueById } from './estate-rows.ts';
import type { GuestAgent } from './gateway.ts';
import { machineFindings, shortName } from './machine-findings.ts';
import { associationOf, extensionOf, type MachineFacts, machineFacts, scaleSetFacts } from './machine-row.ts';
import { neededActions } from './permissions.ts';
import type { GraphRow } from './queries/graph.ts';
import type { PermissionGap } from './read-subscriptions.ts';
import { heartbeatsOf, isFresh, legacyTargets, reportsOf, type WorkspaceHeartbeat } from './reports.ts';
import { addMachine, emptyTotals, type Totals } from './totals.ts';
import { unmanagedId } from './unmanaged.ts';

/** Raw rows of the machines of one bucket. */
export interface RawBucket {
  readonly machines: readonly GraphRow<'machines'>[];
  readonly scaleSets: readonly GraphRow<'scaleSets'>[];
  readonly extensions: readonly GraphRow<'extensions'>[];
  readonly associations: readonly GraphRow<'associations'>[];
  readonly heartbeats: readonly WorkspaceHeartbeat[];
  readonly guestAgents: readonly GuestAgent[];
  readonly freeSpace: readonly {
    readonly ResourceId: string;
    readonly Disk: string;
    readonly megabytes: number;
    readonly lastSeen: string;
  }[];
}

/** What every bucket needs of the rest of the estate. */
export interface JoinContext {
  readonly now: number;
  readonly scope: InventoryScope;
  readonly holdTag: string;
  /** Tenant of every subscription that was read, by subscription id. */
  readonly tenants: ReadonlyMap<string, string | null>;
  /** Workspace ids by customer id. */
  readonly workspaces: ReadonlyMap<string, string>;
  readonly locks: ReadonlyMap<string, readonly Lock[]>;
  readonly gaps: ReadonlyMap<string, PermissionGap>;
  readonly scaleSetInstances: ReadonlyMap<string, { instances: number; outdatedInstances: number }>;
  /** Scale sets whose model installs the legacy agent. */
  readonly legacyScaleSets: ReadonlySet<string>;
  readonly clonedAgents: ReadonlySet<string>;
  /** Heartbeats without resource id, by the machine's own id (VMUUID). */
  readonly lonelyByVmId: ReadonlyMap<string, readonly WorkspaceHeartbeat[]>;
  /** The same, by the short name of the computer: only to point out, never to join. */
  readonly lonelyByName: ReadonlyMap<string, readonly WorkspaceHeartbeat[]>;
}

export interface Joined {
  readonly machines: readonly Machine[];
  readonly totals: Totals;
  /** Machine ids by which heartbeats without resource id were claimed. */
  readonly claimedVmIds: readonly string[];
}

/** Joins what was read, by machine id, never by name (D10). Pure. */
export function joinBucket(raw: RawBucket, context: JoinContext): Joined {
  const rows = index(raw);
  const totals = emptyTotals();
  const machines: Machine[] = [];
  const claimedVmIds: string[] = [];
  const known = new Set<string>();
  const add = (facts: MachineFacts | undefined, vmIds: readonly string[], disks: readonly Disk[] = []) => {
    if (facts === undefined) return;
    // The same machine can come twice, in two casings, when an export or a page boundary repeats it.
    if (known.has(facts.id)) {
      totals.duplicates += 1;
      return;
    }
    known.add(facts.id);
    if (!inScope(facts, context.scope)) return;
    const claimed = vmIds.filter((vmId) => context.lonelyByVmId.has(vmId));
    claimedVmIds.push(...claimed);
    const machine = joinMachine(facts, rows, context, claimed, disks);
    machines.push(machine);
    addMachine(totals, machine, context.now);
  };
  for (const row of raw.machines) {
    const extensions = uniqueById(rows.extensions.get(normalizeId(row.id)) ?? []).map(extensionOf);
    const vmIds = [row.vmId, row.vmUuid].flatMap((id) => (id ? [id.toLowerCase()] : []));
    add(machineFacts(row, extensions), [...new Set(vmIds)], arcDisks(row, context.now));
  }
  for (const row of raw.scaleSets)
    add(scaleSetFacts(row, context.scaleSetInstances.get(normalizeId(row.id))), []);
  noteStrangers(totals, rows.heartbeats, known, context);
  return { machines, totals, claimedVmIds };
}

interface Rows {
  readonly extensions: ReadonlyMap<string, GraphRow<'extensions'>[]>;
  readonly associations: ReadonlyMap<string, GraphRow<'associations'>[]>;
  readonly heartbeats: ReadonlyMap<string, WorkspaceHeartbeat[]>;
  readonly guestAgents: ReadonlyMap<string, GuestAgent[]>;
  readonly freeSpace: ReadonlyMap<string, RawBucket['freeSpace'][number][]>;
}

function index(raw: RawBucket): Rows {
  return {
    extensions: Map.groupBy(raw.extensions, ({ id }) => ownerMachineId(id) ?? ''),
    associations: Map.groupBy(raw.associations, ({ id }) => ownerMachineId(id) ?? ''),
    heartbeats: Map.groupBy(raw.heartbeats, ({ ResourceId }) => ownerOf(ResourceId)),
    guestAgents: Map.groupBy(raw.guestAgents, ({ machineId }) => machineId),
    freeSpace: Map.groupBy(raw.freeSpace, ({ ResourceId }) => ownerOf(ResourceId)),
  };
}

type Disk = Parameters<typeof machineFindings>[1]['freeSpace'][number];

/** System disks by what the Arc agent tells Azure. */
function arcDisks({ arcDisks: disks }: GraphRow<'machines'>, now: number): Disk[] {
  return (disks ?? []).flatMap(({ path, maxSizeInBytes, usedSpaceInBytes }) => {
    const system = path === '/' || /^c:[\\/]?$/i.test(path ?? '');
    if (!system || !maxSizeInBytes || usedSpaceInBytes === null || usedSpaceInBytes === undefined) return [];
    const megabytes = (maxSizeInBytes - usedSpaceInBytes) / 2 ** 20;
    return [{ disk: path ?? '', megabytes, at: new Date(now).toISOString() }];
  });
}

/** A heartbeat's machine; instances of a Uniform scale set speak for their set. */
function ownerOf(resourceId: string | null | undefined): string {
  return normalizeId(resourceId ?? '')
    .split('/')
    .slice(0, 9)
    .join('/');
}

function joinMachine(
  facts: MachineFacts,
  rows: Rows,
  context: JoinContext,
  claimed: readonly string[],
  disks: readonly Disk[],
): Machine {
  const { id } = facts;
  const heard = [
    ...(rows.heartbeats.get(id) ?? []),
    ...claimed.flatMap((vmId) => context.lonelyByVmId.get(vmId) ?? []),
  ];
  const reports = reportsOf(heard);
  // Its own heartbeats without resource id are no other machine's.
  const twin = context.lonelyByName
    .get(shortName(facts.name))
    ?.find(({ VmId }) => !VmId || !claimed.includes(VmId));
  const machine: Assessable = {
    ...facts,
    ...systemOf(facts, heard),
    tenantId: context.tenants.get(facts.subscriptionId) ?? null,
    guestAgent:
      facts.guestAgent === 'absent' ? 'absent' : (rows.guestAgents.get(id)?.[0]?.state ?? 'unknown'),
    associations: uniqueById(rows.associations.get(id) ?? []).map(associationOf),
    heartbeats: heartbeatsOf(reports),
    reports,
    ...legacyTargets(facts.extensions, reports, context.workspaces),
    locks: scopesOf(id).flatMap((scope) => context.locks.get(scope) ?? []),
    missingActions: missingFor(facts.kind, id, context.gaps),
  };
  return {
    ...machine,
    findings: machineFindings(machine, {
      now: context.now,
      // The instances of a scale set are computers of their own.
      computers:
        facts.kind === 'scaleSet' ? [] : heard.flatMap(({ Computer }) => (Computer ? [Computer] : [])),
      solutions: heard.flatMap(({ Category, Solutions }) =>
        Solutions && agentOfHeartbeat(Category ?? '') !== 'ama' ? [Solutions] : [],
      ),
      cloned: heard.some(({ AgentId }) => AgentId && context.clonedAgents.has(AgentId)),
      freeSpace: [
        ...disks,
        ...(rows.freeSpace.get(id) ?? []).map(({ Disk: disk, megabytes, lastSeen: at }) => ({
          disk,
          megabytes,
          at,
        })),
      ],
      scaleSetCarriesLegacy: facts.scaleSetId !== null && context.legacyScaleSets.has(facts.scaleSetId),
      unmanagedTwin: twin === undefined ? undefined : unmanagedId(twin),
    }),
    assessment: assess(machine, { holdTag: context.holdTag, namedIdentity: null, now: context.now }),
  };
}

/** The operating system by the best source there is: Azure's own view, else what the agents last said. */
function systemOf(
  facts: MachineFacts,
  heard: readonly WorkspaceHeartbeat[],
): Pick<Machine, 'os' | 'osName' | 'osVersion'> {
  const latest = heard
    .filter(({ OSName }) => OSName)
    .reduce<WorkspaceHeartbeat | undefined>(
      (last, row) => (last === undefined || row.lastSeen > last.lastSeen ? row : last),
      undefined,
    );
  const type = heard.find(({ OSType }) => OSType)?.OSType ?? '';
  const os = /windows/i.test(type) ? 'windows' : /linux/i.test(type) ? 'linux' : 'unknown';
  return {
    os: facts.os === 'unknown' ? os : facts.os,
    ...(facts.osName === null && latest !== undefined
      ? { osName: latest.OSName ?? null, osVersion: latest.OSVersion?.replace(/\.$/, '') || null }
      : { osName: facts.osName, osVersion: facts.osVersion }),
  };
}

/** Subscription, group and the machine itself: where a lock or a permission on it can stand. */
function scopesOf(machineId: string): string[] {
  const parts = machineId.split('/');
  return [3, 5, parts.length].map((end) => parts.slice(0, end).join('/'));
}

/** What waves need on this kind of machine and may not do on its scopes. */
function missingFor(kind: Machine['kind'], id: string, gaps: JoinContext['gaps']): string[] {
  if (kind === 'unmanaged') return [];
  const needed = new Set(neededActions(new Set([kind])));
  return scopesOf(id)
    .flatMap((scope) => gaps.get(scope)?.missing ?? [])
    .filter((action) => needed.has(action));
}

function inScope(machine: MachineFacts, { resourceGroups, tags }: InventoryScope): boolean {
  if (resourceGroups.length > 0) {
    const group = machine.id.split('/').slice(0, 5).join('/');
    if (!resourceGroups.includes(group)) return false;
  }
  if (tags.length === 0) return true;
  return tags.some(({ name, value }) => {
    const found = tagValue(machine.tags, name);
    return found !== undefined && (value === undefined || value === found);
  });
}

/** Heartbeats of resource ids that the inventory does not have: deleted, moved, or never visible. */
function noteStrangers(
  totals: Totals,
  heartbeats: Rows['heartbeats'],
  known: ReadonlySet<string>,
  { now, tenants }: JoinContext,
): void {
  for (const [id, rows] of heartbeats) {
    if (known.has(id)) continue;
    const [, , subscriptionId = ''] = id.split('/');
    // Machines of subscriptions outside the scope are none of this inventory's business.
    if (!tenants.has(subscriptionId)) continue;
    const fresh = rows.filter(({ lastSeen }) => isFresh(lastSeen, now));
    for (const workspaceId of new Set(fresh.map((row) => row.workspaceId))) {
      const strangers = totals.strangers[workspaceId] ?? { ids: [], count: 0 };
      totals.strangers[workspaceId] = strangers;
      strangers.count += 1;
      if (strangers.ids.length < 10) strangers.ids.push(id);
    }
  }
}
