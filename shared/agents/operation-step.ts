import type { WaveMachine } from '../ledger/waves.ts';
import { parseMachineId } from '../model/ids.ts';
import { failed, waiting } from '../model/outcome.ts';
import type { OperationKind } from '../model/wave.ts';
import {
  LEAST_CHANGE_SECONDS,
  LEAST_POLL_SECONDS,
  later,
  type StageContext,
  type StageStep,
} from '../waves/stage.ts';
import { outcomeOfTrouble } from '../waves/trouble-outcome.ts';
import type { MachineGateway, OperationStart } from './gateway.ts';

/**
 * Looks once at the operation in flight. Returns the step when it is still running or has failed,
 * `finished` when it succeeded, and `unknown` when only the machine itself can tell (no address was
 * given, or Azure has forgotten the operation).
 */
export async function lookAtOperation(
  context: StageContext,
  gateway: MachineGateway,
  machine: WaveMachine,
): Promise<StageStep | 'finished' | 'unknown'> {
  const { operation, machineId } = machine.record;
  if (operation === null || operation.url === null) return 'unknown';
  const answer = await gateway.operation(operation.url);
  if (!answer.ok) {
    if (answer.trouble.code === 'notFound') return 'unknown';
    return { machineId, outcome: outcomeOfTrouble(context, answer.trouble) };
  }
  const { status, error, retryAfterMs } = answer.value;
  if (status === 'succeeded') return 'finished';
  if (status === 'failed') {
    const detail = error === null ? undefined : `${error.code}: ${error.message}`;
    return operationFailed(context, machine, detail);
  }
  return {
    machineId,
    outcome: waiting('operationInProgress', later(context, pollSeconds(context), retryAfterMs)),
  };
}

/** A failed operation is tried again from a fresh look, until its attempts are used up. */
function operationFailed(
  context: StageContext,
  { record }: WaveMachine,
  detail: string | undefined,
): StageStep {
  const count = (record.failures[context.stage] ?? 0) + 1;
  const { operationAttempts } = context.policy;
  return {
    machineId: record.machineId,
    outcome:
      count >= operationAttempts
        ? failed('operationFailed', detail)
        : waiting(
            'operationFailed',
            later(context, Math.max(pollSeconds(context), LEAST_CHANGE_SECONDS)),
            detail,
          ),
    patch: { operation: null, failures: { ...record.failures, [context.stage]: count } },
  };
}

/**
 * After how many polls' time Azure has mostly ended an operation; asked before, it costs reads and tells nothing. Arc
 * servers hear of their changes only every few minutes.
 */
const FIRST_POLL: Readonly<Record<OperationKind, { readonly vm: number; readonly arc: number }>> = {
  putExtension: { vm: 4, arc: 6 },
  deleteExtension: { vm: 2, arc: 4 },
  runScript: { vm: 1, arc: 1 },
  deleteScript: { vm: 1, arc: 1 },
  startVm: { vm: 1, arc: 1 },
  deallocateVm: { vm: 1, arc: 1 },
  upgradeInstances: { vm: 1, arc: 1 },
};

/** The step after a change was accepted: remember where to ask, and ask when it may have ended. */
export function operationStarted(
  context: StageContext,
  machineId: string,
  kind: OperationKind,
  extension: string,
  started: OperationStart,
): StageStep {
  const polls = FIRST_POLL[kind][parseMachineId(machineId)?.kind === 'arcServer' ? 'arc' : 'vm'];
  const seconds = pollSeconds(context, polls);
  return {
    machineId,
    outcome: waiting('operationInProgress', later(context, seconds, started.retryAfterMs)),
    patch: {
      operation: { kind, extension, url: started.url, startedAt: new Date(context.now()).toISOString() },
    },
  };
}

/** The time of so many polls, never shorter than Azure counts looks at one machine. */
function pollSeconds({ policy }: StageContext, polls = 1): number {
  return Math.max(LEAST_POLL_SECONDS, policy.pollSeconds * polls);
}

/** Follows a change nobody gave an address for, by reading the machine; its time counts from the first look. */
export function followOperation(
  context: StageContext,
  { record }: WaveMachine,
  kind: OperationKind,
  extension: string,
): StageStep {
  const { machineId } = record;
  const fresh = { kind, extension, url: null, startedAt: new Date(context.now()).toISOString() };
  const known = record.operation;
  const operation = known === null || known.extension !== extension ? fresh : { ...known, url: null };
  const outcome = waiting('operationInProgress', later(context, pollSeconds(context)));
  return { machineId, outcome, patch: { operation } };
}
