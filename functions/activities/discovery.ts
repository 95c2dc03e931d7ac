import { completeInventory } from '../../shared/inventory/complete.ts';
import { type DiscoverDependencies, discoverDetails, discoverKind } from '../../shared/inventory/discover.ts';
import { runtime } from '../compose.ts';
import type { Activities } from '../contracts/payloads.ts';

export async function discoverKindActivity(
  input: Activities['discoverKind']['input'],
): Promise<Activities['discoverKind']['output']> {
  return discoverKind(await dependencies(), input);
}

export async function discoverDetailsActivity({
  inventoryId,
}: Activities['discoverDetails']['input']): Promise<Activities['discoverDetails']['output']> {
  return discoverDetails(await dependencies(), inventoryId);
}

export async function completeInventoryActivity({
  inventoryId,
  pages,
}: Activities['completeInventory']['input']): Promise<null> {
  await completeInventory(await runtime(), inventoryId, pages);
  return null;
}

export async function failInventoryActivity({
  inventoryId,
  problem,
}: Activities['failInventory']['input']): Promise<null> {
  const { ledger, now } = await runtime();
  const inventory = await ledger.inventories.get(inventoryId);
  if (inventory !== undefined) {
    const completedAt = new Date(now()).toISOString();
    await ledger.inventories.put({ ...inventory, status: 'failed', problem, completedAt });
  }
  return null;
}

async function dependencies(): Promise<DiscoverDependencies> {
  const app = await runtime();
  return { ...app, heartbeatDays: app.settings.discoveryHeartbeatDays };
}
