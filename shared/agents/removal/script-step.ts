import type { WaveMachine } from '../../ledger/waves.ts';
import { blocked, type Outcome, waiting } from '../../model/outcome.ts';
import type { RemovalProgress, ScriptAction } from '../../model/removal.ts';
import { type Decision, later, type StageContext } from '../../waves/stage.ts';
import { outcomeOfTrouble } from '../../waves/trouble-outcome.ts';
import type { RunCommand, RunCommandGateway } from '../gateway.ts';
import { followOperation, operationStarted } from '../operation-step.ts';
import { readScriptResult, runCommandName, type ScriptReading, scriptFor } from './script.ts';
import type { RemovalTask } from './tasks.ts';

type ScriptTask = Extract<RemovalTask, { kind: 'runScript' }>;

/** Starts a task's script, or goes on with the run command that an earlier look left behind. */
export async function runScript(
  runCommands: RunCommandGateway,
  context: StageContext,
  machine: WaveMachine,
  task: ScriptTask,
  before: unknown,
): Promise<Decision> {
  const { planned } = machine;
  const machineId = planned.id;
  const name = runCommandName(context.waveId, machineId, task.action);
  if (!context.dryRun) {
    const left = await collectCommand(runCommands, context, machine, name, task.action);
    if (left !== undefined) return left;
  }
  const script = scriptFor(planned.os, task.action, task.workspaces);
  const target = task.action === 'detach' ? ` from ${task.workspaces.join(', ')}` : '';
  return {
    machineId,
    intent: `run ${script.file} (sha256 ${script.digest}) as run command ${name}: ${task.action}${target}`,
    before,
    change: { kind: 'runScript', extension: name },
    undo: task.action === 'detach' ? { detached: task.workspaces } : { manualInstall: true },
    async act() {
      const started = await runCommands.start(planned, name, script.text);
      if (!started.ok) {
        return { machineId, outcome: outcomeOfTrouble(context, started.trouble), patch: { operation: null } };
      }
      return operationStarted(context, machineId, 'runScript', name, started.value);
    },
  };
}

/** What the script in flight came to; undefined: there is no such run command, so nothing was started. */
export async function collectScript(
  runCommands: RunCommandGateway,
  context: StageContext,
  machine: WaveMachine,
): Promise<Decision | undefined> {
  const name = machine.record.operation?.extension ?? '';
  const action = (['remove', 'detach'] as const).find(
    (candidate) => name === runCommandName(context.waveId, machine.planned.id, candidate),
  );
  return action === undefined ? undefined : collectCommand(runCommands, context, machine, name, action);
}

async function collectCommand(
  runCommands: RunCommandGateway,
  context: StageContext,
  machine: WaveMachine,
  name: string,
  action: ScriptAction,
): Promise<Decision | undefined> {
  const machineId = machine.planned.id;
  const command = await runCommands.read(machine.planned, name);
  if (!command.ok) {
    return { machineId, step: { machineId, outcome: outcomeOfTrouble(context, command.trouble) } };
  }
  if (command.value === undefined) return undefined;
  if (command.value.state === 'running') {
    return { machineId, step: followOperation(context, machine, 'runScript', name) };
  }
  return cleanUp(runCommands, context, machine, name, command.value, readScriptResult(command.value, action));
}

/**
 * Takes the result into the record and deletes the run command. Killed in between, the script is run again, and
 * finds its work done.
 */
function cleanUp(
  runCommands: RunCommandGateway,
  context: StageContext,
  { planned, record }: WaveMachine,
  name: string,
  command: RunCommand,
  reading: ScriptReading,
): Decision {
  const machineId = planned.id;
  const said = reading.ok
    ? reading.result
    : { unexpected: reading.why, output: command.output.slice(0, 500) };
  return {
    machineId,
    intent: `run command ${name} ended: ${reading.ok ? reading.result.result : 'no known result'}; delete it`,
    before: { script: said },
    change: { kind: 'deleteScript', extension: name },
    async act() {
      const removal = progressAfter(record.removal, reading);
      const started = await runCommands.remove(planned, name);
      if (!started.ok) {
        const outcome = outcomeOfTrouble(context, started.trouble);
        return { machineId, outcome, patch: { operation: null } };
      }
      const step = operationStarted(context, machineId, 'deleteScript', name, started.value);
      const outcome = outcomeOfScript(context, reading) ?? step.outcome;
      return { ...step, outcome, patch: { ...step.patch, removal } };
    },
  };
}

function progressAfter(known: RemovalProgress | undefined, reading: ScriptReading): RemovalProgress {
  if (!reading.ok) return { ...known };
  const { result, reason } = reading.result;
  const scom = result === 'refused' && reason === 'scomAttached';
  return { ...known, script: reading.result, ...(scom ? { scomFound: true } : {}) };
}

/** Where a script leaves a machine; undefined: the next look goes on. */
export function outcomeOfScript(context: StageContext, reading: ScriptReading): Outcome | undefined {
  if (!reading.ok) return blocked('unexpectedOutput', reading.why);
  const { action, result, reason } = reading.result;
  if (result === 'failed' && reason === 'packageManagerLocked') {
    return waiting('packageManagerLocked', later(context, context.policy.waitPollSeconds));
  }
  // What the plan then says of an agent that Operations Manager needs is worked out anew.
  if (result === 'refused' && reason === 'scomAttached') return undefined;
  if (result === 'failed' || result === 'refused') return blocked('scriptFailed', `${action}: ${reason}`);
  return undefined;
}
