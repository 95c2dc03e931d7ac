import { z } from 'zod';
import { normalizeId } from './ids.ts';
import { MachineMatch, Policy } from './policy.ts';
import type { ReasonCode } from './reasons.ts';

/** What a person asks for: which machines, in what cohorts, under which policy. */
export const PlanRequest = z
  .strictObject({
    inventoryId: z.string().min(1).default('latest'),
    name: z.string().min(1).max(100).default('migration'),
    selection: z
      .strictObject({
        /** Explicit machines; all others stay out. */
        machineIds: z.array(z.string().transform(normalizeId)).min(1).optional(),
        include: z.array(MachineMatch).default([]),
        exclude: z.array(MachineMatch).default([]),
      })
      .prefault({}),
    cohorts: z
      .strictObject({
        /** Machines of wave 0. */
        pilotSize: z.int().min(0).default(5),
        /** Machines of the first wave after the pilot. */
        firstSize: z.int().min(1).default(25),
        /** Each later wave is this many times as large as the one before. */
        growth: z.number().min(1).max(100).default(2),
        /** Blast-radius limit: no wave is larger. */
        maxSize: z.int().min(1).default(1000),
      })
      .prefault({}),
    policy: Policy.prefault({}),
  })
  .superRefine((plan, context) => {
    const { pilotSize, maxSize, firstSize } = plan.cohorts;
    if (pilotSize > maxSize) {
      context.addIssue({
        code: 'custom',
        path: ['cohorts', 'pilotSize'],
        message: `is larger than cohorts.maxSize (${maxSize})`,
      });
    }
    if (firstSize > maxSize) {
      context.addIssue({
        code: 'custom',
        path: ['cohorts', 'firstSize'],
        message: `is larger than cohorts.maxSize (${maxSize})`,
      });
    }
  });
export type PlanRequest = z.infer<typeof PlanRequest>;

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
    readonly needs: string;
    readonly detail?: string;
  }[];
}

/** What the plan will do to one machine, worked out from the inventory once and never again. */
export interface PlannedMachine {
  readonly id: string;
  readonly resourceId: string;
  readonly kind: 'azureVm' | 'arcServer';
  readonly os: 'windows' | 'linux';
  readonly region: string;
  readonly cell: string;
  /** Name of the proxy profile, null where no rule matches and the agent keeps its default. */
  readonly proxyProfile: string | null;
  readonly userAssignedIdentityId: string | null;
  readonly endpointId: string | null;
  readonly rules: readonly RuleAssignment[];
  readonly legacyWorkspaces: readonly string[];
  readonly scomAttached: boolean;
}

export interface PlannedWave {
  readonly index: number;
  readonly machineCount: number;
  readonly cells: readonly { readonly cell: string; readonly machineCount: number }[];
  /** Workspaces its machines report to through the legacy agent. */
  readonly legacyWorkspaces: readonly string[];
}

/** Immutable: its id is the hash of its content. */
export interface Plan {
  readonly id: string;
  readonly hash: string;
  readonly name: string;
  readonly inventoryId: string;
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
  readonly workspaces: readonly {
    readonly id: string;
    readonly resourceId: string;
    readonly customerId: string;
  }[];
}
