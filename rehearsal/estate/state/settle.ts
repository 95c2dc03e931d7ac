import { NEVER } from '../intervals.ts';
import { agentOf } from './agents.ts';
import { denyingAssignment } from './denials.ts';
import { beginEpisode, endEpisode } from './episodes.ts';
import { startOperation } from './operations.ts';
import { powerAt, workDone } from './power.ts';
import { type State, span } from './state.ts';
import { finishTask } from './tasks.ts';
import type { Extension, Machine, Operation, OperationEnd } from './types.ts';

/**
 * Brings a machine up to an instant: operations whose end has passed take effect as of their end, and a
 * policy's reinstall starts as of its due time. Nothing in the estate keeps a timer; reading is what moves it.
 */
export function settle(state: State, machine: Machine, now: number): void {
  if (!state.busy.has(machine)) return;
  for (;;) {
    const next = nextEvent(machine, now);
    if (next === undefined) break;
    if ('operation' in next) finish(state, machine, next.operation, next.end);
    else reinstall(state, machine, next.template, next.at);
  }
  if (machine.pending.length === 0 && machine.reinstalls.length === 0) state.busy.delete(machine);
}

/** Settles every machine that has something open, before a question about all of them. */
export function settleAll(state: State, now: number): void {
  for (const machine of state.busy) settle(state, machine, now);
}

/** How and when an operation ends if nothing more happens to its machine. */
export function foreseeEnd(operation: Operation): OperationEnd {
  const latest = operation.startedAt + operation.limit;
  const done = operation.stuck ? NEVER : doneAt(operation);
  if (done <= latest) {
    return operation.failure === undefined
      ? { at: done, status: 'Succeeded' }
      : { at: done, status: 'Failed', ...operation.failure };
  }
  return { at: latest, status: 'Failed', ...timeout(operation, latest) };
}

/** Work on a machine needs it up; starting, stopping and forgetting it do not. */
function doneAt({ kind, machine, startedAt, need }: Operation): number {
  if (kind === 'start' || kind === 'deallocate' || kind === 'deleteScript' || kind === 'upgrade')
    return startedAt + need;
  return workDone(machine, startedAt, need);
}

/** Which error a time budget that ran out is reported as. Facts file 3.12. */
function timeout({ machine, extension, command }: Operation, at: number): { code: string; message: string } {
  const name = extension?.name ?? command?.name ?? machine.name;
  if (machine.kind === 'arcServer') {
    return {
      code: 'ExtensionOperationTimeout',
      message: `The operation on ${name} timed out: the machine did not answer.`,
    };
  }
  if (powerAt(machine, at) === 'agentNotReady') {
    return {
      code: 'VMAgentStatusCommunicationError',
      message: `VM '${machine.name}' has not reported status for VM agent or extensions.`,
    };
  }
  return {
    code: 'VMExtensionProvisioningTimeout',
    message: `Provisioning of VM extension ${name} has timed out. Extension provisioning has taken too long to complete.`,
  };
}

type Event =
  | { readonly at: number; readonly operation: Operation; readonly end: OperationEnd }
  | { readonly at: number; readonly template: Extension };

function nextEvent(machine: Machine, now: number): Event | undefined {
  let first: Event | undefined;
  for (const operation of machine.pending) {
    const end = foreseeEnd(operation);
    if (end.at <= now && (first === undefined || end.at < first.at)) first = { at: end.at, operation, end };
  }
  for (const due of machine.reinstalls)
    if (due.at <= now && (first === undefined || due.at < first.at)) first = due;
  return first;
}

function finish(state: State, machine: Machine, operation: Operation, end: OperationEnd): void {
  const { extension } = operation;
  operation.end = end;
  machine.pending.splice(machine.pending.indexOf(operation), 1);
  if (extension === undefined) {
    finishTask(state, operation, end);
    return;
  }
  extension.operation = undefined;
  if (machine.kind === 'scaleSet') machine.modelChanges.push(end.at);
  extension.code = end.code;
  extension.message = end.message;
  if (operation.kind === 'remove') {
    // A removal that timed out leaves the extension marked: Azure then allows nothing but another Delete.
    if (end.status === 'Failed') {
      extension.provisioningState = operation.machine.kind === 'azureVm' ? 'Deleting' : 'Failed';
      return;
    }
    machine.extensions.delete(extension.name.toLowerCase());
    endEpisode(machine, extension, end.at);
    scheduleReinstall(state, machine, extension, end.at);
    return;
  }
  extension.provisioningState = end.status;
  if (end.status === 'Succeeded') beginEpisode(state, machine, extension, end.at);
}

function scheduleReinstall(state: State, machine: Machine, extension: Extension, removedAt: number): void {
  const { reinstallAfterSeconds, reinstallTimes } = machine.traits;
  if (
    reinstallAfterSeconds === undefined ||
    agentOf(extension) !== 'legacy' ||
    machine.reinstalled >= reinstallTimes
  )
    return;
  machine.reinstalled += 1;
  machine.reinstalls.push({ at: removedAt + span(state, reinstallAfterSeconds), template: extension });
}

function reinstall(state: State, machine: Machine, template: Extension, at: number): void {
  machine.reinstalls.splice(
    machine.reinstalls.findIndex((due) => due.template === template),
    1,
  );
  const key = template.name.toLowerCase();
  // Whoever brings the agent back writes to ARM as everybody does.
  if (machine.extensions.has(key) || denyingAssignment(state, machine, template) !== undefined) return;
  const extension: Extension = {
    ...template,
    provisioningState: 'Creating',
    markedForDeletion: false,
    operation: undefined,
  };
  machine.extensions.set(key, extension);
  startOperation(state, machine, extension, 'install', at);
}
