import { ExpectedSeconds, Promotion } from './calendar.ts';
import type { ExpectedChange } from './deployed-rules.ts';
import type { Forecast, WaveForecast } from './forecast.ts';
import type { MachineKind } from './ids.ts';
import type { PlanWarning } from './plan-warnings.ts';
import type { Policy } from './policy.ts';
import type { Needs, ReasonCode } from './reasons.ts';
import { type LegacyForm, Removal } from './removal.ts';
import { ScaleSetPolicy } from './scale-set.ts';
import type { PlannedCustomLog } from './streams.ts';

export interface RuleAssignment {
  readonly ruleId: string;
  /** Resource id in Azure's casing, for the call. */
  readonly resourceId: string;
  /** null: the rule sends to no workspace. */
  readonly workspaceId: string | null;
  /** Tables that must receive rows once the rule is associated. */
  readonly tables: readonly string[];
}

/** Why an assessment, or a plan, leaves a machine out. */
export interface BlockedMachine {
  readonly machineId: string;
  readonly reasons: readonly {
    readonly code: ReasonCode;
    readonly text: string;
    readonly needs: Needs;
    readonly detail?: string;
  }[];
}

/** What the plan will do to one machine, worked out from the inventory once and never again. */
export interface PlannedMachine {
  readonly id: string;
  readonly resourceId: string;
  readonly kind: MachineKind;
  readonly os: 'windows' | 'linux';
  /** Distribution and major version, or release of Windows; null or absent where it is unknown. */
  readonly osRelease?: string | null;
  readonly region: string;
  readonly cell: string;
  /** Name of the proxy profile, null where no rule matches and the agent keeps its default. */
  readonly proxyProfile: string | null;
  readonly userAssignedIdentityId: string | null;
  readonly endpointId: string | null;
  readonly rules: readonly RuleAssignment[];
  readonly legacyWorkspaces: readonly string[];
  readonly scomAttached: boolean;
  /** Azure's own id of the machine that was planned for, where the inventory has it. */
  readonly vmId: string | null;
  /** Ids of the workspaces its legacy agent reports to, as its settings carry them; sorted. Empty: unknown. */
  readonly legacyCustomerIds: readonly string[];
  /** Forms in which the legacy agent is there; absent: as an extension. */
  readonly legacyForms?: readonly LegacyForm[];
  /** Instances of a scale set when it was planned: what it counts as towards the size of a wave. */
  readonly instances?: number;
}

/** What a wave has of its own; the rest is the plan's policy. */
export type WaveSettings = Pick<
  Policy,
  | 'concurrentBatchesPerCell'
  | 'soakSeconds'
  | 'windows'
  | 'freezes'
  | 'inventoryMaxAgeSeconds'
  | 'gate'
  | 'checks'
  | 'approvals'
  | 'removal'
>;

export interface PlannedWave {
  readonly index: number;
  readonly machineCount: number;
  readonly cells: readonly { readonly cell: string; readonly machineCount: number }[];
  /** Workspaces its machines report to through the legacy agent. */
  readonly legacyWorkspaces: readonly string[];
  readonly settings: WaveSettings;
  readonly forecast: WaveForecast;
}

/** What sets machines apart for the pilot. */
export interface Combination {
  readonly os: string;
  readonly kind: string;
  readonly region: string;
  readonly workspaces: readonly string[];
  readonly proxyProfile: string | null;
  readonly machines: number;
}

export interface Pilot {
  readonly machines: number;
  /** Combinations among the planned machines. */
  readonly combinations: number;
  readonly uncoveredCount: number;
  /** Combinations the pilot does not try, the largest first; cut at `UNCOVERED_SHOWN`. */
  readonly uncovered: readonly Combination[];
}
export const UNCOVERED_SHOWN = 100;

/** How many blocked machines have a reason; a machine can have several. */
export interface ReasonCount {
  readonly code: ReasonCode;
  readonly text: string;
  readonly needs: Needs;
  readonly machines: number;
}

/** Immutable: its id is the hash of its content. */
export interface Plan {
  readonly id: string;
  readonly hash: string;
  readonly name: string;
  /** The plan whose machines this one puts right; absent: it migrates. */
  readonly repairs?: string;
  readonly inventoryId: string;
  /** When the inventory was completed: waves refuse one that is too old. */
  readonly inventoryCompletedAt: string | null;
  readonly createdAt: string;
  readonly policy: Policy;
  readonly waves: readonly PlannedWave[];
  readonly counts: {
    readonly machines: number;
    readonly planned: number;
    readonly alreadyMigrated: number;
    readonly blocked: number;
    readonly notSelected: number;
  };
  /** null: the plan has none. */
  readonly pilot: Pilot | null;
  readonly blockedReasons: readonly ReasonCount[];
  readonly warnings: readonly PlanWarning[];
  readonly forecast: Forecast;
  readonly workspaces: readonly {
    readonly id: string;
    readonly resourceId: string;
    readonly customerId: string;
    /** Tables of agents that it takes in; absent in plans of before. */
    readonly tables?: readonly string[];
    /** Custom logs that legacy agents fill; absent in plans of before. */
    readonly customLogs?: readonly PlannedCustomLog[];
  }[];
  /** The rule sets that gave machines their rules. */
  readonly ruleSets: readonly {
    readonly id: string;
    readonly workspaceId: string;
    readonly expected: readonly ExpectedChange[];
  }[];
}

/** A plan as it was stored, perhaps by a version that knew less: settings it lacks are as they were then. */
export function storedPlan(plan: Plan): Plan {
  const {
    windows = [],
    freezes = [],
    expectedSeconds = ExpectedSeconds.parse({}),
    promotion = Promotion.parse({}),
    inventoryMaxAgeSeconds = 14 * 86_400,
    removal = Removal.parse({}),
    scaleSets = ScaleSetPolicy.parse({}),
    checks = [],
  }: Partial<Policy> = plan.policy;
  const { ruleSets = [] }: Partial<Plan> = plan;
  return {
    ...plan,
    ruleSets,
    policy: {
      ...plan.policy,
      windows,
      freezes,
      expectedSeconds,
      promotion,
      inventoryMaxAgeSeconds,
      removal,
      scaleSets,
      checks,
    },
  };
}

/** The policy one wave runs under: the one place that says so. */
export function policyOfWave(plan: Pick<Plan, 'policy' | 'waves'>, index: number): Policy {
  return { ...plan.policy, ...plan.waves[index]?.settings };
}
