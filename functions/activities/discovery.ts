import { advanceInventory } from '../../shared/inventory/advance.ts';
import { runtime } from '../compose.ts';
import type { Activities } from '../contracts/payloads.ts';
import { timed } from './time-limit.ts';

export const advanceInventoryActivity = timed(advance);

async function advance({
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
