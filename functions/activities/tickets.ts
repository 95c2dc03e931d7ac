import type { InvocationContext } from '@azure/functions';
import { syncTicket } from '../../shared/tickets/sync.ts';
import { runtime } from '../compose.ts';
import type { Activities } from '../contracts/payloads.ts';
import { wakeWave } from '../http/wave-control.ts';

/** Brings a wave and its ticket together; a wave that was approved or stopped by it looks at once. */
export async function syncTicketActivity(
  { waveId, problem }: Activities['syncTicket']['input'],
  context: InvocationContext,
): Promise<Activities['syncTicket']['output']> {
  const app = await runtime();
  const { ledger, now, plan, settings, tickets } = app;
  const { wokeWave, ...synced } = await syncTicket(
    { ledger, now, plan, pollSeconds: settings.ticketPollSeconds, openDesk: tickets.openDesk },
    waveId,
    problem,
  );
  const wave = wokeWave ? (await ledger.waves.get(waveId))?.wave : undefined;
  if (wave !== undefined) await wakeWave(context, wave, await plan(wave.planId));
  return synced;
}
