import type { DriftInput } from '../contracts/payloads.ts';
import {
  callActivity,
  messageOf,
  now,
  type OrchestrationContext,
  type Steps,
  sleepUntil,
} from './durable.ts';

/** Looks after which a run starts over with an empty history. */
const MAX_LOOKS = 100;

/** Drives a drift check, a bounded piece of work a look; where it stands is in its record. */
export function* driftOrchestrator(context: OrchestrationContext): Steps<string | undefined> {
  const input = context.df.getInput() as DriftInput;
  const { driftId } = input;
  try {
    for (let look = 0; look < MAX_LOOKS; look += 1) {
      const next = yield* callActivity(context, 'advanceDrift', { driftId });
      if (next.kind === 'finish') return 'finished';
      if (next.kind === 'wait') yield* sleepUntil(context, now(context) + next.seconds * 1000);
    }
  } catch (error) {
    yield* callActivity(context, 'failDriftRun', { driftId, problem: messageOf(error) });
    return 'failed';
  }
  context.df.continueAsNew(input);
  return undefined;
}
