import { isLegacyExtension } from '../../model/agents.ts';
import { blocked, type Outcome, skipped, waiting } from '../../model/outcome.ts';
import type { ReasonCode } from '../../model/reasons.ts';
import { isCurable } from '../../model/trouble.ts';
import { isFresh } from '../../verification/heartbeats.ts';
import { type Decision, later, type StageContext } from '../../waves/stage.ts';
import { outcomeOfTrouble } from '../../waves/trouble-outcome.ts';
import type { UninstallDependencies } from './dependencies.ts';
import { type Candidate, gone, taskOf } from './observe.ts';
import { removalObstacle, startObstacle } from './obstacle.ts';
import { runScript } from './script-step.ts';
import { deleteExtension, putDependencyAgent, startVm } from './start-task.ts';
import type { Shared } from './uninstall.ts';

/** Starts a VM that is deallocated, if what is known of it would let its agent go. */
export async function decideStart(
  dependencies: UninstallDependencies,
  context: StageContext,
  candidate: Candidate,
): Promise<Decision> {
  const obstacle = startObstacle(await standing(dependencies, context, candidate));
  if (obstacle === undefined) return startVm(dependencies.power, context, candidate.machine);
  const machineId = candidate.machine.planned.id;
  return { machineId, step: { machineId, outcome: outcomeOfObstacle(context, obstacle) } };
}

/** What D7 asks of a machine's record, plan and lease. */
async function standing(
  { leases }: UninstallDependencies,
  { waveId, removalApproved, policy, now }: StageContext,
  { machine, state }: Candidate,
) {
  const { planned, record } = machine;
  const leaseHolder = await leases.holder(planned.id);
  return {
    ...{ planned, state, verdict: record.verdict, removalApproved, leaseHolder, waveId, policy },
    nowMs: now(),
  };
}

/** Checks all of D7 for one machine, and returns the next change of its removal or what stands in its way. */
export async function decide(
  dependencies: UninstallDependencies,
  context: StageContext,
  { machine, state }: Candidate,
  { heard, locks: locksBySubscription }: Shared,
): Promise<Decision> {
  const { planned, record } = machine;
  const machineId = planned.id;
  const settle = (outcome: Outcome): Decision => ({
    machineId,
    step: { machineId, outcome, patch: { operation: null } },
  });

  const { policy } = context;
  const agents = heard.get(machineId);
  if (agents?.trouble != null) {
    const { message, retryAfterMs } = agents.trouble;
    return settle(waiting('queryFailed', later(context, policy.pollSeconds, retryAfterMs), message));
  }
  const existing = await dependencies.associations.list(planned.resourceId);
  if (!existing.ok) return settle(outcomeOfTrouble(context, existing.trouble));
  const locks = locksBySubscription.get(subscriptionOf(machineId));
  if (locks === undefined) throw new Error(`locks of ${subscriptionOf(machineId)} were not read`);
  if (!locks.ok) return settle(outcomeOfTrouble(context, locks.trouble));

  const scomHeard = agents?.scom != null;
  const task = taskOf(context, machine, state, scomHeard);
  const obstacle = removalObstacle({
    ...(await standing(dependencies, context, { machine, state })),
    associatedRuleIds: new Set(existing.value.flatMap(({ ruleId }) => (ruleId === null ? [] : [ruleId]))),
    locks: locks.value,
    amaHeartbeatFresh: isFresh(context, agents?.ama ?? null),
    neededByScom: planned.scomAttached || scomHeard || record.removal?.scomFound === true,
    agentStays: leavesAgent(task),
    dryRun: context.dryRun,
  });
  // What stands in the way of a change is no matter where none is wanted, unless another machine answers.
  if (task.kind === 'keep' && obstacle !== 'machineChanged') return settle(outcomeOfKept(task.reason));
  if (obstacle !== undefined) return settle(outcomeOfObstacle(context, obstacle));

  switch (task.kind) {
    case 'deleteExtension':
      return deleteExtension(dependencies.machines, context, machine, state, task.extension);
    case 'putDependencyAgent':
      return putDependencyAgent(dependencies.machines, context, machine, task.extension);
    case 'runScript': {
      const before = { extensions: state.extensions.filter(isLegacyExtension) };
      return runScript(dependencies.runCommands, context, machine, task, before);
    }
    case 'waitForExtension': {
      const detail = `${task.extension.name} is ${task.extension.provisioningState}`;
      return settle(waiting('extensionTransitioning', later(context, policy.waitPollSeconds), detail));
    }
    case 'finished':
      return { machineId, step: gone(context, machine, task.agentStays) };
    case 'keep':
      return settle(outcomeOfKept(task.reason));
  }
}

/** Every task but the deletion of a legacy extension and the removing script leaves the legacy agent alone. */
function leavesAgent(task: ReturnType<typeof taskOf>): boolean {
  if (task.kind === 'deleteExtension') return !isLegacyExtension(task.extension);
  return !(task.kind === 'runScript' && task.action === 'remove');
}

/** An agent that stays on purpose; where nobody meant it to stay, somebody has to look. */
function outcomeOfKept(reason: ReasonCode): Outcome {
  return reason === 'workspacesUnknown' ? blocked(reason) : skipped(reason);
}

/** Why a change is not made now. What may pass is waited for, and the deadline ends the wait. */
function outcomeOfObstacle(context: StageContext, reason: ReasonCode): Outcome {
  if (reason === 'scomAttached') return skipped(reason);
  if (PASSING.has(reason) || isCurable(reason)) {
    return waiting(reason, later(context, context.policy.waitPollSeconds));
  }
  return blocked(reason);
}

/** A stale heartbeat, a tag or a guest agent that restarts may pass. */
const PASSING = new Set<ReasonCode>(['noHeartbeat', 'heldTag', 'guestAgentNotReady']);

/** The subscription an ARM id belongs to. */
export function subscriptionOf(machineId: string): string {
  return machineId.split('/')[2] ?? '';
}
