import type { DriftCode, RemedyKind } from './drift-codes.ts';
import type { DriftPolicy } from './drift-policy.ts';

/** By what a legacy agent came back; `script` stands for everything that leaves no trace in Azure. */
export interface Via {
  readonly kind: 'policy' | 'defender' | 'scaleSetModel' | 'image' | 'script';
  /** The assignment, subscription or scale set; absent where nothing is known. */
  readonly id?: string;
  /** The exact command that ends it. */
  readonly fix?: string;
}

/** One thing that is not as it was left; the texts are in `DRIFT_FINDINGS`. */
export interface DriftFinding {
  readonly code: DriftCode;
  readonly subject: {
    readonly kind: 'machine' | 'workspace' | 'rule' | 'subscription' | 'policyAssignment' | 'estate';
    /** Normalised where it is an ARM id. */
    readonly id: string;
  };
  readonly detail?: string;
  readonly via?: readonly Via[];
  readonly fix?: string;
  /** What a remedy would do about it; null: nothing this app can do. */
  readonly remedy: RemedyKind | null;
  /** Why the remedy waits for a person although the policy lets it run by itself. */
  readonly needsPerson?: string;
  /** The plan whose policy a remedy wave runs under. */
  readonly planId?: string;
  /** What it is about for the remedy, such as the rule set of a rule. */
  readonly ruleSetId?: string;
  /** When the first run in a row saw it. */
  readonly since: string;
}

/** Where a run stands; the record holds it, so that any process can go on. */
export type DriftStep =
  | { readonly phase: 'inventory' }
  | { readonly phase: 'baselines'; readonly waveId: string | null; readonly batch: number }
  | { readonly phase: 'machines'; readonly bucket: number }
  | {
      readonly phase: 'estate';
      readonly part: 'ruleSets' | 'connectors' | 'policies' | 'paths';
      readonly index: number;
    }
  | { readonly phase: 'judge' }
  | { readonly phase: 'remedies'; readonly index: number }
  | { readonly phase: 'done' };

export interface DriftRemedy {
  readonly kind: RemedyKind;
  /** Waves: the plan they run under. Rule sets, workspaces, subscriptions: which. */
  readonly about: string;
  /** Findings it would end. */
  readonly findings: number;
  readonly machines: number;
  /**
   * `proposed`: a person may start it. `due`: the policy starts it. `started`: a wave is on its way, or the change was
   * made. `refused`: it could not be, and why.
   */
  readonly status: 'proposed' | 'due' | 'started' | 'refused';
  readonly reason: string | null;
  readonly waveId: string | null;
  readonly by: string | null;
  readonly at: string | null;
}

export interface DriftMachines {
  /** Machines this app migrated. */
  readonly migrated: number;
  /** Of them those in the inventory. */
  readonly seen: number;
}

/** How the ids of inventories begin that drift checks take. */
export const DRIFT_INVENTORY = 'inv-drift-';

/** A drift check: its record in the ledger. Findings are rows of their own. */
export interface DriftRun {
  readonly id: string;
  readonly requestedBy: string;
  readonly startKey: string | null;
  readonly startedAt: string;
  readonly completedAt: string | null;
  readonly status: 'running' | 'completed' | 'failed';
  readonly problem: string | null;
  readonly policy: DriftPolicy;
  /** The inventory it takes, and the one of before that it compares with. */
  readonly inventoryId: string;
  readonly previousInventoryId: string | null;
  readonly previousRunId: string | null;
  readonly step: DriftStep;
  readonly machines: DriftMachines | null;
  /** Findings by code; null until they are judged. */
  readonly counts: Partial<Record<DriftCode, number>> | null;
  /** Codes that nothing is remedied on in this run. */
  readonly implausible: readonly DriftCode[];
  readonly remedies: readonly DriftRemedy[];
}

/** What a machine was migrated to: kept beyond the wave that did it. */
export interface Baseline {
  readonly machineId: string;
  readonly waveId: string;
  readonly planId: string;
  /** When the wave ended. */
  readonly at: string;
  readonly kind: 'azureVm' | 'arcServer' | 'scaleSet';
  readonly os: 'windows' | 'linux';
  readonly vmId: string | null;
  /** Public settings of the agent; null: its defaults. */
  readonly settings: unknown;
  readonly userAssignedIdentityId: string | null;
  readonly endpointId: string | null;
  readonly rules: readonly { readonly ruleId: string; readonly workspaceId: string | null }[];
  /** Workspaces whose rules came from a deployed rule set, and are what that set says now. */
  readonly setWorkspaces: readonly string[];
  readonly legacyWorkspaces: readonly string[];
  /** When the legacy agent was seen to be gone; null: it stayed, or the wave did not come so far. */
  readonly removedAt: string | null;
}

/** A machine that a wave left behind because it could not be reached. */
export interface LeftBehind {
  readonly machineId: string;
  readonly waveId: string;
  readonly planId: string;
  readonly reason: string;
}

/** Of one bucket of machines: what the judgement needs, without reading findings again. */
export interface DriftTotals {
  readonly migrated: number;
  readonly seen: number;
  readonly counts: Partial<Record<DriftCode, number>>;
  /** Rules that are gone, by how many machines need them. */
  readonly goneRules: Readonly<Record<string, number>>;
}
