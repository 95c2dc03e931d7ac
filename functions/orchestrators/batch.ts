import { type MachineStage, SEGMENTS, STAGE_COST } from '../../shared/model/stages.ts';
import type { BatchInput, BatchOutput } from '../contracts/payloads.ts';
import {
  callActivity,
  messageOf,
  now,
  type OrchestrationContext,
  reserveBudget,
  type Steps,
  sleepUntil,
} from './durable.ts';

/** Looks after which a batch starts over with an empty history. */
const MAX_LOOKS = 60;

/**
 * Takes one batch through the stages of a segment: look, sleep until the next machine is due, look again.
 * It ends early when the wave is held or aborted and nothing of it is in flight; started again, it goes on.
 */
export function* batchOrchestrator(context: OrchestrationContext): Steps<BatchOutput | undefined> {
  const input = context.df.getInput() as BatchInput;
  const stages: readonly MachineStage[] = SEGMENTS[input.segment];
  let { firstLook, pending } = input;
  let looks = 0;
  for (let stageIndex = input.stageIndex; stageIndex < stages.length; stageIndex += 1) {
    const stage = stages[stageIndex] as MachineStage;
    for (;;) {
      const startAt = yield* reserve(context, input, stage, firstLook, pending);
      yield* sleepUntil(context, startAt);
      const run = yield* look(context, input, stage);
      if ('problem' in run) return { halted: false, problem: run.problem };
      firstLook = false;
      if (run.pending === 0) break;
      pending = run.pending;
      if (run.nextAt === null) return { halted: run.halted, problem: null };
      yield* sleepUntil(context, run.nextAt);
      looks += 1;
      if (looks >= MAX_LOOKS) {
        context.df.continueAsNew({ ...input, stageIndex, firstLook, pending });
        return undefined;
      }
    }
    firstLook = true;
    pending = input.pending;
  }
  return { halted: false, problem: null };
}

function* look(context: OrchestrationContext, { waveId, batchId }: BatchInput, stage: MachineStage) {
  try {
    return yield* callActivity(context, stage, { waveId, batchId });
  } catch (error) {
    return { problem: `${stage} of batch ${batchId}: ${messageOf(error)}` };
  }
}

/** Asks the subscription's budget when the requests of the next look may start (D5). */
function* reserve(
  context: OrchestrationContext,
  { cell }: BatchInput,
  stage: MachineStage,
  firstLook: boolean,
  machines: number,
): Steps<number> {
  const cost = firstLook ? STAGE_COST[stage].first : STAGE_COST[stage].again;
  const reservations = Object.entries(cost).map(([limit, count]) => ({
    bucket: limit === 'compute' ? `compute|${cell}` : limit,
    limit,
    count: count * machines,
  }));
  if (reservations.length === 0) return now(context);
  const subscriptionId = cell.split('.')[0] ?? cell;
  return yield* reserveBudget(context, subscriptionId, reservations);
}
