import type { InvocationContext } from '@azure/functions';
import { announceRun } from '../../shared/events/announce.ts';
import { advanceRun } from '../../shared/waves/advance-run.ts';
import { tell } from '../announce.ts';
import { runtime } from '../compose.ts';
import { type Activities, ORCHESTRATORS } from '../contracts/payloads.ts';
import { attendTicket } from '../http/attend-ticket.ts';
import { ensureAlive } from '../http/durable-client.ts';
import { waveInput } from '../http/start-wave.ts';
import { withSystemHold } from './system-hold.ts';

/** Moves a run on; the orchestration of a wave that begins is started here, as a call of the API would. */
export async function advanceRunActivity(
  { runId }: Activities['advanceRun']['input'],
  context: InvocationContext,
): Promise<Activities['advanceRun']['output']> {
  const app = await runtime();
  const { next, begins } = await advanceRun(app, runId);
  if (begins !== null) {
    const input = waveInput(begins, await app.plan(begins.planId));
    await ensureAlive(context, begins.id, ORCHESTRATORS.wave, input);
    await attendTicket(app, context, begins, await app.plan(begins.planId));
  }
  await tell(app, context, () => announceRun(app, runId));
  return next;
}

/** Stops a run whose orchestration ran into trouble it cannot pass; a person resumes it. */
export async function recordRunHoldActivity({
  runId,
  reason,
}: Activities['recordRunHold']['input']): Promise<null> {
  const { ledger, now } = await runtime();
  const since = new Date(now()).toISOString();
  await ledger.planRuns.update(runId, (run) => withSystemHold(run, reason, since));
  return null;
}
