import { lookCost, type MachineStage, SEGMENTS } from '../../shared/model/stages.ts';
import type { BatchInput, BatchOutput } from '../contracts/payloads.ts';
import {
  callActivity,
  messageOf,
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
      const run = yield* look(context, input, stage, { firstLook, pending });
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

/** One look within the budget. It never throws: a batch that failed would end its cell while others run. */
function* look(
  context: OrchestrationContext,
  input: BatchInput,
  stage: MachineStage,
  at: { firstLook: boolean; pending: number },
) {
  const { waveId, batchId } = input;
  try {
    yield* waitForBudget(context, input, stage, at.firstLook, at.pending);
    return yield* callActivity(context, stage, { waveId, batchId });
  } catch (error) {
    return { problem: `${stage} of batch ${batchId}: ${messageOf(error)}` };
  }
}

/** Waits until the budgets allow the requests of the next look (D5). */
function* waitForBudget(
  context: OrchestrationContext,
  { cell, kind }: BatchInput,
  stage: MachineStage,
  firstLook: boolean,
  machines: number,
): Steps<void> {
  const costs = lookCost(stage, firstLook, { kind, machines }).map(({ limit, count }) => ({
    bucket: limit === 'compute' ? `compute|${cell}` : limit,
    limit,
    count,
  }));
  // The query API counts by user, whatever the subscription; ARM, the scarcer, is booked last and at once.
  const queries = costs.filter(({ limit }) => limit === 'queries');
  const requests = costs.filter(({ limit }) => limit !== 'queries');
  if (queries.length > 0) yield* sleepUntil(context, yield* reserveBudget(context, 'queries', queries));
  if (requests.length === 0) return;
  const subscriptionId = cell.split('.')[0] ?? cell;
  yield* sleepUntil(context, yield* reserveBudget(context, subscriptionId, requests));
}
