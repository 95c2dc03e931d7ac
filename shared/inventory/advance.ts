import type { DiscoveryCursor, DiscoveryLook } from '../model/discovery.ts';
import type { Inventory } from '../model/inventory.ts';
import { completeInventory } from './complete.ts';
import type { DiscoverDependencies } from './dependencies.ts';
import { joinBuckets } from './join-buckets.ts';
import { readGraph } from './read-graph.ts';
import { readSubscriptions } from './read-subscriptions.ts';
import { readWorkspaces } from './read-workspaces.ts';

/**
 * One look at an inventory: does a bounded piece of the work that the cursor names and says where it stands
 * then. Every piece can be repeated: its rows have keys of their own.
 */
export async function advanceInventory(
  dependencies: DiscoverDependencies,
  inventoryId: string,
  cursor: DiscoveryCursor,
): Promise<DiscoveryLook> {
  const inventory = await dependencies.ledger.inventories.get(inventoryId);
  if (inventory === undefined) throw new Error(`inventory ${inventoryId} is not in the ledger`);
  if (inventory.status !== 'running') {
    // It ended, and a look that died or came late may have left rows behind.
    await dependencies.ledger.inventories.dropRaw(inventoryId);
    return look({ phase: 'done' });
  }
  const result = await step(dependencies, inventory, cursor);
  if (result.queries > 0) {
    await dependencies.ledger.inventories.update(inventoryId, (current) => ({
      ...current,
      resourceGraphPages: current.resourceGraphPages + result.queries,
    }));
  }
  return result;
}

async function step(
  dependencies: DiscoverDependencies,
  inventory: Inventory,
  cursor: DiscoveryCursor,
): Promise<DiscoveryLook> {
  switch (cursor.phase) {
    case 'graph':
      return readGraph(dependencies, inventory, cursor);
    case 'workspaces':
      return readWorkspaces(dependencies, inventory, cursor);
    case 'subscriptions':
      return readSubscriptions(dependencies, inventory, cursor);
    case 'join':
      return look(await joinBuckets(dependencies, inventory, cursor.bucket));
    case 'complete':
      await completeInventory(dependencies, inventory);
      return look({ phase: 'done' });
    case 'done':
      return look(cursor);
  }
}

function look(cursor: DiscoveryCursor): DiscoveryLook {
  return { cursor, waitMs: 0, queries: 0, problem: null };
}
