import { CONTROL_EVENT, type DeliverInput } from '../contracts/payloads.ts';
import {
  callActivity,
  eventTask,
  now,
  type OrchestrationContext,
  type Steps,
  sleepUntil,
  waitForEvent,
} from './durable.ts';

/** Looks after which a delivery starts over with an empty history. */
const MAX_LOOKS = 25;
/** How long it stays after its last event: news come in bursts, and one that lives is woken for less. */
const LINGER_MS = 60_000;
/** How long it rests when its look fails for good: a bug or an outage, which others report. */
const REST_MS = 300_000;

/** Delivers one stream of events to one subscription, in order; what is sent and when is up to the activity. */
export function* deliverOrchestrator(context: OrchestrationContext): Steps<string | undefined> {
  const input = context.df.getInput() as DeliverInput;
  let control = eventTask(context, CONTROL_EVENT);
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    try {
      const next = yield* callActivity(context, 'deliverEvents', input);
      if (next.kind === 'again' && next.at === null) continue;
      const until = next.kind === 'again' ? next.at : null;
      const isWoken = yield* waitForEvent(context, control, until ?? now(context) + LINGER_MS);
      if (isWoken) control = eventTask(context, CONTROL_EVENT);
      else if (next.kind === 'idle') return 'delivered';
    } catch {
      yield* sleepUntil(context, now(context) + REST_MS);
    }
  }
  context.df.continueAsNew(input);
  return undefined;
}
