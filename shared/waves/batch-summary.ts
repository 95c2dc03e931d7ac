import type { WaveMachine } from '../ledger/waves.ts';
import { isSettled, type Outcome, type OutcomeStatus } from '../model/outcome.ts';
import { ALL_STAGES, SEGMENTS, type Segment, type Stage, UNDO_STAGES } from '../model/stages.ts';
import type { BatchSummary, OutcomeCounts } from '../model/wave.ts';
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
    ...(notUndone === 0 ? {} : { notUndone }),
    updatedAt: at,
  };
}

function isBad(outcome: Outcome | undefined): boolean {
  return outcome?.status === 'failed' || outcome?.status === 'blocked';
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
