import { dig, text } from '../json.ts';
import { guid } from '../random.ts';
import { setPower } from './power.ts';
import { runScript } from './scripts.ts';
import { drawn, type State, span } from './state.ts';
import type { Machine, Operation, OperationEnd, RunCommand, TaskKind } from './types.ts';

/** Forgetting a run command takes no work on the machine. Own estimate. */
const DELETE_SCRIPT = { min: 5, max: 15 };

/** Opens an operation that is about no extension. */
export function startTask(
  state: State,
  machine: Machine,
  kind: TaskKind,
  at: number,
  command?: RunCommand,
): Operation {
  const { script, power, timeBudget } = state.durations;
  const range = kind === 'runScript' ? script : kind === 'deleteScript' ? DELETE_SCRIPT : power;
  const operation: Operation = {
    id: guid(state.seed, machine.key, command?.name ?? 'machine', kind, at),
    kind,
    machine,
    extension: undefined,
    ...(command === undefined ? {} : { command }),
    startedAt: at,
    need: drawn(state, range, machine.key, kind),
    limit: span(state, timeBudget),
    stuck: false,
    failure: undefined,
    end: undefined,
  };
  if (command !== undefined) command.operation = operation;
  machine.pending.push(operation);
  state.operations.set(operation.id, operation);
  state.busy.add(machine);
  return operation;
}

/** Lets an operation that has ended take effect as of its end. */
export function finishTask(state: State, operation: Operation, end: OperationEnd): void {
  const { kind, machine, command } = operation;
  if (command !== undefined) command.operation = undefined;
  if (kind === 'start') setPower(machine, end.at, 'running');
  if (kind === 'deallocate') setPower(machine, end.at, 'deallocated');
  if (kind === 'deleteScript' && command !== undefined)
    machine.runCommands.delete(command.name.toLowerCase());
  if (kind !== 'runScript' || command === undefined) return;
  command.provisioningState = end.status;
  const times = {
    startTime: new Date(operation.startedAt).toISOString(),
    endTime: new Date(end.at).toISOString(),
  };
  command.view =
    end.status === 'Failed'
      ? { executionState: 'TimedOut', error: end.message ?? '', ...times }
      : {
          ...runScript(state, machine, text(dig(command.properties, 'source', 'script')) ?? '', end.at),
          ...times,
        };
}
