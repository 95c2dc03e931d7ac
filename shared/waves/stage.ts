import type { WaveMachine } from '../ledger/waves.ts';
import type { DataException } from '../model/data-exception.ts';
import type { ExpectedChange } from '../model/deployed-rules.ts';
import type { RequestCounts } from '../model/limits.ts';
import { type Outcome, waiting } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import type { Policy } from '../model/policy.ts';
import type { MachineUndo, Rollback } from '../model/rollback.ts';
import type { MachineStage } from '../model/stages.ts';
import type { MachineRecord, Operation, WaveCell } from '../model/wave.ts';

/** What a stage is told about its run. */
export interface StageContext {
  readonly waveId: string;
  readonly stage: MachineStage;
  readonly policy: Policy;
  /** Resource id and query address of each workspace, by normalised id. */
  readonly workspaces: ReadonlyMap<string, Omit<Plan['workspaces'][number], 'id'>>;
  readonly removalApproved: boolean;
  /** When legacy security-event collection of a workspace was switched off, ISO 8601, by workspace. */
  readonly securityEventsOff: ReadonlyMap<string, string>;
  /** What rule sets collect otherwise than before, by workspace. */
  readonly expectedChanges: ReadonlyMap<string, readonly ExpectedChange[]>;
  /** Verdicts that named people accepted, active or not. */
  readonly exceptions: readonly DataException[];
  /** A dry run works everything out as if the stages before had succeeded, and changes nothing. */
  readonly dryRun: boolean;
  /** What is to be undone; absent in stages of the migration. */
  readonly rollback?: Rollback;
  /** The wave is held or aborted: nothing new may start. */
  readonly halted: boolean;
  /** The wave's cells in order: what its batches are numbered by. */
  readonly cells: readonly WaveCell[];
  /**
   * Whether this look may send requests that not every look at its stage needs. Where those of a limit were not booked
   * for it the answer is no, and they are booked for the next one.
   */
  mayCall(counts: RequestCounts): boolean;
  /** Machines of other batches of the wave, as their records are now. */
  machinesOf(batchIds: readonly string[]): Promise<WaveMachine[]>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** What a stage found out about one machine. */
export interface StageStep {
  readonly machineId: string;
  readonly outcome: Outcome;
  readonly patch?: Partial<
    Pick<
      MachineRecord,
      | 'operation'
      | 'failures'
      | 'associatedAt'
      | 'removedAt'
      | 'verdict'
      | 'legacyExtensions'
      | 'removal'
      | 'scaleSet'
      | 'undo'
    >
  >;
}

/**
 * A stage observes and decides; what it wants to change it returns as an `act` with its intent, which the
 * runner writes to the audit trail first. A dry run is the same path stopped there.
 */
export type Decision =
  | { readonly machineId: string; readonly step: StageStep }
  | {
      readonly machineId: string;
      /** What is about to be done, for the trail and for dry runs. */
      readonly intent: string;
      /** State before the change, free of secrets. */
      readonly before?: unknown;
      /** The change about to start, so that it is looked for even if nobody lives to hear the answer. */
      readonly change?: { readonly kind: Operation['kind']; readonly extension: string };
      /** What undoing the change takes, so that it is known even if nobody lives to hear the answer. */
      readonly undo?: MachineUndo;
      /** The change ends what the machine's data proved. */
      readonly unproves?: true;
      act(): Promise<StageStep>;
    };

export type StepDecision = Extract<Decision, { step: unknown }>;

/** Whether a machine is through with the stage. */
export function isDone(decision: Decision): decision is StepDecision {
  return 'step' in decision && decision.step.outcome.status === 'done';
}

export type StageHandler = (context: StageContext, machines: readonly WaveMachine[]) => Promise<Decision[]>;

/**
 * Compute counts each VM and each scale set by itself, too: 12 reads and 15 looks at operations a minute, and 4
 * changes after the first 12. Short policies must not go past that. Platform facts 6, facts file 3.11.
 */
export const LEAST_POLL_SECONDS = 5;
export const LEAST_CHANGE_SECONDS = 15;

/** An instant `seconds` from now, or later if the service asked for more. */
export function later(context: StageContext, seconds: number, retryAfterMs?: number | null): string {
  return new Date(context.now() + Math.max(seconds * 1000, retryAfterMs ?? 0)).toISOString();
}

/** Nothing stands against the next look but the limits: it is due at once, or after its turn. */
export function awaitsTurn(context: StageContext, seconds = 0): Outcome {
  return waiting('awaitsTurn', later(context, seconds));
}
