import { isAmaExtension } from '../../model/agents.ts';
import type { Lock } from '../../model/machine.ts';
import type { PlannedMachine } from '../../model/plan.ts';
import { type Policy, tagValue } from '../../model/policy.ts';
import type { ReasonCode } from '../../model/reasons.ts';
import { isProven, type Verdict } from '../../model/verdict.ts';
import type { MachineState } from '../gateway.ts';
import { machineChange } from '../machine-change.ts';

/** Everything D7 asks about, read right before the delete. */
export interface RemovalFacts {
  readonly planned: PlannedMachine;
  readonly state: MachineState;
  readonly associatedRuleIds: ReadonlySet<string>;
  readonly locks: readonly Lock[];
  readonly verdict: Verdict | null;
  readonly amaHeartbeatFresh: boolean;
  /** Operations Manager needs the agent: by the plan, by a heartbeat, or by what a script found. */
  readonly neededByScom: boolean;
  /** The change leaves the agent on the machine, and only takes it off workspaces. */
  readonly agentStays: boolean;
  readonly leaseHolder: string | undefined;
  readonly waveId: string;
  readonly removalApproved: boolean;
  readonly policy: Policy;
  /** Milliseconds since the epoch: a verdict that a person accepted holds until an instant. */
  readonly nowMs: number;
  /** A dry run has no verdict, lease or new agent yet: only what stands in the way by itself is asked. */
  readonly dryRun: boolean;
}

/**
 * The one place that says whether a legacy agent may go, or be taken off its workspaces; undefined means it may
 * (DESIGN D7). Every form of the agent and every way to remove it asks here.
 */
export function removalObstacle(facts: RemovalFacts): ReasonCode | undefined {
  // What was planned and proved was another machine, or another workspace.
  if (machineChange(facts.planned, facts.state) !== undefined) return 'machineChanged';
  if (facts.neededByScom && !facts.agentStays) return 'scomAttached';
  return (facts.dryRun ? undefined : notEarned(facts)) ?? notPossible(facts);
}

/** What the stages before must have established. */
function notEarned(facts: RemovalFacts): ReasonCode | undefined {
  const { planned, state } = facts;
  if (!isProven(facts.verdict, facts.nowMs)) return 'notVerified';
  if (!facts.removalApproved) return 'notApproved';
  if (facts.leaseHolder !== facts.waveId) return 'leaseTaken';
  const ama = state.extensions.find(isAmaExtension);
  if (ama?.provisioningState !== 'Succeeded') return 'amaNotInstalled';
  if (!facts.amaHeartbeatFresh) return 'noHeartbeat';
  if (planned.rules.some(({ ruleId }) => !facts.associatedRuleIds.has(ruleId))) return 'rulesNotAssociated';
  return undefined;
}

/** What stands in the way on the machine itself. */
function notPossible(facts: RemovalFacts): ReasonCode | undefined {
  const { planned, state, policy } = facts;
  if (tagValue(state.tags, policy.holdTag) !== undefined) return 'heldTag';
  const unreachable = reachObstacle(state);
  if (unreachable !== undefined) return unreachable;
  if (facts.locks.some((lock) => covers(lock, planned.id))) return 'locked';
  return undefined;
}

/** Why no change can reach the machine now; all of it can pass. */
export function reachObstacle({ availability, guestAgent }: MachineState): ReasonCode | undefined {
  if (availability === 'disconnected') return 'arcDisconnected';
  if (availability !== 'running') return 'notRunning';
  return guestAgent === 'notReady' ? 'guestAgentNotReady' : undefined;
}

/** What a VM must have earned before the app may start it to remove its agent: all of D7 that holds while it is off. */
export function startObstacle(
  facts: Pick<
    RemovalFacts,
    'planned' | 'state' | 'verdict' | 'removalApproved' | 'leaseHolder' | 'waveId' | 'policy' | 'nowMs'
  >,
): ReasonCode | undefined {
  if (machineChange(facts.planned, facts.state) !== undefined) return 'machineChanged';
  if (!isProven(facts.verdict, facts.nowMs)) return 'notVerified';
  if (!facts.removalApproved) return 'notApproved';
  if (facts.leaseHolder !== facts.waveId) return 'leaseTaken';
  return tagValue(facts.state.tags, facts.policy.holdTag) === undefined ? undefined : 'heldTag';
}

/** Whether a lock's scope is the machine or something above it. Both levels forbid a delete. */
export function covers(lock: Lock, machineId: string): boolean {
  return machineId === lock.scope || machineId.startsWith(`${lock.scope}/`);
}
