import pMap from 'p-map';
import type { WaveMachine } from '../../ledger/waves.ts';
import { blocked, type Outcome, skipped, waiting } from '../../model/outcome.ts';
import type { ScaleSetWork } from '../../model/scale-set.ts';
import {
  type Decision,
  later,
  type StageContext,
  type StageHandler,
  type StageStep,
} from '../../waves/stage.ts';
import { outcomeOfTrouble } from '../../waves/trouble-outcome.ts';
import { changeObstacle, type Obstacle } from './change-obstacle.ts';
import type { InstanceDependencies } from './dependencies.ts';
import { followInstances } from './follow-instances.ts';
import { silentInstances } from './heard.ts';
import { type ChangeStage, counted, lackingInstances, named } from './next-upgrade.ts';

/**
 * Lets a stage that changes extensions work on scale sets: the stage changes the model as if it were a machine, and
 * here the change is brought to the instances. Settled is a set only when its instances are.
 */
export function withInstances(
  dependencies: InstanceDependencies,
  stage: ChangeStage,
  handler: StageHandler,
): StageHandler {
  const { concurrency } = dependencies;
  return async (context, machines) => {
    const ofInstances = machines.filter(
      ({ record }) => workOf(record.scaleSet, stage)?.phase === 'instances',
    );
    const others = machines.filter((machine) => !ofInstances.includes(machine));
    const sets = new Map(others.filter(isSet).map((machine) => [machine.planned.id, machine] as const));
    const decisions = others.length === 0 ? [] : await handler(context, others);
    return [
      ...(await pMap(
        decisions,
        async (decision) => {
          const set = sets.get(decision.machineId);
          return set === undefined ? decision : ofModel(dependencies, context, stage, set, decision);
        },
        { concurrency },
      )),
      ...(await pMap(ofInstances, (set) => followInstances(dependencies, context, stage, set), {
        concurrency,
      })),
    ];
  };
}

function isSet({ planned }: WaveMachine): boolean {
  return planned.kind === 'scaleSet';
}

/** Work of another stage is over. */
function workOf(work: ScaleSetWork | undefined, stage: ChangeStage): ScaleSetWork | undefined {
  return work?.stage === stage ? work : undefined;
}

/** Puts the state of the instances before a change of the model, and their upgrade behind it. */
async function ofModel(
  dependencies: InstanceDependencies,
  context: StageContext,
  stage: ChangeStage,
  set: WaveMachine,
  decision: Decision,
): Promise<Decision> {
  const { machineId } = decision;
  const { record } = set;
  const settle = (outcome: Outcome, patch: StageStep['patch'] = {}): Decision => ({
    machineId,
    step: { machineId, outcome, patch },
  });
  const wanted = 'act' in decision ? 'change' : decision.step.outcome.status;
  if (wanted !== 'change' && wanted !== 'done' && wanted !== 'alreadyDone') return decision;

  const answer = await dependencies.scaleSets.read(set.planned);
  if (!answer.ok) return settle(outcomeOfTrouble(context, answer.trouble));
  const state = answer.value;
  const lacking = lackingInstances(stage, state.instances);
  if (!('act' in decision) && lacking.length === 0) {
    const { step } = decision;
    return settle({ ...step.outcome, detail: counted(state.instances) } as Outcome, step.patch);
  }

  // What the app itself has begun makes instances outdated, and must be brought to its end.
  const begun = workOf(record.scaleSet, stage) !== undefined || record.operation !== null;
  if (!begun) {
    const change = 'act' in decision ? decision.change : undefined;
    const extension = change?.kind === 'deleteExtension' ? change.extension : '';
    const obstacle = changeObstacle({ stage, state, policy: context.policy.scaleSets, extension });
    if (obstacle !== undefined) return settle(outcomeOfObstacle(context, obstacle), { operation: null });
    if (stage === 'uninstall' && !context.dryRun) {
      const silent = await silentInstances(dependencies, context, set, state);
      if (silent !== undefined) return settle(silent, { operation: null });
    }
  }
  const changedAt =
    workOf(record.scaleSet, stage)?.changedAt ??
    record.operation?.startedAt ??
    new Date(context.now()).toISOString();
  if (!('act' in decision)) {
    if (context.dryRun) return settle(skipped('dryRun', `upgrade ${named(lacking)}`));
    // Recorded before the first instance is touched: killed or held from here on, the app knows what it was at.
    const until = new Date(context.now()).toISOString();
    return settle(waiting('instancesUpgrading', until, named(lacking)), {
      operation: null,
      scaleSet: { stage, phase: 'instances', changedAt },
    });
  }
  return {
    ...decision,
    intent: `${decision.intent} in the model of ${state.instances.length} instances (${state.upgradePolicy} upgrades)`,
    async act() {
      const step = await decision.act();
      if (step.patch?.operation == null) return step;
      return { ...step, patch: { ...step.patch, scaleSet: { stage, phase: 'model', changedAt } } };
    },
  };
}

/** What stands in the way of a set, as an outcome. */
export function outcomeOfObstacle(context: StageContext, { kind, reason, detail }: Obstacle): Outcome {
  if (kind === 'blocked') return blocked(reason, detail);
  return waiting(reason, later(context, context.policy.waitPollSeconds), detail);
}
