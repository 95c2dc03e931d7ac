import type { RegisteredFunction } from '../entry.ts';
import type { Invoke } from '../invoke.ts';
import type { Action } from './actions.ts';
import { longTimers } from './long-timers.ts';
import type { InstanceRow } from './rows.ts';

/** What one replay of an orchestrator came to. */
export interface ReplayResult {
  /** Undefined when the function failed before it could report any. */
  readonly actions: readonly Action[] | undefined;
  readonly done: boolean;
  readonly output: string | null;
  readonly error: string | undefined;
  readonly customStatus: string | undefined;
}

interface OrchestratorState {
  readonly isDone: boolean;
  readonly actions: readonly (readonly Action[])[];
  readonly output?: unknown;
  readonly error?: string;
  readonly customStatus?: unknown;
}

/** Marks the state inside the message of a failed orchestrator. */
const stateLabel = '$OutOfProcData$:';

/** Replays an orchestrator from scratch over `history` (JSON texts) through the library's own code. */
export async function replay(
  invoke: Invoke,
  fn: RegisteredFunction,
  row: InstanceRow,
  history: readonly string[],
  isReplaying: boolean,
): Promise<ReplayResult> {
  const fields = {
    instanceId: row.id,
    isReplaying,
    parentInstanceId: row.parentId,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: 2,
    longRunningTimerIntervalDuration: longTimers.intervalText,
    maximumShortTimerDuration: longTimers.maximumText,
    defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
  };
  const head = JSON.stringify(fields).slice(0, -1);
  const json = `${head},"input":${row.input ?? 'null'},"history":[${history.join(',')}]}`;
  try {
    const { result } = await invoke({ fn, data: { string: json }, instanceId: row.id });
    return read(result as OrchestratorState);
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    const label = message.indexOf(stateLabel);
    if (label < 0) {
      return { actions: undefined, done: true, output: null, error: message, customStatus: undefined };
    }
    const state = JSON.parse(message.slice(label + stateLabel.length)) as OrchestratorState;
    // The library drops the text of a thrown value that is no Error; Azure then waits for ever.
    return { ...read(state), error: state.error ?? 'The orchestrator threw a value without a message.' };
  }
}

function read(state: OrchestratorState): ReplayResult {
  const { customStatus } = state;
  return {
    actions: state.actions[0] ?? [],
    done: state.isDone,
    output: JSON.stringify(state.output) ?? null,
    error: state.error,
    customStatus:
      customStatus === undefined || customStatus === null ? undefined : JSON.stringify(customStatus),
  };
}
