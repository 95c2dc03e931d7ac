import type { WaveMachine } from '../ledger/waves.ts';
import type { MachineKind } from '../model/ids.ts';
import { allowsNext, type OutcomeStatus, outcomeReason } from '../model/outcome.ts';
import type { ReasonCode } from '../model/reasons.ts';
import { STAGES, type Stage, UNDO_STAGES } from '../model/stages.ts';
import type { VerdictResult } from '../model/verdict.ts';
import type { MachineRecord } from '../model/wave.ts';

/** A machine of a wave in a list: where it stands now. */
export interface MachineRow {
  readonly id: string;
  readonly name: string;
  readonly kind: MachineKind;
  readonly os: 'windows' | 'linux';
  readonly cell: string;
  readonly batchId: string;
  /** The stage it is at, or ended at; null before the first. */
  readonly stage: Stage | null;
  /** How that stage stands; `planned` before the first look. */
  readonly status: OutcomeStatus | 'planned';
  readonly reason: ReasonCode | null;
  readonly verdict: VerdictResult | 'accepted' | null;
  /** When the stage was first looked at. */
  readonly since: string | null;
  readonly inFlight: boolean;
}

export function machineRow({ planned, record }: WaveMachine): MachineRow {
  const stage = stageOf(record);
  const outcome = stage === null ? undefined : record.outcomes[stage];
  const { verdict } = record;
  return {
    id: record.machineId,
    name: nameOf(planned.resourceId),
    kind: planned.kind,
    os: planned.os,
    cell: planned.cell,
    batchId: record.batchId,
    stage,
    status: outcome?.status ?? 'planned',
    reason: (outcome && outcomeReason(outcome)) ?? null,
    verdict: verdict === null ? null : verdict.accepted === undefined ? verdict.result : 'accepted',
    since: (stage === null ? undefined : record.stageStarted[stage]) ?? null,
    inFlight: record.operation !== null,
  };
}

/**
 * The stage a machine is at: of a rollback the last one it came to; else the first that does not let it go on, or
 * the last one it has been through.
 */
export function stageOf({ outcomes }: Pick<MachineRecord, 'outcomes'>): Stage | null {
  const undone = UNDO_STAGES.filter((stage) => outcomes[stage] !== undefined).at(-1);
  if (undone !== undefined) return undone;
  const reached = STAGES.filter((stage) => outcomes[stage] !== undefined);
  return reached.find((stage) => !allowsNext(outcomes[stage])) ?? reached.at(-1) ?? null;
}

/** The last part of a resource id, which is for people alone. */
export function nameOf(resourceId: string): string {
  return resourceId.slice(resourceId.lastIndexOf('/') + 1);
}
