import type { Origin, Word } from './caller.ts';
import type { CheckResult } from './checks.ts';
import type { MachineKind } from './ids.ts';
import type { Outcome } from './outcome.ts';
import type { RemovalProgress } from './removal.ts';
import type { MachineUndo, Rollback } from './rollback.ts';
import type { ScaleSetWork } from './scale-set.ts';
import { isUndoStage, type Segment, type Stage } from './stages.ts';
import type { Verdict } from './verdict.ts';

/** Why progress is stopped. A wave has a list of them; it moves again when the list is empty. */
export interface Hold {
  readonly id: string;
  readonly kind: 'operator' | 'gate' | 'check' | 'system';
  readonly reason: string;
  readonly since: string;
  readonly by: string;
}

export type ApprovalGate = 'start' | 'removal';

export interface Approval extends Word {
  readonly gate: ApprovalGate;
  readonly at: string;
  /** Where it came from; absent: by a call of the API. */
  readonly via?: 'ticket';
}

/** A soak that somebody ended early. */
export interface Promotion {
  readonly by: string;
  readonly at: string;
  readonly reason: string;
  /** When the soak would have ended. */
  readonly soakUntil: string;
}

/** Another try for machines that failed, were blocked or wait. */
export interface Retry {
  readonly by: string;
  readonly at: string;
  readonly reason: string;
  /** Normalised; null: all that did not succeed. */
  readonly machineIds: readonly string[] | null;
  /** Where the wave stood when it was asked for. */
  readonly from: WaveStep;
  /** When their records were reset; null: not yet. */
  readonly preparedAt: string | null;
  /** How many were; null: not yet. */
  readonly machines: number | null;
}

export interface GateResult {
  readonly gate: 'removal';
  readonly result: 'pass' | 'fail' | 'inconclusive';
  readonly at: string;
  readonly message: string;
}

/** Where the wave stands; each step is left only by `nextWaveStep`. */
export const WAVE_STEPS = [
  'prepare',
  'deploy',
  'gate',
  'disableConnector',
  'remove',
  'rollback',
  'finished',
] as const;
export type WaveStep = (typeof WAVE_STEPS)[number];

/** The record of a wave in the ledger: the one place its state is kept. */
export interface Wave {
  readonly id: string;
  readonly planId: string;
  readonly index: number;
  readonly dryRun: boolean;
  readonly requestedBy: string;
  /** Object id of who requested it; absent: the name is only what a caller with a key said. */
  readonly requestedById?: string;
  /** The person a workload requested it for. */
  readonly requestedOnBehalfOf?: string;
  /** Digest of the Idempotency-Key it was started with, so that a repeated start is recognised. */
  readonly startKey: string | null;
  readonly createdAt: string;
  /** When it starts; null or absent: at once. */
  readonly startAt?: string | null;
  readonly machineCount: number;
  readonly step: WaveStep;
  /** Cells in order with their number of batches; empty until the wave is prepared. */
  readonly cells: readonly WaveCell[];
  readonly holds: readonly Hold[];
  /** When the last hold was lifted: deadlines count from there at the earliest. */
  readonly resumedAt: string | null;
  readonly approvals: readonly Approval[];
  readonly abort: { readonly at: string; readonly by: string; readonly reason: string } | null;
  /** End of the soak before the removal gate, set when deployment ends. */
  readonly soakUntil: string | null;
  readonly gates: readonly GateResult[];
  readonly connectors: readonly ConnectorResult[];
  readonly finishedAt: string | null;
  /** When what was kept of its machines was deleted for its age; absent: it is there. */
  readonly detailsPurgedAt?: string;
  /** The last rollback; absent: none was asked for. */
  readonly rollback?: Rollback;
  /** How each check came out last; absent: none was asked. */
  readonly checks?: readonly CheckResult[];
  /** Checks that somebody resumed the wave over. */
  readonly overruled?: readonly string[];
  /** Soaks that were cut short. */
  readonly promotions?: readonly Promotion[];
  /** Machines that are tried again; the last one, absent: none was asked for. */
  readonly retry?: Retry;
  /** Machines of its plan that it leaves out, and some of later waves that it takes; absent: none. */
  readonly excluded?: readonly string[];
  readonly added?: readonly string[];
}

/** Whether a rollback was asked for and has not ended. */
export function isRollingBack({ rollback }: Pick<Wave, 'rollback'>): boolean {
  return rollback !== undefined && rollback.finishedAt === null;
}

type Stops = Pick<Wave, 'abort' | 'holds' | 'rollback' | 'step'>;

/** Whether the migration of a wave may start nothing new. */
export function isHalted({ abort, holds, rollback }: Omit<Stops, 'step'>): boolean {
  return abort !== null || holds.length > 0 || rollback !== undefined;
}

/** Whether a stage may start nothing new: an abort stops the migration and not the rollback, a hold stops both. */
export function isStageHalted(wave: Stops, stage: Stage): boolean {
  if (!isUndoStage(stage)) return isHalted(wave);
  return wave.step !== 'rollback' || wave.holds.length > 0;
}

/** Machines of one kind in one cell; kinds are kept apart because their requests cost differently. */
export interface WaveCell {
  readonly cell: string;
  readonly kind: MachineKind;
  readonly batches: number;
  readonly machines: number;
  /** Machines of a full batch; the last one may have fewer. */
  readonly batchSize: number;
}

/** Batches are addressed by the order of their cell and their number in it, so nothing lists them all. */
export function batchId(cellIndex: number, batch: number): string {
  return `${String(cellIndex).padStart(4, '0')}-${String(batch).padStart(4, '0')}`;
}

/** Ids of the batches of a wave, in order; none before it is prepared. */
export function waveBatches({ cells }: Pick<Wave, 'cells'>): string[] {
  return cells.flatMap(({ batches }, cell) => Array.from({ length: batches }, (_, n) => batchId(cell, n)));
}

/** End (exclusive) of the page of `size` batches that starts at `from`. */
export function pageEnd(from: number, size: number, total: number): number {
  return Math.min(from + size, total);
}

export interface ConnectorResult {
  readonly workspaceId: string;
  readonly outcome: Outcome;
  /** Machines that still depend on legacy collection; the list itself is in the audit trail. */
  readonly dependents: number;
  readonly at: string;
}

export type OutcomeCounts = Partial<Record<Stage, Partial<Record<Outcome['status'], number>>>>;

/** Written with every step of a batch, so a wave's totals are the sum of few rows. */
export interface BatchSummary {
  readonly batchId: string;
  readonly cell: string;
  readonly size: number;
  readonly counts: OutcomeCounts;
  readonly inFlight: number;
  /** Segments in which every machine of the batch is settled. */
  readonly finished: readonly Segment[];
  /** Machines whose data verdict is pass. */
  readonly verified: number;
  /** Machines that ended failed or blocked, at any stage of the migration. */
  readonly failed: number;
  /** How verifications ended; absent in rows of before. */
  readonly verdicts?: Readonly<Record<'pass' | 'fail' | 'inconclusive' | 'error', number>>;
  /** When the first of the machines in a stage that is open came to it, ISO 8601. */
  readonly oldest?: Partial<Record<Stage, string>>;
  /** Machines of which a rollback could not undo something; absent: none. */
  readonly notUndone?: number;
  readonly updatedAt: string;
}

/** What is true now of one machine in one wave. */
export interface MachineRecord {
  readonly waveId: string;
  readonly batchId: string;
  readonly machineId: string;
  readonly outcomes: Partial<Record<Stage, Outcome>>;
  /** When each stage was first looked at, ISO 8601: deadlines count from here. */
  readonly stageStarted: Partial<Record<Stage, string>>;
  /** Operations of each stage that Azure reported as failed. */
  readonly failures: Partial<Record<Stage, number>>;
  /** The long-running operation in flight, if any. */
  readonly operation: Operation | null;
  /** When the rules were associated: data is judged from here. */
  readonly associatedAt: string | null;
  /** When the legacy agent was seen to be gone. */
  readonly removedAt: string | null;
  readonly verdict: Verdict | null;
  /** Names of legacy extensions still to be deleted. */
  readonly legacyExtensions: readonly string[];
  /** Absent: nothing but extensions was touched. */
  readonly removal?: RemovalProgress;
  /** What undoing this wave takes; absent: it changed nothing. */
  readonly undo?: MachineUndo;
  /** A look that changes the machine has it until then, ISO 8601; others leave it alone. */
  readonly claimedUntil?: string;
  /** Since when looks came in time and all ended in trouble that passes, ISO 8601; absent when the last one did not. */
  readonly troubledSince?: string;
  /** Scale sets only: the change whose way to the instances is followed. */
  readonly scaleSet?: ScaleSetWork;
}

/** What a long-running operation does to a machine. */
export type OperationKind =
  | 'putExtension'
  | 'deleteExtension'
  | 'runScript'
  | 'deleteScript'
  | 'startVm'
  | 'deallocateVm'
  | 'upgradeInstances';

export interface Operation {
  readonly kind: OperationKind;
  /**
   * Name of the extension or run command that is worked on; of the VM where it is started or stopped; ids of the
   * instances that are upgraded.
   */
  readonly extension: string;
  /** Status address Azure gave, or null when the operation was found running and is followed by reading. */
  readonly url: string | null;
  readonly startedAt: string;
}

export interface AuditEntry {
  readonly at: string;
  /** A wave, or a run of a plan. */
  readonly waveId: string | null;
  readonly machineId: string | null;
  readonly stage: Stage | null;
  readonly event: 'intent' | 'effect' | 'outcome' | 'control' | 'gate' | 'connector' | 'problem' | 'seal';
  readonly message: string;
  readonly by: string;
  /** The call it came from; absent: the app did it by itself. */
  readonly origin?: Origin;
  /** What a control verb changed in a record, before and after. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** State before a change and other detail, free of secrets. */
  readonly data?: unknown;
}
