import { CONTROL_EVENT, type TicketInput } from '../contracts/payloads.ts';
import {
  callActivity,
  eventTask,
  messageOf,
  now,
  type OrchestrationContext,
  type Steps,
  waitForEvent,
} from './durable.ts';

/** Rounds after which a ticket starts over with an empty history. */
const MAX_ROUNDS = 50;
const AFTER_FAILURE_MS = 900_000;

/**
 * Keeps the ticket of a wave in step with it. It has no state and stops no wave: what it cannot do now it does later,
 * and the ticket's record says what the trouble is.
 */
export function* ticketOrchestrator(context: OrchestrationContext): Steps<string | undefined> {
  const input = context.df.getInput() as TicketInput;
  let control = eventTask(context, CONTROL_EVENT);
  let problem: string | null = null;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    let until: string | number = now(context) + AFTER_FAILURE_MS;
    try {
      const synced = yield* callActivity(context, 'syncTicket', { waveId: input.waveId, problem });
      if (synced.kind === 'finished') return 'finished';
      until = synced.until;
      problem = null;
    } catch (error) {
      problem = messageOf(error);
    }
    if (yield* waitForEvent(context, control, until)) control = eventTask(context, CONTROL_EVENT);
  }
  context.df.continueAsNew(input);
  return undefined;
}
