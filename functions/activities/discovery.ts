import type { InvocationContext } from '@azure/functions';
import { recordFleet } from '../../shared/digest/make-digest.ts';
import { announceInventory } from '../../shared/events/announce.ts';
import { advanceInventory } from '../../shared/inventory/advance.ts';
import { tell } from '../announce.ts';
import { runtime } from '../compose.ts';
import type { Activities } from '../contracts/payloads.ts';
import { timed } from './time-limit.ts';

export const advanceInventoryActivity = timed(advance);

async function advance(
  { inventoryId, cursor }: Activities['advanceInventory']['input'],
  context: InvocationContext,
): Promise<Activities['advanceInventory']['output']> {
  const app = await runtime();
  const look = await advanceInventory(
    { ...app, heartbeatDays: app.settings.discoveryHeartbeatDays },
    inventoryId,
    cursor,
  );
  if (look.cursor.phase === 'done') {
    const inventory = await app.ledger.inventories.get(inventoryId);
    if (inventory !== undefined) await recordFleet(app.ledger, inventory);
    await tell(app, context, () => announceInventory(app, inventoryId));
  }
  return look;
}

export async function failInventoryActivity(
  { inventoryId, problem }: Activities['failInventory']['input'],
  context: InvocationContext,
): Promise<null> {
  const app = await runtime();
  const { ledger, now } = app;
  const completedAt = new Date(now()).toISOString();
  const failed = await ledger.inventories.update(inventoryId, (current) => ({
    ...current,
    status: 'failed',
    problem,
    completedAt,
  }));
  if (failed !== undefined) await ledger.inventories.dropRaw(inventoryId);
  await tell(app, context, () => announceInventory(app, inventoryId));
  return null;
}
