import { batchId, pageEnd } from '../../shared/model/wave.ts';
import {
  type BatchInput,
  type BatchOutput,
  type CellInput,
  type CellOutput,
  ORCHESTRATORS,
} from '../contracts/payloads.ts';
import {
  messageOf,
  type OrchestrationContext,
  type Steps,
  startSubOrchestration,
  waitForAny,
} from './durable.ts';

/** Batches after which a cell starts over with an empty history. */
const PAGE = 200;

/** Runs the batches of one cell, a limited number at a time: one that waits long does not stop the others. */
export function* cellOrchestrator(context: OrchestrationContext): Steps<CellOutput | undefined> {
  const input = context.df.getInput() as CellInput;
  const end = pageEnd(input.from, PAGE, input.batches);
  const running: ReturnType<typeof startSubOrchestration>[] = [];
  const problems = [...input.problems];
  for (let next = input.from; next < end || running.length > 0; ) {
    while (next < end && running.length < input.concurrentBatches) {
      running.push(startSubOrchestration(context, ORCHESTRATORS.batch, batchInput(input, next)));
      next += 1;
    }
    const { index, problem } = yield* firstOf(context, running);
    running.splice(index, 1);
    if (problem !== null) problems.push(problem);
  }
  if (end < input.batches) {
    context.df.continueAsNew({ ...input, from: end, problems: problems.slice(0, 5) });
    return undefined;
  }
  return { problems: problems.slice(0, 5) };
}

/** The first batch to end; a batch that failed is a problem to report, not the end of its cell. */
function* firstOf(
  context: OrchestrationContext,
  running: ReturnType<typeof startSubOrchestration>[],
): Steps<{ index: number; problem: string | null }> {
  try {
    const winner = yield* waitForAny(context, running);
    const result = winner.result as BatchOutput | undefined;
    const problem = winner.isFaulted ? messageOf(winner.result) : (result?.problem ?? null);
    return { index: running.indexOf(winner), problem };
  } catch (error) {
    const failed = running.findIndex(({ isFaulted }) => isFaulted);
    if (failed < 0) throw error;
    return { index: failed, problem: messageOf(error) };
  }
}

function batchInput(input: CellInput, batch: number): BatchInput {
  return {
    waveId: input.waveId,
    batchId: batchId(input.cellIndex, batch),
    segment: input.segment,
    cell: input.cell,
    stageIndex: 0,
    firstLook: true,
    pending: input.batchSize,
  };
}
