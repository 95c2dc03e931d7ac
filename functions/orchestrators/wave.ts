import { earlier } from '../../shared/model/instants.ts';
import type { WaveCell } from '../../shared/model/wave.ts';
import type { CellInput, CellOutput, WaveInput } from '../contracts/payloads.ts';
import { CONTROL_EVENT, ORCHESTRATORS } from '../contracts/payloads.ts';
import {
  callActivity,
  eventTask,
  messageOf,
  now,
  type OrchestrationContext,
  type Steps,
  startSubOrchestration,
  waitForAll,
  waitForEvent,
} from './durable.ts';

/** Rounds after which a wave starts over with an empty history. */
const MAX_ROUNDS = 25;

/**
 * Drives one wave. It keeps no state: each round asks the ledger what to do next and does it, so holds,
 * approvals and aborts are one event away and a wave can be started again at any point.
 */
export function* waveOrchestrator(context: OrchestrationContext): Steps<string | undefined> {
  const input = context.df.getInput() as WaveInput;
  let control = eventTask(context, CONTROL_EVENT);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    try {
      const next = yield* callActivity(context, 'advanceWave', { waveId: input.waveId });
      if (next.kind === 'finished') return 'finished';
      if (next.kind === 'wait') {
        const recheckAt = now(context) + input.recheckSeconds * 1000;
        // An event can be lost in transit: look again now and then, whatever happens.
        if (yield* waitForEvent(context, control, earlier(next.until, recheckAt))) {
          control = eventTask(context, CONTROL_EVENT);
        }
      } else if (next.kind === 'connectors') {
        const { waveId } = input;
        yield* callActivity(context, 'disableConnector', { waveId, workspaceIds: next.workspaceIds });
      } else if (next.kind === 'restore') {
        const { waveId } = input;
        yield* callActivity(context, 'undoConnector', { waveId, workspaceIds: next.workspaceIds });
      } else {
        yield* runCells(context, input, next);
      }
    } catch (error) {
      // Left alone, the wave would try again at once and for ever: a person must look first.
      yield* callActivity(context, 'recordHold', { waveId: input.waveId, reason: messageOf(error) });
    }
  }
  context.df.continueAsNew(input);
  return undefined;
}

/** Runs all cells side by side. Batches report problems instead of failing, so all have ended when they are thrown. */
function* runCells(
  context: OrchestrationContext,
  input: WaveInput,
  { segment, cells, resumedAt }: Pick<CellInput, 'segment' | 'resumedAt'> & { cells: readonly WaveCell[] },
): Steps<void> {
  const tasks = cells.map(({ cell, kind, batches, batchSize }, cellIndex) => {
    const cellInput: CellInput = {
      ...input,
      segment,
      resumedAt,
      cell,
      kind,
      cellIndex,
      batches,
      batchSize,
      from: 0,
      problems: [],
    };
    return startSubOrchestration(context, ORCHESTRATORS.cell, cellInput);
  });
  const results = yield* waitForAll<CellOutput>(context, tasks);
  const problems = results.flatMap((result) => result.problems);
  if (problems.length > 0) throw new Error(problems.join('; '));
}
