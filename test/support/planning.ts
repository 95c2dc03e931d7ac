import type { Machine } from '../../shared/model/machine.ts';
import { PlanRequest } from '../../shared/model/plan-request.ts';
import { type MakePlanResult, makePlan } from '../../shared/waves/make-plan.ts';
import type { PlannableEstate } from '../../shared/waves/planned-machine.ts';
import { aRule, at, aWorkspace } from './builders.ts';

/** What a plan needs of an inventory beside its machines: one workspace and a rule for Windows. */
export function anEstate(changes: Partial<PlannableEstate> = {}): PlannableEstate {
  return {
    id: 'inventory-1',
    startedAt: at(-600),
    completedAt: at(-300),
    rules: [aRule()],
    ruleSets: [],
    endpoints: [],
    workspaces: [aWorkspace()],
    unreadWorkspaces: [],
    ...changes,
  };
}

export async function* each(machines: readonly Machine[]): AsyncGenerator<Machine> {
  yield* machines;
}

/** A plan, or why there is none. */
export function tryPlan(
  machines: readonly Machine[],
  request: object = {},
  estate: PlannableEstate = anEstate(),
): Promise<MakePlanResult> {
  return makePlan(PlanRequest.parse(request), estate, each(machines), at(0));
}

/** A plan, or a failing test. */
export async function aMadePlan(...parameters: Parameters<typeof tryPlan>) {
  const result = await tryPlan(...parameters);
  if (!result.ok) throw new Error(`no plan: ${JSON.stringify(result.refusal)}`);
  return result.made;
}
