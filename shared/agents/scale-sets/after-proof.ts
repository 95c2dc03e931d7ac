import pMap from 'p-map';
import type { WaveMachine } from '../../ledger/waves.ts';
import { isLegacyExtension } from '../../model/agents.ts';
import { blocked, type Outcome } from '../../model/outcome.ts';
import {
  awaitsTurn,
  type Decision,
  isDone,
  type StageContext,
  type StageHandler,
  type StepDecision,
} from '../../waves/stage.ts';
import { outcomeOfTrouble } from '../../waves/trouble-outcome.ts';
import type { InstanceDependencies } from './dependencies.ts';
import { silentInstances } from './heard.ts';
import { counted, named } from './next-upgrade.ts';

/**
 * Lets a stage that judges data pass a scale set only when all of its running instances are heard; where the
 * legacy agent is gone (`confirm`), also only when none of them has it again.
 */
export function withInstancesProven(dependencies: InstanceDependencies, handler: StageHandler): StageHandler {
  return async (context, machines) => {
    const sets = new Map(
      machines
        .filter(({ planned }) => planned.kind === 'scaleSet')
        .map((machine) => [machine.planned.id, machine] as const),
    );
    const decisions = await handler(context, machines);
    const passed = decisions.filter((decision) => sets.has(decision.machineId) && isDone(decision));
    if (passed.length === 0) return decisions;
    // One query each; and the set, its instances and its last upgrade.
    const mayCall = context.mayCall({ queries: passed.length, reads: 3 * passed.length });
    return pMap(
      decisions,
      async (decision) => {
        const set = sets.get(decision.machineId);
        if (set === undefined || !isDone(decision)) return decision;
        if (mayCall) return prove(dependencies, context, set, decision);
        return { ...decision, step: { ...decision.step, outcome: awaitsTurn(context) } };
      },
      { concurrency: dependencies.concurrency },
    );
  };
}

async function prove(
  dependencies: InstanceDependencies,
  context: StageContext,
  set: WaveMachine,
  decision: StepDecision,
): Promise<Decision> {
  const { machineId, step } = decision;
  const withOutcome = (outcome: Outcome): Decision => ({ machineId, step: { ...step, outcome } });
  const state = await dependencies.scaleSets.read(set.planned);
  if (!state.ok) return withOutcome(outcomeOfTrouble(context, state.trouble));
  const { instances } = state.value;
  const back = instances.filter(({ extensions }) => extensions.some(isLegacyExtension));
  if (context.stage === 'confirm' && back.length > 0)
    return withOutcome(blocked('legacyReturned', named(back)));
  const silent = await silentInstances(dependencies, context, set, state.value);
  if (silent !== undefined) return withOutcome(silent);
  return withOutcome({ status: 'done', detail: counted(instances) });
}
