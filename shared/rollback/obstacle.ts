import type { MachineState } from '../agents/gateway.ts';
import { machineChange } from '../agents/machine-change.ts';
import { covers, reachObstacle } from '../agents/removal/obstacle.ts';
import type { WaveMachine } from '../ledger/waves.ts';
import { isLegacyExtension } from '../model/agents.ts';
import type { Lock } from '../model/machine.ts';
import { blocked, type Outcome, waiting } from '../model/outcome.ts';
import type { PlannedMachine } from '../model/plan.ts';
import { type Policy, tagValue } from '../model/policy.ts';
import type { ReasonCode } from '../model/reasons.ts';

/** What must be known of a machine right before something on it is undone. */
export interface UndoFacts {
  readonly planned: PlannedMachine;
  readonly state: MachineState;
  readonly waveId: string;
  readonly leaseHolder: string;
  /** The wave that proved the machine last, if any. */
  readonly provedBy: string | undefined;
  /** Locks that forbid the change; none where Azure itself tells. */
  readonly locks: readonly Lock[];
  /** Azure can make the change only while the machine is reachable. */
  readonly needsMachine: boolean;
  /** The change ends what Azure Monitor Agent collects. */
  readonly blinds: boolean;
  /** The legacy agent is on the machine, as far as Azure and the ledger know. */
  readonly legacyThere: boolean;
  /** It was heard lately, and since it was removed, if it was: the last word of an agent that is gone is no voice. */
  readonly legacyHeard: boolean;
  /** A person repeated the confirmation of the what-if. */
  readonly accepted: boolean;
  readonly policy: Pick<Policy, 'holdTag'>;
}

export interface UndoObstacle {
  readonly reason: ReasonCode;
  readonly detail?: string;
  /** It may pass: it is waited for until the deadline. */
  readonly passing: boolean;
}

/** The one place that says whether something on a machine may be undone now; undefined means it may. Pure. */
export function undoObstacle(facts: UndoFacts): UndoObstacle | undefined {
  const { planned, state, waveId, leaseHolder, provedBy, policy } = facts;
  const change = machineChange(planned, state);
  if (change !== undefined) return stands('machineChanged', change);
  if (leaseHolder !== waveId) return stands('leaseTaken', `held by ${leaseHolder}`);
  if (provedBy !== undefined && provedBy !== waveId) return stands('laterWave', provedBy);
  if (tagValue(state.tags, policy.holdTag) !== undefined) return { reason: 'heldTag', passing: true };
  const lock = facts.locks.find((one) => covers(one, planned.id));
  if (lock !== undefined) return stands('locked', lock.name);
  const unreachable = reachObstacle(state);
  const blind = facts.blinds && !facts.accepted;
  if (unreachable !== undefined && (facts.needsMachine || blind))
    return { reason: unreachable, passing: true };
  return blind ? blinding(facts) : undefined;
}

/** One instance that is heard says nothing of the others, so of scale sets a person has to decide. */
function blinding({ planned, legacyThere, legacyHeard }: UndoFacts): UndoObstacle | undefined {
  if (planned.kind === 'scaleSet') return stands('wouldBlind', 'a scale set always needs the confirmation');
  if (legacyThere && legacyHeard) return undefined;
  // An agent that is there, or was just put back, may be heard before long.
  return { reason: 'wouldBlind', passing: legacyThere };
}

/** Whether the legacy agent is on a machine: as an extension, or by hand where no script removed it. */
export function legacyIsThere({ planned, record }: WaveMachine, { extensions }: MachineState): boolean {
  if (extensions.some(isLegacyExtension)) return true;
  return planned.legacyForms?.includes('manual') === true && record.undo?.manualInstall !== true;
}

function stands(reason: ReasonCode, detail: string): UndoObstacle {
  return { reason, detail, passing: false };
}

/** What an obstacle means for a machine now. */
export function outcomeOfObstacle({ reason, detail, passing }: UndoObstacle, until: string): Outcome {
  return passing ? waiting(reason, until, detail) : blocked(reason, detail);
}
