import type { Machine } from '../model/machine.ts';
import type { PhaseName } from '../model/phase.ts';
import { REASONS } from '../model/reasons.ts';
import { STAGES } from '../model/stages.ts';
import { isRollingBack, type MachineRecord, type Wave } from '../model/wave.ts';
import { stageOf } from './machine-row.ts';

interface Known {
  readonly machine: Pick<Machine, 'assessment'> | undefined;
  readonly record: MachineRecord | undefined;
  readonly wave: Wave | undefined;
  readonly phase: PhaseName | undefined;
}

/** What happens to a machine next, or what a person has to do first, in a sentence or two. */
export function nextStepOf({ machine, record, wave, phase }: Known): string {
  if (record === undefined || wave === undefined) return withoutWave(machine);
  const stage = stageOf(record);
  const outcome = stage === null ? undefined : record.outcomes[stage];
  if (record.operation !== null)
    return `Azure is working on ${record.operation.extension}; the app looks again and goes on by itself.`;
  if (outcome?.status === 'failed')
    return `${REASONS[outcome.code].text} Then retry the machine in its wave.`;
  if (outcome?.status === 'blocked')
    return `${REASONS[outcome.reason].text} Then retry the machine in its wave.`;
  if (isRollingBack(wave)) return 'The wave is being rolled back; what it changed here is undone.';
  if (wave.step === 'finished')
    return stage === 'confirm' || record.removedAt !== null
      ? 'Nothing: the machine is migrated and its legacy agent is gone.'
      : 'Nothing in this wave: it has ended.';
  if (phase === 'held') return 'The wave is held; a person has to resume or abort it.';
  if (phase === 'awaitingApproval') return 'The wave waits for an approval.';
  if (outcome?.status === 'waiting')
    return `${REASONS[outcome.reason].text} The app looks again at ${outcome.until}.`;
  if (stage === null) return 'The wave has not come to this machine yet.';
  const next = STAGES[STAGES.indexOf(stage as (typeof STAGES)[number]) + 1];
  return next === undefined
    ? 'Nothing: the machine is through all stages.'
    : `Stage ${next} follows when the wave comes to it.`;
}

function withoutWave(machine: Known['machine']): string {
  switch (machine?.assessment.status) {
    case 'ready':
      return 'Ready: plan it into a wave.';
    case 'alreadyMigrated':
      return 'Nothing: it carries Azure Monitor Agent alone.';
    case 'blocked':
      return machine.assessment.reasons.map(({ code }) => REASONS[code].text).join(' ');
    case 'notApplicable':
      return 'Nothing: it has no legacy agent to migrate.';
    default:
      return 'Take an inventory: the last one does not have this machine.';
  }
}
