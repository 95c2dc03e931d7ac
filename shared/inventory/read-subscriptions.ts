import type { DiscoveryLook } from '../model/discovery.ts';
import { type MachineKind, normalizeId, ownerMachineId, parseMachineId } from '../model/ids.ts';
import type { Inventory } from '../model/inventory.ts';
import { fail, isTransient, ok, type Result } from '../model/trouble.ts';
import type { DiscoverDependencies, ReadProblem } from './dependencies.ts';
import { missingActions, neededActions } from './permissions.ts';
import type { GraphRow } from './queries/graph.ts';
import { type PartProblem, type PartsCursor, readPart } from './read-parts.ts';
import { carriesLegacy } from './scale-sets.ts';

const SUBSCRIPTIONS_PER_LOOK = 20;
const RETRY_MS = 30_000;
/** Resource groups of one subscription whose permissions are asked for one by one. */
const MAX_GROUPS = 200;

/** Missing permissions of one scope. */
export interface PermissionGap {
  /** Normalised id of a subscription or resource group. */
  readonly scope: string;
  readonly missing: readonly string[];
}

/**
 * What Resource Graph does not hold: locks, permissions, guest agents, Defender's provisioning. One list per
 * subscription; what cannot be read is recorded and keeps nothing else from going on.
 */
export async function readSubscriptions(
  dependencies: DiscoverDependencies,
  { id }: Inventory,
  cursor: PartsCursor,
): Promise<DiscoveryLook> {
  const { ledger } = dependencies;
  const rows = await ledger.inventories.readRaw<GraphRow<'subscriptions'>>(id, 'subscriptions');
  const all = [...new Set(rows.map(({ subscriptionId }) => subscriptionId.toLowerCase()))].sort();
  const extensions = await ledger.inventories.readRaw<GraphRow<'extensions'>>(id, 'extensions');
  const scaleSets = await ledger.inventories.readRaw<GraphRow<'scaleSets'>>(id, 'scaleSets');
  const agents = kindsByGroup([
    ...extensions.flatMap((row) => ownerMachineId(row.id) ?? []),
    ...scaleSets.filter(carriesLegacy).map((row) => normalizeId(row.id)),
  ]);
  return readPart(dependencies, id, cursor, {
    all,
    perLook: SUBSCRIPTIONS_PER_LOOK,
    retryMs: RETRY_MS,
    afterwards: { phase: 'join', bucket: 0 },
    read: (subscriptionId) =>
      readSubscription(dependencies, id, subscriptionId, agents.get(subscriptionId) ?? new Map()),
  });
}

async function readSubscription(
  dependencies: DiscoverDependencies,
  inventoryId: string,
  subscriptionId: string,
  groups: KindsByGroup,
): Promise<PartProblem[]> {
  const { ledger, machines, subscriptions } = dependencies;
  const { inventories } = ledger;
  const problems: PartProblem[] = [];
  const read = async <T>(
    kind: ReadProblem['kind'],
    ask: () => Promise<Result<T>>,
    keep: (value: T) => Promise<void>,
  ) => {
    const answer = await ask();
    if (answer.ok) return keep(answer.value);
    const { code, message } = answer.trouble;
    problems.push({ kind, id: subscriptionId, reason: message, transient: isTransient(code) });
  };
  // Locks are read again before every delete; here they only spare a wave machines it cannot finish.
  await read(
    'locks',
    () => machines.locks(subscriptionId),
    (locks) => inventories.putRaw(inventoryId, 'locks', subscriptionId, locks),
  );
  await read(
    'guestAgents',
    () => subscriptions.guestAgents(subscriptionId),
    (agents) =>
      inventories.putRawByMachine(inventoryId, 'guestAgents', subscriptionId, agents, ({ machineId }) =>
        normalizeId(machineId),
      ),
  );
  await read(
    'autoProvisioning',
    () => subscriptions.autoProvisioning(subscriptionId),
    (settings) =>
      inventories.putRaw(
        inventoryId,
        'autoProvisioning',
        subscriptionId,
        settings.map((setting) => ({ ...setting, subscriptionId })),
      ),
  );
  await read(
    'permissions',
    () => readGaps(subscriptions, subscriptionId, groups),
    (gaps) => inventories.putRaw(inventoryId, 'permissions', subscriptionId, gaps),
  );
  return problems;
}

/** What the app may not do: asked of the subscription, and where it lacks something there, of its groups. */
async function readGaps(
  subscriptions: DiscoverDependencies['subscriptions'],
  subscriptionId: string,
  groups: KindsByGroup,
): Promise<Result<PermissionGap[]>> {
  const scope = `/subscriptions/${subscriptionId}`;
  // Nothing to migrate here: nothing is needed.
  if (groups.size === 0) return ok([]);
  const whole = await subscriptions.permissions(scope);
  if (!whole.ok) return whole;
  const kinds = new Set([...groups.values()].flatMap((found) => [...found]));
  const missing = missingActions(whole.value, neededActions(kinds));
  if (missing.length === 0) return ok([]);
  if (groups.size > MAX_GROUPS) {
    return fail(
      'unexpected',
      `The roles are not granted on the subscription, and it has ${groups.size} resource groups with agents, too many to ask one by one.`,
    );
  }
  const gaps: PermissionGap[] = [];
  for (const [group, found] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const answer = await subscriptions.permissions(group);
    if (!answer.ok) return answer;
    const lacking = missingActions(answer.value, neededActions(found));
    if (lacking.length > 0) gaps.push({ scope: group, missing: lacking });
  }
  // A group has what the subscription grants and more: as many missing means the same missing.
  const alike = gaps.length === groups.size && gaps.every((gap) => gap.missing.length === missing.length);
  return ok(alike ? [{ scope, missing }] : gaps);
}

/** Kinds of machines with agents, by resource group. */
type KindsByGroup = ReadonlyMap<string, ReadonlySet<MachineKind>>;

/** Kinds of machines with agents, by subscription and resource group. */
function kindsByGroup(owners: readonly string[]): Map<string, KindsByGroup> {
  const found = new Map<string, Map<string, Set<MachineKind>>>();
  for (const owner of owners) {
    const address = parseMachineId(owner);
    if (address === undefined) continue;
    const groups = found.get(address.subscriptionId) ?? new Map<string, Set<MachineKind>>();
    found.set(address.subscriptionId, groups);
    const group = owner.split('/').slice(0, 5).join('/');
    groups.set(group, (groups.get(group) ?? new Set()).add(address.kind));
  }
  return found;
}
