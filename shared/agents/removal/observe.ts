import type { WaveMachine } from '../../ledger/waves.ts';
import { isCompanion, isLegacyExtension } from '../../model/agents.ts';
import { blocked, type Outcome, waiting } from '../../model/outcome.ts';
import { type Decision, later, type StageContext, type StageStep } from '../../waves/stage.ts';
import { outcomeOfTrouble } from '../../waves/trouble-outcome.ts';
import type { MachineState } from '../gateway.ts';
import { followOperation, lookAtOperation } from '../operation-step.ts';
import type { UninstallDependencies } from './dependencies.ts';
import { reachObstacle } from './obstacle.ts';
import { collectScript } from './script-step.ts';
import { nextTask, type RemovalTask } from './tasks.ts';

/** A machine on which something of the legacy agent is left to do and nothing is under way. */
export interface Candidate {
  readonly machine: WaveMachine;
  readonly state: MachineState;
}

/**
 * First look at a machine: follows what is under way, reads what is there, and settles machines that have
 * nothing left to do or cannot be reached.
 */
export async function observe(
  dependencies: UninstallDependencies,
  context: StageContext,
  machine: WaveMachine,
): Promise<Decision | Candidate> {
  const { planned, record } = machine;
  const machineId = planned.id;
  const settled = (step: StageStep): Decision => ({ machineId, step });

  const looked = await lookAtOperation(context, dependencies.machines, machine);
  if (looked !== 'unknown' && looked !== 'finished') return settled(overdue(context, machine, looked));
  if (looked === 'finished' && wasTheLast(context, machine)) return settled(gone(context, machine, false));
  if (record.operation?.kind === 'runScript') {
    const collected = await collectScript(dependencies.runCommands, context, machine);
    if (collected !== undefined) {
      return 'step' in collected ? settled(overdue(context, machine, collected.step)) : collected;
    }
  }

  const state = await dependencies.machines.read(planned);
  if (!state.ok) return settled({ machineId, outcome: outcomeOfTrouble(context, state.trouble) });
  const task = taskOf(context, machine, state.value, false);
  if (task.kind === 'finished') return settled(gone(context, machine, task.agentStays));
  const deleting = state.value.extensions.find(
    (extension) => isOurs(extension) && extension.provisioningState === 'Deleting',
  );
  if (deleting !== undefined) {
    const step = followOperation(context, machine, 'deleteExtension', deleting.name);
    return settled(overdue(context, machine, step));
  }
  if (task.kind === 'waitForExtension') {
    const { name, provisioningState } = task.extension;
    return settled(wait(context, machineId, 'extensionTransitioning', `${name} is ${provisioningState}`));
  }
  // Data of a machine that is down is not worth judging; whether the app may start it is decided later.
  const unreachable = reachObstacle(state.value);
  if (unreachable !== undefined && !mayStart(context, state.value)) {
    return settled(wait(context, machineId, unreachable));
  }
  return { machine, state: state.value };
}

/** What is next on a machine, as far as its record and its state tell. */
export function taskOf(
  context: StageContext,
  { planned, record }: WaveMachine,
  state: MachineState,
  scomHeard: boolean,
): RemovalTask {
  return nextTask({
    planned,
    extensions: state.extensions,
    progress: record.removal,
    scomHeard,
    policy: context.policy,
    customerIdOf: (id) => context.workspaces.get(id)?.customerId.toLowerCase(),
  });
}

/** Whether the policy lets the app start this VM, and it is one that starting helps. */
export function mayStart({ policy, dryRun }: StageContext, { deallocated }: MachineState): boolean {
  return policy.removal.startDeallocated && !dryRun && deallocated === true;
}

/** The step of a machine whose agent is gone, or stays without the workspaces it was to leave. */
export function gone(context: StageContext, { record }: WaveMachine, agentStays: boolean): StageStep {
  const { operation, removal, machineId, legacyExtensions } = record;
  const byScript = removal?.script !== undefined && removal.script.result !== 'absent';
  const changed = operation !== null || byScript || legacyExtensions.length > 0;
  const left = removal?.script?.before.filter((id) => !removal.script?.after.includes(id)) ?? [];
  const outcome: Outcome = {
    status: changed ? 'done' : 'alreadyDone',
    ...(agentStays ? { detail: `the agent stays; detached from ${left.join(', ') || 'nothing'}` } : {}),
  };
  const removedAt = new Date(context.now()).toISOString();
  return { machineId, outcome, patch: { operation: null, legacyExtensions: [], removedAt } };
}

/** A wait for a person, looked at now and then until the stage's deadline. */
export function wait(
  context: StageContext,
  machineId: string,
  reason: Parameters<typeof waiting>[0],
  detail?: string,
): StageStep {
  const until = later(context, context.policy.waitPollSeconds);
  return { machineId, outcome: waiting(reason, until, detail) };
}

/** The one extension there was is deleted, and nothing else is asked for: no need to read the machine again. */
function wasTheLast({ policy }: StageContext, { record, planned }: WaveMachine): boolean {
  return (
    record.operation?.kind === 'deleteExtension' &&
    record.legacyExtensions.length === 1 &&
    policy.removal.dependencyAgent === 'keep' &&
    planned.legacyForms?.includes('manual') !== true
  );
}

function isOurs(extension: MachineState['extensions'][number]): boolean {
  return isLegacyExtension(extension) || isCompanion(extension, 'dependencyAgent');
}

/** A deletion or script that has not ended at its deadline needs a person; the detail says what to look for. */
function overdue(context: StageContext, { record }: WaveMachine, step: StageStep): StageStep {
  const operation = step.patch?.operation ?? record.operation;
  const { outcome } = step;
  if (operation?.kind !== 'deleteExtension' && operation?.kind !== 'runScript') return step;
  if (outcome.status !== 'waiting' || outcome.reason !== 'operationInProgress') return step;
  const seconds = (context.now() - Date.parse(operation.startedAt)) / 1000;
  if (seconds < context.policy.operationDeadlineSeconds) return step;
  const { extension: name, startedAt } = operation;
  return {
    ...step,
    outcome:
      operation.kind === 'deleteExtension'
        ? blocked('extensionStuck', `${name} has been deleting since ${startedAt}`)
        : blocked('scriptFailed', `run command ${name} has not ended since ${startedAt}`),
  };
}
