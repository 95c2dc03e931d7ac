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
  waitForAll,
} from './durable.ts';

/** Problems that are carried along; more of the same say nothing new. */
const PROBLEMS_KEPT = 5;

/**
 * Runs the batches of one cell, page by page. A page's batches all start at once: the budget, not their
 * number, decides when each may call Azure (D5), so one that waits long does not stop the others.
 */
export function* cellOrchestrator(context: OrchestrationContext): Steps<CellOutput | undefined> {
  const input = context.df.getInput() as CellInput;
  const end = pageEnd(input.from, input.concurrentBatches, input.batches);
  const problems = [...input.problems, ...(yield* runPage(context, input, end))].slice(0, PROBLEMS_KEPT);
  if (end < input.batches) {
    context.df.continueAsNew({ ...input, from: end, problems });
    return undefined;
  }
  return { problems };
}

function* runPage(context: OrchestrationContext, input: CellInput, end: number): Steps<string[]> {
  const tasks: ReturnType<typeof startSubOrchestration>[] = [];
  for (let batch = input.from; batch < end; batch += 1) {
    tasks.push(startSubOrchestration(context, ORCHESTRATORS.batch, batchInput(input, batch)));
  }
  try {
    const results = yield* waitForAll<BatchOutput>(context, tasks);
    return results.flatMap(({ problem }) => (problem === null ? [] : [problem]));
  } catch (error) {
    return [messageOf(error)];
  }
}

function batchInput(input: CellInput, batch: number): BatchInput {
  return {
    waveId: input.waveId,
    batchId: batchId(input.cellIndex, batch),
    segment: input.segment,
    resumedAt: input.resumedAt,
    cell: input.cell,
    kind: input.kind,
    batchSize: input.batchSize,
    stageIndex: 0,
    firstLook: true,
    pending: input.batchSize,
    inFlight: 0,
    wanted: {},
  };
}
