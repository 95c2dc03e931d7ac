import type { InvocationContext, Timer } from '@azure/functions';
import { activeRun, createRun } from '../../shared/drift/start-run.ts';
import { runtime } from '../compose.ts';
import { ORCHESTRATORS } from '../contracts/payloads.ts';
import { startOrchestration } from '../http/durable-client.ts';

/** The nightly drift check: one run a day, however often the timer fires, and none beside one that has not ended. */
export async function checkDrift(_timer: Timer, context: InvocationContext): Promise<void> {
  const app = await runtime();
  const active = await activeRun(app.ledger);
  const id = `drift-${new Date(app.now()).toISOString().slice(0, 10).replaceAll('-', '')}`;
  if (active !== undefined && active.id !== id) {
    context.warn('no drift check was started: another has not ended', { driftId: active.id });
    return;
  }
  // Nothing was migrated yet: there is nothing it could have drifted from.
  if ((await app.ledger.waves.list()).every(({ step, dryRun }) => dryRun || step !== 'finished')) return;
  await createRun(app, { id, by: 'drift timer', startKey: null });
  await startOrchestration(context, ORCHESTRATORS.drift, id, { driftId: id });
  context.log('a drift check was started', { driftId: id });
}
