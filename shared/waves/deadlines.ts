import { blocked, failed, type Outcome } from '../model/outcome.ts';
import type { Policy } from '../model/policy.ts';
import { REASONS, type ReasonCode } from '../model/reasons.ts';
import { changesMachines, isUndoStage, judgesData, type MachineStage } from '../model/stages.ts';
import { openTime } from './windows.ts';

/** Under a hold, while the window is closed, or while others are served, it is not the machine that is late. */
const NOT_LATE: ReadonlySet<ReasonCode> = new Set(['held', 'outsideWindow', 'awaitsTurn', 'lastLook']);

/**
 * Ends a wait that has lasted too long: nothing in a wave waits for ever. An operation is timed from its
 * own start, everything else from the stage's; where a stage changes machines, only the time in which its
 * windows were open counts.
 */
export function applyDeadline(
  outcome: Outcome,
  stage: MachineStage,
  started: { readonly stage: string; readonly operation: string | null },
  nowMs: number,
  policy: Policy,
): Outcome {
  if (outcome.status !== 'waiting' || NOT_LATE.has(outcome.reason)) return outcome;
  const inOperation = outcome.reason === 'operationInProgress' && started.operation !== null;
  const since = inOperation ? (started.operation ?? started.stage) : started.stage;
  const sinceMs = Date.parse(since);
  // A rollback is urgent: windows do not stop it.
  const timeless = inOperation || !changesMachines(stage) || isUndoStage(stage);
  const counted = timeless ? nowMs - sinceMs : openTime(policy, sinceMs, nowMs);
  const elapsed = Math.max(0, counted) / 1000;
  if (elapsed < deadlineSeconds(outcome.reason, stage, policy)) return outcome;
  const reason: ReasonCode = outcome.reason === 'dataNotYet' ? 'dataMissing' : outcome.reason;
  if (REASONS[reason].needs === 'nobody') {
    return failed('deadline', `${reason}${outcome.detail === undefined ? '' : `: ${outcome.detail}`}`);
  }
  return blocked(reason, outcome.detail);
}

function deadlineSeconds(reason: ReasonCode, stage: MachineStage, policy: Policy): number {
  const { heartbeatDeadlineSeconds, verifyDeadlineSeconds } = policy;
  if (judgesData(stage))
    return reason === 'noHeartbeat'
      ? Math.min(heartbeatDeadlineSeconds, verifyDeadlineSeconds)
      : verifyDeadlineSeconds;
  switch (reason) {
    case 'operationInProgress':
      return policy.operationDeadlineSeconds;
    case 'instancesUpgrading':
    case 'upgradeInProgress':
      return policy.scaleSets.upgradeDeadlineSeconds;
    case 'wouldBlind':
      return heartbeatDeadlineSeconds;
    case 'arcDisconnected':
    case 'notRunning':
    case 'extensionStuck':
    case 'heldTag':
      return policy.waitDeadlineSeconds;
    // Throttling and outages end by themselves; a machine must not fail because others were served first.
    default:
      return Math.max(policy.waitDeadlineSeconds, policy.operationDeadlineSeconds);
  }
}
