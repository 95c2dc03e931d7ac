import { BUCKETS } from '../ledger/inventories.ts';
import { agentOfHeartbeat } from '../model/agents.ts';
import type { DiscoveryCursor } from '../model/discovery.ts';
import { normalizeId } from '../model/ids.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Lock } from '../model/machine.ts';
import { Policy } from '../model/policy.ts';
import type { DiscoverDependencies } from './dependencies.ts';
import { type JoinContext, joinBucket, type RawBucket } from './join.ts';
import { shortName } from './machine-findings.ts';
import type { GraphRow } from './queries/graph.ts';
import type { PermissionGap } from './read-subscriptions.ts';
import type { WorkspaceHeartbeat } from './reports.ts';
import { carriesLegacy } from './scale-sets.ts';

/** Buckets joined in one activity. */
const BUCKETS_PER_LOOK = 4;

/** Joins some buckets and says which is next; memory holds one bucket at a time. */
export async function joinBuckets(
  dependencies: DiscoverDependencies,
  inventory: Inventory,
  from: number,
): Promise<DiscoveryCursor> {
  const { inventories } = dependencies.ledger;
  const { id } = inventory;
  const context = await joinContext(dependencies, inventory);
  const until = Math.min(from + BUCKETS_PER_LOOK, BUCKETS);
  for (let bucket = from; bucket < until; bucket += 1) {
    const { machines, totals, claimedVmIds } = joinBucket(await rawBucket(dependencies, id, bucket), context);
    await inventories.putMachines(id, machines);
    await inventories.putRaw(id, 'claimed', String(bucket).padStart(3, '0'), claimedVmIds);
    await inventories.putPart(id, 'totals', [totals], String(bucket).padStart(3, '0'));
  }
  return until < BUCKETS ? { phase: 'join', bucket: until } : { phase: 'complete' };
}

async function rawBucket(
  { ledger: { inventories } }: DiscoverDependencies,
  id: string,
  bucket: number,
): Promise<RawBucket> {
  return {
    machines: await inventories.readRaw(id, 'machines', bucket),
    scaleSets: await inventories.readRaw(id, 'scaleSets', bucket),
    extensions: await inventories.readRaw(id, 'extensions', bucket),
    associations: await inventories.readRaw(id, 'associations', bucket),
    heartbeats: await inventories.readRaw(id, 'heartbeats', bucket),
    guestAgents: await inventories.readRaw(id, 'guestAgents', bucket),
    freeSpace: await inventories.readRaw(id, 'freeSpace', bucket),
  };
}

async function joinContext(
  { ledger: { inventories } }: DiscoverDependencies,
  { id, scope, startedAt }: Inventory,
): Promise<JoinContext> {
  const subscriptions = await inventories.readRaw<GraphRow<'subscriptions'>>(id, 'subscriptions');
  const workspaces = await inventories.readRaw<GraphRow<'workspaces'>>(id, 'workspaces');
  const gaps = await inventories.readRaw<PermissionGap>(id, 'permissions');
  const scaleSets = await inventories.readRaw<GraphRow<'scaleSets'>>(id, 'scaleSets');
  const instances = await inventories.readRaw<GraphRow<'scaleSetInstances'>>(id, 'scaleSetInstances');
  const lonely = await inventories.readRaw<WorkspaceHeartbeat>(id, 'lonelyHeartbeats');
  return {
    // The instant the snapshot is dated by: the same however often a piece is repeated.
    now: Date.parse(startedAt),
    scope,
    holdTag: Policy.parse({}).holdTag,
    tenants: new Map(
      subscriptions.map(({ subscriptionId, tenantId }) => [subscriptionId.toLowerCase(), tenantId ?? null]),
    ),
    workspaces: new Map(
      workspaces.flatMap(({ id: at, customerId }) =>
        customerId ? [[customerId.toLowerCase(), normalizeId(at)] as const] : [],
      ),
    ),
    locks: Map.groupBy(await inventories.readRaw<Lock>(id, 'locks'), (lock) => lock.scope),
    gaps: new Map(gaps.map((gap) => [gap.scope, gap])),
    scaleSetInstances: new Map(instances.map((row) => [normalizeId(row.id), row])),
    legacyScaleSets: new Set(scaleSets.filter(carriesLegacy).map((row) => normalizeId(row.id))),
    clonedAgents: new Set(await inventories.readRaw<string>(id, 'clonedAgents')),
    lonelyByVmId: Map.groupBy(
      lonely.filter(({ VmId }) => VmId),
      ({ VmId }) => VmId ?? '',
    ),
    lonelyByName: Map.groupBy(
      lonely.filter(({ Computer, Category }) => Computer && agentOfHeartbeat(Category ?? '') !== 'other'),
      ({ Computer }) => shortName(Computer ?? ''),
    ),
  };
}
