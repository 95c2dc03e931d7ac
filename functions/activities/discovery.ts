import { advanceInventory } from '../../shared/inventory/advance.ts';
import { runtime } from '../compose.ts';
import type { Activities } from '../contracts/payloads.ts';

export async function advanceInventoryActivity({
  inventoryId,
  cursor,
}: Activities['advanceInventory']['input']): Promise<Activities['advanceInventory']['output']> {
  const app = await runtime();
  return advanceInventory(
    { ...app, heartbeatDays: app.settings.discoveryHeartbeatDays },
    inventoryId,
    cursor,
  );
}

export async function failInventoryActivity({
  inventoryId,
  problem,
}: Activities['failInventory']['input']): Promise<null> {
  const { ledger, now } = await runtime();
  const inventory = await ledger.inventories.get(inventoryId);
  if (inventory?.status === 'running') {
    const completedAt = new Date(now()).toISOString();
    await ledger.inventories.put({ ...inventory, status: 'failed', problem, completedAt });
    await ledger.inventories.dropRaw(inventoryId);
  }
  return null;
}
