import type { DiscoveryCursor, DiscoveryLook } from '../../shared/model/discovery.ts';
import type { MachineKind } from '../../shared/model/ids.ts';
import type { LimitSeen, RequestCounts } from '../../shared/model/limits.ts';
import type { MachineStage, Segment } from '../../shared/model/stages.ts';
import type { WaveCell } from '../../shared/model/wave.ts';

/** Names of what is registered with Durable Functions. A name that shipped never changes its meaning (D14). */
export const ORCHESTRATORS = {
  discovery: 'discovery',
  wave: 'wave',
  cell: 'cell',
  batch: 'batch',
  planRun: 'planRun',
  deliver: 'deliver',
  ticket: 'ticket',
  drift: 'drift',
} as const;

export const BUDGET_ENTITY = 'budget';

/** Raised on the orchestration of a wave or run whenever its record was changed from outside. */
export const CONTROL_EVENT = 'control';

export interface StageInput {
  readonly waveId: string;
  readonly batchId: string;
  /** Whose limits the look draws from. */
  readonly subscriptionId: string;
  /** When the wave was resumed last before its batches were started; absent: as the record says. */
  readonly resumedAt?: string | null;
  /** What was booked because the look before asked for it. */
  readonly booked: RequestCounts;
}

export interface StageOutput {
  /** The stage the rest is about: the one that was asked for, or the next where that is settled. */
  readonly stage: MachineStage;
  readonly pending: number;
  readonly inFlight: number;
  readonly halted: boolean;
  readonly nextAt: string | null;
  /** What the next look needs beside what every look at the stage costs. */
  readonly wanted: RequestCounts;
  /** What the answers said of the limits. */
  readonly limits: readonly LimitSeen[];
}

/** Input and output of every activity: what crosses the durable boundary, kept small (D6). */
export interface Activities extends Record<MachineStage, { input: StageInput; output: StageOutput }> {
  advanceWave: {
    input: { readonly waveId: string };
    output:
      | {
          readonly kind: 'run';
          readonly segment: Segment;
          readonly cells: readonly WaveCell[];
          readonly resumedAt: string | null;
        }
      | { readonly kind: 'connectors'; readonly workspaceIds: readonly string[] }
      | { readonly kind: 'restore'; readonly workspaceIds: readonly string[] }
      | { readonly kind: 'wait'; readonly until: string | null; readonly for: string }
      | { readonly kind: 'finished' };
  };
  disableConnector: {
    input: { readonly waveId: string; readonly workspaceIds: readonly string[] };
    output: { readonly switchedOff: number };
  };
  /** `problem`: why the last one failed, null where it did not. */
  syncTicket: {
    input: TicketInput & { readonly problem: string | null };
    output: { readonly kind: 'wait'; readonly until: string } | { readonly kind: 'finished' };
  };
  undoConnector: {
    input: { readonly waveId: string; readonly workspaceIds: readonly string[] };
    output: { readonly restored: number };
  };
  advanceRun: {
    input: { readonly runId: string };
    output:
      | { readonly kind: 'wait'; readonly until: string | null; readonly for: string }
      | { readonly kind: 'finish' };
  };
  recordRunHold: { input: { readonly runId: string; readonly reason: string }; output: null };
  recordHold: { input: { readonly waveId: string; readonly reason: string }; output: null };
  advanceDrift: {
    input: { readonly driftId: string };
    output: { readonly kind: 'again' | 'finish' } | { readonly kind: 'wait'; readonly seconds: number };
  };
  failDriftRun: { input: { readonly driftId: string; readonly problem: string }; output: null };
  advanceInventory: {
    input: { readonly inventoryId: string; readonly cursor: DiscoveryCursor };
    output: DiscoveryLook;
  };
  failInventory: { input: { readonly inventoryId: string; readonly problem: string }; output: null };
  deliverEvents: {
    input: DeliverInput;
    output: { readonly kind: 'again'; readonly at: string | null } | { readonly kind: 'idle' };
  };
}
export type ActivityName = keyof Activities;

export interface DiscoveryInput {
  readonly inventoryId: string;
  /** When the inventory is given up, ISO 8601. */
  readonly deadline: string;
  /** Where it goes on after the history was started anew. */
  readonly cursor: DiscoveryCursor;
}

export interface WaveInput {
  readonly waveId: string;
  /** Batches of a cell that work at the same time. All of this is from the plan, read when the wave was started. */
  readonly concurrentBatches: number;
  /** Longest wait before a stopped wave looks at its record again. */
  readonly recheckSeconds: number;
}

export interface DriftInput {
  readonly driftId: string;
}

export interface PlanRunInput {
  readonly runId: string;
  /** Longest wait before it looks at its record, and at the wave it is at, again. */
  readonly recheckSeconds: number;
}

/** A stream of events and who gets it. */
export interface DeliverInput {
  readonly subscriptionId: string;
  readonly stream: string;
}

export interface CellInput extends WaveInput {
  readonly segment: Segment;
  /** When the wave was resumed last: batches of a run from before end, so that all go on together. */
  readonly resumedAt: string | null;
  readonly cell: string;
  readonly kind: MachineKind;
  readonly cellIndex: number;
  readonly batches: number;
  /** Machines of a full batch: what its first look is budgeted for. */
  readonly batchSize: number;
  /** First batch of this page; a cell with many batches goes page by page. */
  readonly from: number;
  /** What went wrong on earlier pages. */
  readonly problems: readonly string[];
}

export interface CellOutput {
  readonly problems: readonly string[];
}

export interface BatchInput {
  readonly waveId: string;
  readonly batchId: string;
  readonly segment: Segment;
  readonly resumedAt: string | null;
  readonly cell: string;
  readonly kind: MachineKind;
  /** Machines of a full batch: what the first look at a stage is budgeted for. */
  readonly batchSize: number;
  /** Where in the segment a continued batch goes on. */
  readonly stageIndex: number;
  readonly firstLook: boolean;
  /** Machines the next look concerns; an upper bound before the first. */
  readonly pending: number;
  /** Those of them with an operation under way. */
  readonly inFlight: number;
  /** What the look before asked for. */
  readonly wanted: RequestCounts;
}

export interface BatchOutput {
  readonly halted: boolean;
  readonly problem: string | null;
}

export interface TicketInput {
  readonly waveId: string;
}
