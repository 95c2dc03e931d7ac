import type { DriftRun } from '../model/drift.ts';
import type { WaveRemedy } from '../model/drift-codes.ts';
import type { Plan } from '../model/plan.ts';
import type { Policy } from '../model/policy.ts';

/** The policy of a remedy wave: that of the plan its machines were migrated by, in the windows of the check. Pure. */
export function remedyPolicy(base: Policy, { windows, freezes, approvals }: DriftRun['policy']): Policy {
  const own = Object.entries(approvals).filter(([, value]) => value !== undefined);
  return {
    ...base,
    ...(windows.length === 0 ? {} : { windows }),
    // A freeze of the plan stays one: it was set for a reason that a check does not know.
    freezes: [...base.freezes, ...freezes],
    approvals: { ...base.approvals, ...Object.fromEntries(own) },
  };
}

/** What is asked of the planner for a remedy: one wave with its machines, from the inventory of the run. Pure. */
export function remedyRequest(
  run: Pick<DriftRun, 'id' | 'inventoryId' | 'policy'>,
  kind: WaveRemedy,
  base: Pick<Plan, 'id' | 'policy'>,
  machineIds: readonly string[],
): unknown {
  return {
    inventoryId: run.inventoryId,
    name: `${kind} of ${run.id}`.slice(0, 100),
    selection: { machineIds },
    cohorts: { pilotSize: 0, firstSize: 1000, maxSize: 1000 },
    policy: remedyPolicy(base.policy, run.policy),
    ...(kind === 'migrate' ? {} : { repairs: base.id }),
  };
}
