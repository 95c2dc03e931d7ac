import pMap from 'p-map';
import type { MachineState } from '../agents/gateway.ts';
import { lookAtOperation } from '../agents/operation-step.ts';
import { subscriptionOf } from '../agents/removal/decide.ts';
import { readLocks } from '../agents/removal/uninstall.ts';
import type { WaveMachine } from '../ledger/waves.ts';
import type { Association } from '../model/machine.ts';
import { type Outcome, waiting } from '../model/outcome.ts';
import type { MachineUndo, Rollback } from '../model/rollback.ts';
import { isFresh } from '../verification/heartbeats.ts';
import {
  type Decision,
  later,
  type StageContext,
  type StageHandler,
  type StageStep,
} from '../waves/stage.ts';
import { outcomeOfTrouble } from '../waves/trouble-outcome.ts';
import type { UndoDependencies } from './dependencies.ts';
import { legacyIsThere, outcomeOfObstacle, undoObstacle } from './obstacle.ts';

/** A machine as an undoing stage finds it. */
export interface UndoView {
  readonly context: StageContext;
  readonly rollback: Rollback;
  readonly machine: WaveMachine;
  readonly undo: MachineUndo;
  readonly state: MachineState;
  readonly associations: readonly Association[];
  /** An operation of this stage was in flight, so what is found is how it ended. */
  readonly followed: boolean;
}

/** What is to be done about one machine: nothing more, something under way, or a change. */
export type UndoTask =
  | { readonly kind: 'settled'; readonly outcome: Outcome; readonly patch?: StageStep['patch'] }
  | { readonly kind: 'followed'; readonly step: StageStep }
  | UndoChange;

export interface UndoChange {
  readonly kind: 'change';
  readonly deletes: boolean;
  readonly needsMachine: boolean;
  readonly blinds: boolean;
  readonly decision: Extract<Decision, { intent: string }>;
}

/** How one stage undoes. `open` says before anything is read whether there is anything to look at. */
export interface UndoWork {
  open(rollback: Rollback, machine: WaveMachine): Outcome | undefined;
  /** Whether the associations of the machine have to be read. */
  readonly readsAssociations: boolean;
  task(dependencies: UndoDependencies, view: UndoView): UndoTask;
}

interface Candidate {
  readonly machine: WaveMachine;
  readonly state: MachineState;
  readonly change: UndoChange;
}

/**
 * A stage of a rollback: looks what is left to undo, and undoes it only after everything that could stand against
 * it was read anew, heartbeats of the legacy agent included.
 */
export function createUndoStage(dependencies: UndoDependencies, work: UndoWork): StageHandler {
  const { concurrency } = dependencies;
  return async (context, machines) => {
    const { rollback } = context;
    if (rollback === undefined) throw new Error(`wave ${context.waveId} has no rollback`);
    const looked = await pMap(machines, (machine) => look(dependencies, work, context, rollback, machine), {
      concurrency,
    });
    const candidates = looked.flatMap((found) => ('state' in found ? [found] : []));
    const settled = looked.flatMap((found) => ('state' in found ? [] : [found]));
    if (candidates.length === 0) return settled;
    const blinding = candidates.filter(({ change }) => change.blinds && rollback.confirmation === null);
    const deleting = candidates.filter(({ change }) => change.deletes);
    const shared: Shared = {
      heard:
        blinding.length === 0
          ? new Map()
          : await dependencies.heard(
              context,
              blinding.map(({ machine }) => machine),
            ),
      locks: await readLocks(dependencies.machines, deleting),
    };
    const decided = await pMap(
      candidates,
      (candidate) => decide(dependencies, context, rollback, candidate, shared),
      { concurrency },
    );
    return [...settled, ...decided];
  };
}

interface Shared {
  readonly heard: Awaited<ReturnType<UndoDependencies['heard']>>;
  readonly locks: Awaited<ReturnType<typeof readLocks>>;
}

async function look(
  dependencies: UndoDependencies,
  work: UndoWork,
  context: StageContext,
  rollback: Rollback,
  machine: WaveMachine,
): Promise<Decision | Candidate> {
  const { planned, record } = machine;
  const machineId = planned.id;
  const settle = (outcome: Outcome, patch: StageStep['patch'] = {}): Decision => ({
    machineId,
    step: { machineId, outcome, patch: { operation: null, ...patch } },
  });
  const closed = work.open(rollback, machine);
  if (closed !== undefined) return settle(closed);
  const operation = await lookAtOperation(context, dependencies.machines, machine);
  if (operation !== 'finished' && operation !== 'unknown') return { machineId, step: operation };
  const state = await dependencies.machines.read(planned);
  if (!state.ok) return { machineId, step: { machineId, outcome: outcomeOfTrouble(context, state.trouble) } };
  const existing = work.readsAssociations ? await dependencies.associations.list(planned.resourceId) : null;
  if (existing?.ok === false)
    return { machineId, step: { machineId, outcome: outcomeOfTrouble(context, existing.trouble) } };
  const task = work.task(dependencies, {
    ...{ context, rollback, machine, undo: record.undo ?? {}, state: state.value },
    associations: existing?.value ?? [],
    followed: record.operation !== null,
  });
  if (task.kind === 'settled') return settle(task.outcome, task.patch);
  if (task.kind === 'followed') return { machineId, step: task.step };
  return { machine, state: state.value, change: task };
}

async function decide(
  { leases, migrated }: UndoDependencies,
  context: StageContext,
  rollback: Rollback,
  { machine, state, change }: Candidate,
  { heard, locks }: Shared,
): Promise<Decision> {
  const { planned } = machine;
  const machineId = planned.id;
  const settle = (outcome: Outcome): Decision => ({
    machineId,
    step: { machineId, outcome, patch: { operation: null } },
  });
  const found = change.deletes ? locks.get(subscriptionOf(machineId)) : undefined;
  if (found?.ok === false) return settle(outcomeOfTrouble(context, found.trouble));
  const agents = heard.get(machineId);
  const { policy } = context;
  if (agents?.trouble != null && !isHeard(context, machine, agents.legacy)) {
    const { message, retryAfterMs } = agents.trouble;
    return settle(waiting('queryFailed', later(context, policy.pollSeconds, retryAfterMs), message));
  }
  const at = new Date(context.now()).toISOString();
  const obstacle = undoObstacle({
    ...{ planned, state, policy, waveId: context.waveId },
    leaseHolder: await leases.take(machineId, context.waveId, at),
    provedBy: (await migrated.get(machineId))?.waveId,
    locks: found?.value ?? [],
    needsMachine: change.needsMachine,
    blinds: change.blinds,
    legacyThere: legacyIsThere(machine, state),
    legacyHeard: isHeard(context, machine, agents?.legacy ?? null),
    accepted: rollback.confirmation !== null,
  });
  if (obstacle === undefined) return change.decision;
  return settle(outcomeOfObstacle(obstacle, later(context, policy.waitPollSeconds)));
}

/** Whether the legacy agent was heard lately, and not only before this wave removed it. */
function isHeard(context: StageContext, { record }: WaveMachine, last: string | null): boolean {
  const { removedAt } = record;
  return isFresh(context, last) && (removedAt === null || Date.parse(last ?? '') > Date.parse(removedAt));
}
