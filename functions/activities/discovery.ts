import { recordFleet } from '../../shared/digest/make-digest.ts';
import { advanceInventory } from '../../shared/inventory/advance.ts';
import { runtime } from '../compose.ts';
import type { Activities } from '../contracts/payloads.ts';

export async function advanceInventoryActivity({
  inventoryId,
  cursor,
}: Activities['advanceInventory']['input']): Promise<Activities['advanceInventory']['output']> {
  const app = await runtime();
  const look = await advanceInventory(
    { ...app, heartbeatDays: app.settings.discoveryHeartbeatDays },
    inventoryId,
    cursor,
  );
  if (look.cursor.phase === 'done') {
    const inventory = await app.ledger.inventories.get(inventoryId);
    if (inventory?.status === 'completed') await recordFleet(app.ledger, inventory);
  }
  return look;
}

export async function failInventoryActivity({
  inventoryId,
  problem,
}: Activities['failInventory']['input']): Promise<null> {
  const { ledger, now } = await runtime();
  const completedAt = new Date(now()).toISOString();
  const failed = await ledger.inventories.update(inventoryId, (current) => ({
    ...current,
    status: 'failed',
    problem,
    completedAt,
  }));
  if (failed !== undefined) await ledger.inventories.dropRaw(inventoryId);
  return null;
}
