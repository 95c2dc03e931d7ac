import type { WaveMachine } from '../../ledger/waves.ts';
import { blocked, waiting } from '../../model/outcome.ts';
import { tagValue } from '../../model/policy.ts';
import { isProven } from '../../model/verdict.ts';
import { withStandingVerdict } from '../../verification/accept.ts';
import { type Decision, later, type StageContext, type StageStep } from '../../waves/stage.ts';
import { outcomeOfTrouble } from '../../waves/trouble-outcome.ts';
import { lookAtOperation } from '../operation-step.ts';
import { startedStep } from '../removal/start-task.ts';
import type { InstanceDependencies } from './dependencies.ts';
import type { ScaleSetState } from './gateway.ts';
import { silentInstances } from './heard.ts';
import { type ChangeStage, counted, named, nextUpgrade } from './next-upgrade.ts';

/** Brings the changed model to the instances, or follows Azure doing so; one look. */
export async function followInstances(
  dependencies: InstanceDependencies,
  context: StageContext,
  stage: ChangeStage,
  set: WaveMachine,
): Promise<Decision> {
  const { planned, record } = set;
  const machineId = planned.id;
  const settle = (step: Omit<StageStep, 'machineId'>): Decision => ({
    machineId,
    step: { machineId, ...step },
  });
  const looked = await lookAtOperation(context, dependencies.machines, set);
  if (looked !== 'finished' && looked !== 'unknown') return { machineId, step: looked };
  const answer = await dependencies.scaleSets.read(planned);
  if (!answer.ok) return settle({ outcome: outcomeOfTrouble(context, answer.trouble) });

  const state = answer.value;
  const changedAt = record.scaleSet?.changedAt ?? new Date(context.now()).toISOString();
  const next = nextUpgrade({ stage, state, policy: context.policy.scaleSets, changedAt });
  switch (next.kind) {
    case 'finished':
      return settle(finished(context, stage, state));
    case 'blocked':
      return settle({ outcome: blocked(next.reason, next.detail), patch: { operation: null } });
    case 'wait': {
      // Azure has its pace; a person, too.
      const upgrading = next.reason === 'instancesUpgrading';
      const seconds = upgrading ? context.policy.pollSeconds : context.policy.waitPollSeconds;
      const outcome = waiting(next.reason, later(context, seconds), next.detail);
      return settle({ outcome, patch: { operation: null } });
    }
    case 'upgrade': {
      // Batches can be hours apart: what was free at the first may be held at the next.
      const tags = await dependencies.machines.tags(planned);
      if (!tags.ok) return settle({ outcome: outcomeOfTrouble(context, tags.trouble) });
      if (tagValue(tags.value, context.policy.holdTag) !== undefined) {
        const outcome = waiting('heldTag', later(context, context.policy.waitPollSeconds));
        return settle({ outcome, patch: { operation: null } });
      }
      if (stage === 'uninstall' && !context.dryRun) {
        // The upgrade is what takes the agent off an instance: an acceptance that ended stops it half-way.
        if (!isProven(withStandingVerdict(context, set).record.verdict, context.now()))
          return settle({ outcome: blocked('notVerified'), patch: { operation: null } });
        // Those before lost their legacy agent: they must be heard before others follow.
        const silent = await silentInstances(dependencies, context, set, state);
        if (silent !== undefined) return settle({ outcome: silent, patch: { operation: null } });
      }
      return upgrade(dependencies, context, set, next.instanceIds, state);
    }
  }
}

/** Data is compared from the moment the last instance was done. */
function finished(context: StageContext, stage: ChangeStage, { instances }: ScaleSetState) {
  return {
    outcome: { status: 'done' as const, detail: counted(instances) },
    patch: {
      operation: null,
      ...(stage === 'uninstall'
        ? { legacyExtensions: [], removedAt: new Date(context.now()).toISOString() }
        : {}),
    },
  };
}

function upgrade(
  { scaleSets }: InstanceDependencies,
  context: StageContext,
  { planned }: WaveMachine,
  instanceIds: readonly string[],
  { instances }: ScaleSetState,
): Decision {
  const machineId = planned.id;
  const batch = instances.filter(({ instanceId }) => instanceIds.includes(instanceId));
  const name = instanceIds.join(',');
  return {
    machineId,
    intent: `upgrade ${named(batch)} of ${instances.length} to the latest model`,
    before: {
      instances: batch.map(({ instanceId, latestModel, extensions }) => ({
        instanceId,
        latestModel,
        extensions: extensions.map((one) => one.name),
      })),
    },
    change: { kind: 'upgradeInstances', extension: name },
    act: async () =>
      startedStep(
        context,
        machineId,
        'upgradeInstances',
        name,
        await scaleSets.upgrade(planned, instanceIds),
      ),
  };
}
