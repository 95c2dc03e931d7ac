import pMap from 'p-map';
import type { WaveMachine } from '../../ledger/waves.ts';
import { allowsNext, isSettled, type Outcome } from '../../model/outcome.ts';
import type { RemovalProgress } from '../../model/removal.ts';
import { isTransient } from '../../model/trouble.ts';
import { applyDeadline } from '../../waves/deadlines.ts';
import type { Decision, StageContext, StageHandler, StageStep } from '../../waves/stage.ts';
import { outcomeOfTrouble } from '../../waves/trouble-outcome.ts';
import type { MachineGateway, PowerGateway } from '../gateway.ts';
import { lookAtOperation } from '../operation-step.ts';
import { startedStep } from './start-task.ts';

interface Dependencies {
  readonly machines: MachineGateway;
  readonly power: PowerGateway;
  readonly concurrency: number;
}

type StartedVm = NonNullable<RemovalProgress['startedVm']>;

/**
 * Gives VMs that the app started back as it found them: where a stage ends the work on one, it is deallocated
 * first, and the stage's outcome is settled once that is done. VMs somebody else started are left alone.
 */
export function withStartedVm(dependencies: Dependencies, handler: StageHandler): StageHandler {
  return async (context, machines) => {
    const ours = machines.map(remember);
    const stopping = ours.filter(({ record }) => record.removal?.startedVm?.outcome != null);
    const others = ours.filter((machine) => !stopping.includes(machine));
    const byId = new Map(others.map((machine) => [machine.planned.id, machine]));
    const decisions = others.length === 0 ? [] : await handler(context, others);
    return [
      ...decisions.map((decision) => {
        const machine = byId.get(decision.machineId) as WaveMachine;
        const started = machine.record.removal?.startedVm;
        return started === undefined
          ? decision
          : stopAtEnd(dependencies, context, machine, started, decision);
      }),
      ...(await pMap(stopping, (machine) => followStop(dependencies, context, machine), {
        concurrency: dependencies.concurrency,
      })),
    ];
  };
}

/** A start that was announced counts as the app's own, even if the app was killed before it could note it. */
function remember(machine: WaveMachine): WaveMachine {
  const { record } = machine;
  const { operation, removal } = record;
  if (operation?.kind !== 'startVm' || removal?.startedVm !== undefined) return machine;
  const startedVm: StartedVm = { at: operation.startedAt, outcome: null };
  return { ...machine, record: { ...record, removal: { ...removal, startedVm } } };
}

/** Lets a decision pass while the VM is needed, and puts its deallocation before one that ends the work on it. */
function stopAtEnd(
  { power }: Dependencies,
  context: StageContext,
  machine: WaveMachine,
  started: StartedVm,
  decision: Decision,
): Decision {
  if (!('step' in decision)) return noting(machine, decision);
  const { step } = decision;
  const outcome = afterDeadline(context, machine, step);
  const ends = isSettled(outcome) && (context.stage === 'confirm' || !allowsNext(outcome));
  if (!ends) return { ...decision, step: noted(machine, step) };
  return stop(power, context, machine, { ...started, outcome }, step.patch);
}

/** The wave would end a wait at its deadline; for a VM of ours that has to be known before. */
function afterDeadline(context: StageContext, { record }: WaveMachine, step: StageStep): Outcome {
  const { stage, policy } = context;
  const nowMs = context.now();
  const operation = step.patch?.operation === undefined ? record.operation : step.patch.operation;
  const started = {
    stage: record.stageStarted[stage] ?? new Date(nowMs).toISOString(),
    operation: operation?.startedAt ?? null,
  };
  return applyDeadline(step.outcome, stage, started, nowMs, policy);
}

function stop(
  power: PowerGateway,
  context: StageContext,
  { planned, record }: WaveMachine,
  startedVm: StartedVm & { readonly outcome: Outcome },
  patch: StageStep['patch'],
): Decision {
  const machineId = planned.id;
  const name = planned.resourceId.split('/').at(-1) ?? '';
  return {
    machineId,
    intent: `deallocate VM ${name}, which the app started at ${startedVm.at}`,
    before: { power: 'running' },
    change: { kind: 'deallocateVm', extension: name },
    async act() {
      const answer = await power.deallocate(planned);
      if (!answer.ok && !isTransient(answer.trouble.code)) {
        const detail = `the VM could not be deallocated again: ${answer.trouble.message}`;
        return { machineId, outcome: { ...startedVm.outcome, detail }, patch: { ...patch, operation: null } };
      }
      const step = startedStep(context, machineId, 'deallocateVm', name, answer);
      return { ...step, patch: { ...patch, ...step.patch, removal: { ...record.removal, startedVm } } };
    },
  };
}

/** Waits for the VM to be off again, then settles what was to be said of the machine. */
async function followStop(
  { machines, power }: Dependencies,
  context: StageContext,
  machine: WaveMachine,
): Promise<Decision> {
  const machineId = machine.planned.id;
  const { startedVm, ...removal } = machine.record.removal ?? {};
  const outcome = startedVm?.outcome;
  if (startedVm === undefined || outcome == null) throw new Error(`${machineId} is not being stopped`);
  const looked = await lookAtOperation(context, machines, machine);
  if (looked !== 'finished' && looked !== 'unknown') return { machineId, step: looked };
  const settled: Decision = {
    machineId,
    step: { machineId, outcome, patch: { operation: null, removal } },
  };
  if (looked === 'finished') return settled;
  const state = await machines.read(machine.planned);
  if (!state.ok) {
    return { machineId, step: { machineId, outcome: outcomeOfTrouble(context, state.trouble) } };
  }
  if (state.value.availability !== 'running') return settled;
  return stop(power, context, machine, { ...startedVm, outcome }, {});
}

/** The record keeps that the VM is ours, whatever else a step writes into it. */
function noted({ record }: WaveMachine, step: StageStep): StageStep {
  const { removal } = record;
  return { ...step, patch: { ...step.patch, removal: { ...removal, ...step.patch?.removal } } };
}

function noting(machine: WaveMachine, decision: Extract<Decision, { intent: string }>): Decision {
  return { ...decision, act: async () => noted(machine, await decision.act()) };
}
