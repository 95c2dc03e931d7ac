import { earlier } from '../../shared/model/instants.ts';
import { CONTROL_EVENT, type PlanRunInput } from '../contracts/payloads.ts';
import {
  callActivity,
  eventTask,
  messageOf,
  now,
  type OrchestrationContext,
  type Steps,
  waitForEvent,
} from './durable.ts';

/** Rounds after which a run starts over with an empty history. */
const MAX_ROUNDS = 25;

/**
 * Drives a whole plan, wave after wave. It keeps no state and runs no wave itself: waves have orchestrations
 * of their own, and each round asks the ledger how far the run has come.
 */
export function* planRunOrchestrator(context: OrchestrationContext): Steps<string | undefined> {
  const input = context.df.getInput() as PlanRunInput;
  const { runId } = input;
  let control = eventTask(context, CONTROL_EVENT);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    try {
      const next = yield* callActivity(context, 'advanceRun', { runId });
      if (next.kind === 'finish') return 'finished';
      const recheckAt = now(context) + input.recheckSeconds * 1000;
      if (yield* waitForEvent(context, control, earlier(next.until, recheckAt))) {
        control = eventTask(context, CONTROL_EVENT);
      }
    } catch (error) {
      // Left alone, it would try again at once and for ever: a person must look first.
      yield* callActivity(context, 'recordRunHold', { runId, reason: messageOf(error) });
    }
  }
  context.df.continueAsNew(input);
  return undefined;
}
