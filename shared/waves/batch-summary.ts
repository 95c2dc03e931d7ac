import type { WaveMachine } from '../ledger/waves.ts';
import { isSettled, type Outcome, type OutcomeStatus } from '../model/outcome.ts';
import { ALL_STAGES, SEGMENTS, type Segment, type Stage, UNDO_STAGES } from '../model/stages.ts';
import type { BatchSummary, MachineRecord, OutcomeCounts } from '../model/wave.ts';
import { endedBadly } from './due.ts';

/** Counts of a batch, written with every step so that a wave's status never reads its machines. */
export function summarizeBatch(batchId: string, machines: readonly WaveMachine[], at: string): BatchSummary {
  const records = machines.map(({ record }) => record);
  const finished = (Object.keys(SEGMENTS) as Segment[]).filter((segment) =>
    records.every((record) => SEGMENTS[segment].every((stage) => isSettled(record.outcomes[stage]))),
  );
  const notUndone = records.filter(({ outcomes }) =>
    UNDO_STAGES.some((stage) => isBad(outcomes[stage])),
  ).length;
  return {
    batchId,
    cell: machines[0]?.planned.cell ?? '',
    size: machines.length,
    counts: countOutcomes(machines),
    inFlight: records.filter(({ operation }) => operation !== null).length,
    finished,
    verified: records.filter(({ outcomes }) => outcomes.verify?.status === 'done').length,
    failed: records.filter((record) => endedBadly(record)).length,
    verdicts: countVerdicts(records),
    oldest: oldestOf(records),
    ...(notUndone === 0 ? {} : { notUndone }),
    updatedAt: at,
  };
}

function isBad(outcome: Outcome | undefined): boolean {
  return outcome?.status === 'failed' || outcome?.status === 'blocked';
}

/** Only verifications that have ended; an accepted verdict is as good as one that passes. */
function countVerdicts(records: readonly MachineRecord[]): NonNullable<BatchSummary['verdicts']> {
  const counts = { pass: 0, fail: 0, inconclusive: 0, error: 0 };
  for (const { outcomes, verdict } of records) {
    const outcome = outcomes.verify;
    if (outcome?.status === 'done') counts.pass += 1;
    else if (outcome?.status === 'failed') counts.error += 1;
    else if (outcome?.status === 'blocked')
      counts[
        outcome.reason === 'queryFailed' ? 'error' : verdict?.result === 'fail' ? 'fail' : 'inconclusive'
      ] += 1;
  }
  return counts;
}

function oldestOf(records: readonly MachineRecord[]): NonNullable<BatchSummary['oldest']> {
  const oldest: Partial<Record<Stage, string>> = {};
  for (const { outcomes, stageStarted } of records) {
    for (const stage of ALL_STAGES) {
      const since = stageStarted[stage];
      if (since === undefined || isSettled(outcomes[stage])) continue;
      if (since < (oldest[stage] ?? '~')) oldest[stage] = since;
    }
  }
  return oldest;
}

function countOutcomes(machines: readonly WaveMachine[]): OutcomeCounts {
  const counts: Partial<Record<Stage, Partial<Record<OutcomeStatus, number>>>> = {};
  for (const { record } of machines) {
    for (const stage of ALL_STAGES) {
      const status = record.outcomes[stage]?.status;
      if (status === undefined) continue;
      const row = counts[stage] ?? {};
      row[status] = (row[status] ?? 0) + 1;
      counts[stage] = row;
    }
  }
  return counts;
}
