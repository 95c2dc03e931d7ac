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
    const next = yield* callActivity(context, 'advanceWave', { waveId: input.waveId });
    switch (next.kind) {
      case 'finished':
        return 'finished';
      case 'wait': {
        const recheckAt = now(context) + input.recheckSeconds * 1000;
        // An event can be lost in transit: look again now and then, whatever happens.
        if (yield* waitForEvent(context, control, earlier(next.until, recheckAt))) {
          control = eventTask(context, CONTROL_EVENT);
        }
        break;
      }
      case 'connectors':
        yield* callActivity(context, 'disableConnector', {
          waveId: input.waveId,
          workspaceIds: next.workspaceIds,
        });
        break;
      case 'run': {
        const problems = yield* runCells(context, input, next.segment, next.cells);
        if (problems.length > 0) {
          // Left alone, the wave would try again at once and for ever: a person must look first.
          yield* callActivity(context, 'recordHold', { waveId: input.waveId, reason: problems.join('; ') });
        }
        break;
      }
    }
  }
  context.df.continueAsNew(input);
  return undefined;
}

function* runCells(
  context: OrchestrationContext,
  input: WaveInput,
  segment: CellInput['segment'],
  cells: readonly WaveCell[],
): Steps<string[]> {
  const tasks = cells.map(({ cell, kind, batches }, cellIndex) => {
    const cellInput: CellInput = { ...input, segment, cell, kind, cellIndex, batches, from: 0, problems: [] };
    return startSubOrchestration(context, ORCHESTRATORS.cell, cellInput);
  });
  try {
    const results = yield* waitForAll<CellOutput>(context, tasks);
    return results.flatMap(({ problems }) => problems);
  } catch (error) {
    return [messageOf(error)];
  }
}
