import { isAmaExtension } from '../model/agents.ts';
import type { Lock } from '../model/machine.ts';
import type { PlannedMachine } from '../model/plan.ts';
import { type Policy, tagValue } from '../model/policy.ts';
import type { ReasonCode } from '../model/reasons.ts';
import type { Verdict } from '../model/verdict.ts';
import type { MachineState } from './gateway.ts';
import { machineChange } from './machine-change.ts';

/** Everything D7 asks about, read right before the delete. */
export interface RemovalFacts {
  readonly planned: PlannedMachine;
  readonly state: MachineState;
  readonly associatedRuleIds: ReadonlySet<string>;
  readonly locks: readonly Lock[];
  readonly verdict: Verdict | null;
  readonly amaHeartbeatFresh: boolean;
  readonly scomHeard: boolean;
  readonly leaseHolder: string | undefined;
  readonly waveId: string;
  readonly removalApproved: boolean;
  readonly policy: Policy;
  /** A dry run has no verdict, lease or new agent yet: only what stands in the way by itself is asked. */
  readonly dryRun: boolean;
}

/** The one place that says whether a legacy agent may go; undefined means it may (DESIGN D7). */
export function removalObstacle(facts: RemovalFacts): ReasonCode | undefined {
  const { planned } = facts;
  // What was planned and proved was another machine, or another workspace.
  if (machineChange(planned, facts.state) !== undefined) return 'machineChanged';
  if (planned.scomAttached || facts.scomHeard) return 'scomAttached';
  return (facts.dryRun ? undefined : notEarned(facts)) ?? notPossible(facts);
}

/** What the stages before must have established. */
function notEarned(facts: RemovalFacts): ReasonCode | undefined {
  const { planned, state } = facts;
  if (facts.verdict?.result !== 'pass') return 'notVerified';
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
  if (state.availability === 'disconnected') return 'arcDisconnected';
  if (state.availability !== 'running') return 'notRunning';
  if (facts.locks.some((lock) => covers(lock, planned.id))) return 'locked';
  return undefined;
}

/** Whether a lock's scope is the machine or something above it. Both levels forbid a delete. */
export function covers(lock: Lock, machineId: string): boolean {
  return machineId === lock.scope || machineId.startsWith(`${lock.scope}/`);
}
