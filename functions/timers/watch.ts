import type { InvocationContext, Timer } from '@azure/functions';
import { activeRun } from '../../shared/drift/start-run.ts';
import type { Wave } from '../../shared/model/wave.ts';
import { watchWave } from '../../shared/waves/checks/watch.ts';
import { type Runtime, runtime } from '../compose.ts';
import { CONTROL_EVENT, ORCHESTRATORS } from '../contracts/payloads.ts';
import { attendTicket } from '../http/attend-ticket.ts';
import { ensureAlive, raise } from '../http/durable-client.ts';
import { discoveryInput } from '../http/inventories.ts';
import { planRunInput } from '../http/plan-run-view.ts';
import { waveInput } from '../http/start-wave.ts';
import { sealTrails } from './seal-trails.ts';
import { isToldOf, standingOf } from './standing.ts';
import { watchEvents } from './watch-events.ts';

/**
 * Watches what has not ended: a wave, a run, an inventory or a drift check whose orchestration was never started, or
 * died, goes on from its record. A lost wake-up needs no watching, because a wave that waits looks at its record now
 * and then. Tells what nobody told, and seals the audit trails on the way. The waves are read once for all of it.
 */
export async function watch(_timer: Timer, context: InvocationContext): Promise<void> {
  const app = await runtime();
  const waves = await app.ledger.waves.list();
  await watchWaves(app, context, waves);
  await watchTickets(app, context, waves);
  await watchPlanRuns(app, context);
  await watchInventories(app, context);
  await watchDrift(app, context);
  await watchEvents(app, context, waves);
  await sealTrails(app, context, { waves });
}

async function watchWaves(app: Runtime, context: InvocationContext, waves: readonly Wave[]): Promise<void> {
  const { plan } = app;
  for (const wave of waves) {
    if (isToldOf(wave, app.now())) {
      const standing = await attend(context, wave.id, () => standingOf(app, wave));
      if (standing !== undefined) context.log(standing);
    }
    if (wave.step === 'finished') continue;
    const isChanged = await attend(context, wave.id, async () =>
      watchWave(app, wave, await plan(wave.planId)),
    );
    if (isChanged === true) context.log('checks changed the holds of a wave', { waveId: wave.id });
    const result = await attend(context, wave.id, async () => {
      const input = waveInput(wave, await plan(wave.planId));
      return ensureAlive(context, wave.id, ORCHESTRATORS.wave, input);
    });
    if (isChanged === true && result === 'alive') await raise(context, wave.id, CONTROL_EVENT);
    if (result === 'started')
      context.warn('a wave had no live orchestration and was started', { waveId: wave.id });
  }
}

/** Tickets outlive their waves until they are closed; waves that are under way may lack one. */
async function watchTickets(app: Runtime, context: InvocationContext, waves: readonly Wave[]): Promise<void> {
  const open = new Set((await app.ledger.tickets.open()).map(({ waveId }) => waveId));
  for (const wave of waves) {
    if (wave.step === 'finished' && !open.has(wave.id)) continue;
    const result = await attend(context, wave.id, async () =>
      attendTicket(app, context, wave, await app.plan(wave.planId)),
    );
    if (result === 'started')
      context.warn('a ticket had no live orchestration and was started', { waveId: wave.id });
  }
}

async function watchPlanRuns({ ledger, plan }: Runtime, context: InvocationContext): Promise<void> {
  for (const run of await ledger.planRuns.unfinished()) {
    const result = await attend(context, run.id, async () =>
      ensureAlive(context, run.id, ORCHESTRATORS.planRun, planRunInput(run, await plan(run.planId))),
    );
    if (result === 'started')
      context.warn('a run of a plan had no live orchestration and was started', { runId: run.id });
  }
}

async function watchInventories(app: Runtime, context: InvocationContext): Promise<void> {
  for (const inventory of await app.ledger.inventories.running()) {
    const { id } = inventory;
    const result = await attend(context, id, () =>
      ensureAlive(context, id, ORCHESTRATORS.discovery, discoveryInput(app, inventory)),
    );
    if (result === 'started')
      context.warn('an inventory had no live orchestration and was started', { inventoryId: id });
  }
}

async function watchDrift({ ledger }: Runtime, context: InvocationContext): Promise<void> {
  const active = await activeRun(ledger);
  if (active === undefined) return;
  const { id } = active;
  const result = await attend(context, id, () =>
    ensureAlive(context, id, ORCHESTRATORS.drift, { driftId: id }),
  );
  if (result === 'started')
    context.warn('a drift check had no live orchestration and was started', { driftId: id });
}

/** One that cannot be watched must not keep the others from being watched. */
async function attend<T>(
  context: InvocationContext,
  instanceId: string,
  look: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    context.warn('an orchestration could not be watched', { instanceId, error: String(error) });
    return undefined;
  }
}
