import { isSettled } from '../model/outcome.ts';
import { isUndoStage, type MachineStage, STAGES } from '../model/stages.ts';
import type { MachineRecord } from '../model/wave.ts';

/** `due`: look at it now. `skip`: an earlier stage ended badly. `later`: not its time. `settled`: nothing to do. */
export type DueState = 'due' | 'skip' | 'later' | 'settled';

/** The one function that says whether a machine's turn at a stage has come. */
export function dueState(
  record: MachineRecord,
  stage: MachineStage,
  at: { halted: boolean; nowMs: number },
): DueState {
  const outcome = record.outcomes[stage];
  if (isSettled(outcome)) return 'settled';
  // Another look is about to change it, or died over that.
  if (record.claimedUntil !== undefined && Date.parse(record.claimedUntil) > at.nowMs) return 'later';
  // Under a hold or abort only what is already under way is brought to its end.
  if (at.halted && record.operation === null) return 'later';
  if (endedBadly(record, stage)) return 'skip';
  if (outcome?.status === 'waiting' && Date.parse(outcome.until) > at.nowMs) return 'later';
  return 'due';
}

/** Whether a stage of the migration before this one failed or was blocked. */
export function endedBadly(record: MachineRecord, before?: MachineStage): boolean {
  // What can be undone is undone, whatever became of the rest.
  if (before !== undefined && isUndoStage(before)) return false;
  const earlier = before === undefined ? STAGES : STAGES.slice(0, STAGES.indexOf(before));
  return earlier.some((stage) => {
    const status = record.outcomes[stage]?.status;
    return status === 'failed' || status === 'blocked';
  });
}
