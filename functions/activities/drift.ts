import type { InvocationContext } from '@azure/functions';
import { advanceDrift, failDrift } from '../../shared/drift/advance.ts';
import { inventoryOf } from '../../shared/drift/start-run.ts';
import { runtime } from '../compose.ts';
import { type Activities, ORCHESTRATORS } from '../contracts/payloads.ts';
import { emitDriftFound } from '../events/emit.ts';
import { remedyByItself } from '../http/drift-remedies.ts';
import { ensureAlive } from '../http/durable-client.ts';
import { discoveryInput } from '../http/inventories.ts';

/** How often it is asked whether the inventory of a run is there. */
const INVENTORY_POLL_SECONDS = 30;

/** Moves a drift check on; its inventory and the waves of its remedies are started here, as a call of the API would. */
export async function advanceDriftActivity(
  { driftId }: Activities['advanceDrift']['input'],
  context: InvocationContext,
): Promise<Activities['advanceDrift']['output']> {
  const app = await runtime();
  const next = await advanceDrift(app, driftId);
  switch (next.kind) {
    case 'inventory': {
      const run = await app.ledger.drift.get(driftId);
      if (run === undefined) throw new Error(`drift run ${driftId} is not in the ledger`);
      const inventory = await inventoryOf(app, run);
      if (inventory.status !== 'running') return { kind: 'again' };
      const input = discoveryInput(app, inventory);
      await ensureAlive(context, inventory.id, ORCHESTRATORS.discovery, input);
      return { kind: 'wait', seconds: INVENTORY_POLL_SECONDS };
    }
    case 'remedy':
      await remedyByItself(app, context, driftId, next.index);
      return { kind: 'again' };
    case 'finish':
      await emitDriftFound(app, context, driftId);
      return { kind: 'finish' };
    case 'again':
      return next;
  }
}

/** Ends a check whose orchestration ran into trouble it cannot pass. */
export async function failDriftRunActivity(
  { driftId, problem }: Activities['failDriftRun']['input'],
  context: InvocationContext,
): Promise<null> {
  const app = await runtime();
  await failDrift(app, driftId, problem);
  await emitDriftFound(app, context, driftId);
  return null;
}
