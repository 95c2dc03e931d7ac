import { z } from 'zod';
import { hasPlainParts, NOT_PLAIN, normalizeId } from './ids.ts';
import type { Outcome } from './outcome.ts';

/** How a legacy agent got on a machine: by an extension of any name, or by hand, so that no extension shows it. */
export type LegacyForm = 'extension' | 'manual';

/** What a wave may set for its own machines; here without defaults. */
export const removalOfWave = {
  /** Removes agents that were installed without an extension, by a script that Run Command runs on the machine. */
  manualInstalls: z.boolean(),
  /** Where Operations Manager needs the agent: leave it as it is, or detach its workspaces and keep the agent. */
  scom: z.enum(['keep', 'detach']),
  /**
   * The dependency agent of VM insights: leave it, set it to work with Azure Monitor Agent, or delete it once
   * the legacy agent is gone. Facts file 3.1.
   */
  dependencyAgent: z.enum(['keep', 'amaMode', 'remove']),
  /** Starts a VM that is deallocated when its agent is to be removed, and deallocates it again afterwards. */
  startDeallocated: z.boolean(),
};

const workspaceId = z
  .string()
  .regex(
    /^\/subscriptions\/[^/]+\/.+\/microsoft\.operationalinsights\/workspaces\/[^/]+$/i,
    'must be the ARM id of a Log Analytics workspace',
  )
  .refine(hasPlainParts, NOT_PLAIN)
  .transform(normalizeId);

/** Everything that reaches beyond deleting an extension is off unless a plan, or a wave of it, turns it on. */
export const Removal = z
  .strictObject({
    manualInstalls: removalOfWave.manualInstalls.default(false),
    scom: removalOfWave.scom.default('keep'),
    /**
     * Workspaces the legacy agent goes on to report to: it stays there, and is detached from all others. Rules
     * are not asked for them, so this holds for the whole plan.
     */
    keepWorkspaces: z.array(workspaceId).max(1000).default([]),
    dependencyAgent: removalOfWave.dependencyAgent.default('keep'),
    startDeallocated: removalOfWave.startDeallocated.default(false),
  })
  .prefault({});
export type Removal = z.infer<typeof Removal>;

/** What a script says it did: the one line it prints. */
export const ScriptResult = z.strictObject({
  schema: z.literal(1),
  action: z.enum(['remove', 'detach']),
  /** `absent`: there was nothing to do. `refused`: it must not be done. */
  result: z.enum(['removed', 'detached', 'absent', 'refused', 'failed']),
  /** A word for what stood in the way; empty where nothing did. */
  reason: z.string().max(100),
  /** Ids of the workspaces the agent reported to before and after. */
  before: z.array(z.string()).max(100),
  after: z.array(z.string()).max(100),
});
export type ScriptResult = z.infer<typeof ScriptResult>;
export type ScriptAction = ScriptResult['action'];

/** What of a machine's removal is done, beside the extensions that are gone. */
export interface RemovalProgress {
  /** The last script that ended. */
  readonly script?: ScriptResult;
  /** The script found a management group that no heartbeat had told of. */
  readonly scomFound?: true;
  /** The app started the VM, and has to deallocate it again. */
  readonly startedVm?: {
    readonly at: string;
    /** How the stage ends once the VM is off again; null while it is needed. */
    readonly outcome: Outcome | null;
  };
}
