import { type MachineStage, nextLookCost, SEGMENTS } from '../../shared/model/stages.ts';
import type { BatchInput, BatchOutput } from '../contracts/payloads.ts';
import { type Booked, reportLimits, subscriptionOf, waitForBudget } from './budgets.ts';
import { callActivity, messageOf, type OrchestrationContext, type Steps, sleepUntil } from './durable.ts';

/** Looks and requests for a booking after which a batch starts over with an empty history. */
const MAX_ROUNDS = 15;

/**
 * Takes one batch through the stages of a segment: look, sleep until the next machine is due, look again.
 * It ends early when the wave is held or aborted, or was since it began, and nothing of it is in flight; started
 * again, it goes on.
 */
export function* batchOrchestrator(context: OrchestrationContext): Steps<BatchOutput | undefined> {
  const input = context.df.getInput() as BatchInput;
  const stages: readonly MachineStage[] = SEGMENTS[input.segment];
  let { stageIndex, firstLook, pending, inFlight, wanted } = input;
  let rounds = 0;
  for (;;) {
    const stage = stages[stageIndex];
    if (stage === undefined) return { halted: false, problem: null };
    const run = yield* look(context, input, stage, { firstLook, pending, inFlight, wanted });
    if ('problem' in run) return { halted: false, problem: run.problem };
    stageIndex = stages.indexOf(run.stage);
    if (run.pending === 0) {
      stageIndex += 1;
      firstLook = true;
      [pending, inFlight, wanted] = [input.batchSize, 0, {}];
      continue;
    }
    firstLook = false;
    ({ pending, inFlight, wanted } = run);
    if (run.nextAt === null) return { halted: run.halted, problem: null };
    yield* sleepUntil(context, run.nextAt);
    rounds += run.rounds;
    if (rounds >= MAX_ROUNDS) {
      context.df.continueAsNew({ ...input, stageIndex, firstLook, pending, inFlight, wanted });
      return undefined;
    }
  }
}

/** One look within the budget. It never throws: a batch that failed would end its cell while others run. */
function* look(
  context: OrchestrationContext,
  { waveId, batchId, cell, kind, resumedAt }: BatchInput,
  stage: MachineStage,
  { wanted, ...at }: Pick<BatchInput, 'firstLook' | 'pending' | 'inFlight' | 'wanted'>,
) {
  const subscriptionId = subscriptionOf({ cell });
  try {
    const { costs, urgent } = nextLookCost(stage, { kind, ...at, booked: wanted });
    const booking: Booked = yield* waitForBudget(context, { flow: waveId, cell, urgent, costs });
    const run = yield* callActivity(context, stage, {
      ...{ waveId, batchId, subscriptionId, resumedAt },
      booked: wanted,
    });
    reportLimits(context, booking, run.limits);
    return { ...run, rounds: booking.rounds };
  } catch (error) {
    return { problem: `${stage} of batch ${batchId}: ${messageOf(error)}` };
  }
}
