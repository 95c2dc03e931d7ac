import type { InvocationContext } from '@azure/functions';
import { type Plan, policyOfWave } from '../../shared/model/plan.ts';
import type { Wave } from '../../shared/model/wave.ts';
import { newTicket, ticketInstance } from '../../shared/tickets/correlation.ts';
import type { Runtime } from '../compose.ts';
import { ORCHESTRATORS } from '../contracts/payloads.ts';
import { ensureAlive } from './durable-client.ts';
import { Problem } from './problem.ts';

type App = Pick<Runtime, 'ledger' | 'now'>;

/** Has the ticket of a wave looked after, if its plan wants one: its record is there, and its orchestration alive. */
export async function attendTicket(
  { ledger, now }: App,
  context: InvocationContext,
  wave: Wave,
  plan: Plan,
): Promise<'none' | 'alive' | 'started'> {
  const { ticket } = policyOfWave(plan, wave.index);
  if (ticket === undefined || wave.dryRun) return 'none';
  const known = await ledger.tickets.get(wave.id);
  if (known === undefined)
    await ledger.tickets.create(newTicket(wave, ticket.desk, new Date(now()).toISOString()));
  else if (known.closed !== null) return 'none';
  const input = { waveId: wave.id };
  return ensureAlive(context, ticketInstance(wave.id), ORCHESTRATORS.ticket, input);
}

/** Refuses a wave whose ticket nobody could open. */
export function requireDesk({ settings }: Pick<Runtime, 'settings'>, plan: Plan, index: number): void {
  const desk = policyOfWave(plan, index).ticket?.desk;
  if (desk === undefined || desk === settings.ticketDesk) return;
  throw new Problem(
    'deskNotConfigured',
    `The plan wants a ticket at ${desk}, and AMA_TICKET_DESK is ${settings.ticketDesk}.`,
  );
}
