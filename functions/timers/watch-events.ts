import type { InvocationContext } from '@azure/functions';
import { announceInventory, announceRun, announceWave } from '../../shared/events/announce.ts';
import { hasTurn } from '../../shared/events/deliver.ts';
import { subscribers } from '../../shared/events/subscribers.ts';
import { deliveryId, type Subscription } from '../../shared/model/subscription.ts';
import type { Wave } from '../../shared/model/wave.ts';
import { tell } from '../announce.ts';
import type { Runtime } from '../compose.ts';
import { ORCHESTRATORS } from '../contracts/payloads.ts';
import { ensureAlive } from '../http/durable-client.ts';

/** What ended longer ago has been told of. */
const ENDED_MS = 86_400_000;
/** A stream that was written to since may get more at once. */
const QUIET_MS = 600_000;
/** How long a dead letter is in the telemetry, so that an alert sees it and then rests. */
const TOLD_MS = 3_600_000;

/** Finds news that nobody told, and deliveries that nobody drives: of a process that died, of a wake-up that was lost. */
export async function watchEvents(
  app: Runtime,
  context: InvocationContext,
  waves: readonly Wave[],
): Promise<void> {
  try {
    await tellAll(app, context, waves);
    const all = await subscribers(app);
    await driveAll(app, context, all);
    tellStandings(app, context, all);
  } catch (error) {
    context.warn('events could not be watched', { error: String(error) });
  }
}

async function tellAll(app: Runtime, context: InvocationContext, waves: readonly Wave[]): Promise<void> {
  const { ledger, now } = app;
  const since = now() - ENDED_MS;
  const isOpen = (endedAt: string | null | undefined) => endedAt == null || Date.parse(endedAt) > since;
  for (const { id, finishedAt, rollback } of waves)
    if (isOpen(finishedAt) || isOpen(rollback === undefined ? finishedAt : rollback.finishedAt))
      await tell(app, context, () => announceWave(app, id));
  for (const { id, finishedAt } of await ledger.planRuns.all())
    if (isOpen(finishedAt)) await tell(app, context, () => announceRun(app, id));
  for (const { id, status, completedAt } of await ledger.inventories.list())
    if (status !== 'running' && isOpen(completedAt))
      await tell(app, context, () => announceInventory(app, id));
}

/** Streams that somebody has not got the end of go on; those that all are through with are looked at no more. */
async function driveAll(
  { ledger, now }: Runtime,
  context: InvocationContext,
  all: readonly Subscription[],
): Promise<void> {
  for (const stream of await ledger.events.streams()) {
    const { entry } = stream;
    if (!entry.open) continue;
    let pending = false;
    for (const subscription of all) {
      if (!(await hasTurn(ledger, subscription, entry.stream))) continue;
      pending = true;
      const input = { subscriptionId: subscription.id, stream: entry.stream };
      await ensureAlive(context, deliveryId(subscription.id, entry.stream), ORCHESTRATORS.deliver, input);
    }
    if (!pending && now() - Date.parse(entry.at) > QUIET_MS) await ledger.events.close(stream);
  }
}

/** How subscriptions stand that events were lost to, as one line of JSON each: an alert of `infra/` reads it. */
function tellStandings({ now }: Runtime, context: InvocationContext, all: readonly Subscription[]): void {
  for (const { id, disabled, lastDeadLetterAt } of all) {
    if (lastDeadLetterAt === null || now() - Date.parse(lastDeadLetterAt) > TOLD_MS) continue;
    const standing = { subscriptionId: id, disabled: disabled !== null, lastDeadLetterAt };
    context.log(JSON.stringify({ event: 'subscriptionStanding', ...standing }));
  }
}
