import { readHeartbeats } from '../inventory/read-workspaces.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { agentOfHeartbeat, isLegacyExtension } from '../model/agents.ts';
import { ok, type Result } from '../model/trouble.ts';
import type { LogsGateway } from '../verification/gateway.ts';

/** A machine that would lose legacy collection, and how that is known. */
export interface Dependent {
  /** Normalised ARM id, or the computer's name where its heartbeat tells no more. */
  readonly id: string;
  readonly name: string;
  /** The inventory shows a legacy extension that reports to the workspace. */
  readonly extension: boolean;
  /** Last heard through the legacy agent within a day, ISO 8601. */
  readonly lastHeard: string | null;
}

export interface DependentsDependencies {
  readonly ledger: Ledger;
  readonly logs: LogsGateway;
  now(): number;
}

/** What one pass over an inventory tells of several workspaces: by normalised id, machines with a legacy extension. */
export type Carriers = ReadonlyMap<string, readonly { readonly id: string; readonly name: string }[]>;

export interface KnownMachines {
  readonly carriers: Carriers;
  /** Ids of machines with a passing data verdict. */
  readonly verified: ReadonlySet<string>;
}

/** A machine heard through the legacy agent within this time still reports. */
const REPORTING_WINDOW_MS = 24 * 3_600_000;

/** Reads an inventory once for all workspaces given (normalised ids). */
export async function readCarriers(
  ledger: Ledger,
  inventoryId: string,
  workspaceIds: readonly string[],
): Promise<Carriers> {
  const carriers = new Map(workspaceIds.map((id) => [id, [] as { id: string; name: string }[]]));
  for await (const { id, name, extensions, legacyWorkspaces } of ledger.inventories.machines(inventoryId)) {
    if (!extensions.some(isLegacyExtension)) continue;
    for (const workspace of legacyWorkspaces) carriers.get(workspace)?.push({ id, name });
  }
  return carriers;
}

/** The same, with the machines that are verified by now. */
export async function readKnownMachines(
  ledger: Ledger,
  inventoryId: string,
  workspaceIds: readonly string[],
): Promise<KnownMachines> {
  const carriers = await readCarriers(ledger, inventoryId, workspaceIds);
  return { carriers, verified: await ledger.migrated.ids() };
}

/**
 * Machines that would lose legacy collection of a workspace (D8): those the inventory shows with a legacy
 * extension on it, and those heard through a legacy agent in the last day, less those verified on Azure
 * Monitor Agent. In the order of their ids. Trouble when the heartbeats cannot be read: silence proves nothing.
 */
export async function dependentsOf(
  { logs, now }: DependentsDependencies,
  workspace: { readonly id: string; readonly customerId: string },
  { carriers, verified }: KnownMachines,
): Promise<Result<readonly Dependent[]>> {
  const found = new Map<string, Dependent>();
  for (const { id, name } of carriers.get(workspace.id) ?? [])
    if (!verified.has(id)) found.set(id, { id, name, extension: true, lastHeard: null });
  const day = {
    since: new Date(now() - REPORTING_WINDOW_MS).toISOString(),
    until: new Date(now()).toISOString(),
  };
  const heartbeats = await readHeartbeats(logs, workspace.customerId, day);
  if (!heartbeats.ok) return heartbeats;
  for (const { ResourceId, Computer, Category, lastSeen } of heartbeats.value) {
    const agent = agentOfHeartbeat(Category ?? '');
    if (agent !== 'legacy' && agent !== 'scom') continue;
    const id = ResourceId || Computer || 'unknown machine';
    if (verified.has(id)) continue;
    const known = found.get(id) ?? { id, name: Computer || id, extension: false, lastHeard: null };
    const later = known.lastHeard === null || Date.parse(lastSeen) > Date.parse(known.lastHeard);
    found.set(id, later ? { ...known, lastHeard: lastSeen } : known);
  }
  return ok([...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1)));
}
