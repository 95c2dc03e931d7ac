import pMap from 'p-map';
import type { MachineGateway } from '../agents/gateway.ts';
import type { WaveMachine } from '../ledger/waves.ts';
import type { Association } from '../model/machine.ts';
import { blocked, type Outcome, waiting } from '../model/outcome.ts';
import { tagValue } from '../model/policy.ts';
import { type Decision, later, type StageContext, type StageHandler } from '../waves/stage.ts';
import { outcomeOfTrouble } from '../waves/trouble-outcome.ts';
import { missingAssociations } from './associations.ts';
import type { AssociationGateway } from './gateway.ts';

export interface AssociateDependencies {
  readonly machines: Pick<MachineGateway, 'tags'>;
  readonly associations: AssociationGateway;
  readonly concurrency: number;
}

/** Stage `associate`: the planned rules, and the endpoint where private link needs it. */
export function createAssociate(dependencies: AssociateDependencies): StageHandler {
  const { concurrency } = dependencies;
  return (context, batch) =>
    pMap(batch, (machine) => decide(dependencies, context, machine), { concurrency });
}

async function decide(
  { machines, associations }: AssociateDependencies,
  context: StageContext,
  { planned, record }: WaveMachine,
): Promise<Decision> {
  const machineId = planned.id;
  const settle = (outcome: Outcome): Decision => ({
    machineId,
    step: {
      machineId,
      outcome,
      // Data is judged from the moment the rules were seen in place, even if someone else put them there.
      patch:
        outcome.status === 'alreadyDone'
          ? { associatedAt: record.associatedAt ?? new Date(context.now()).toISOString() }
          : {},
    },
  });
  const existing = await associations.list(planned.resourceId);
  if (!existing.ok) return settle(outcomeOfTrouble(context, existing.trouble));
  const { missing, otherEndpoint } = missingAssociations(existing.value, planned);
  if (otherEndpoint !== null) return settle(blocked('endpointConflict', otherEndpoint));
  if (missing.length === 0) return settle({ status: 'alreadyDone' });
  // Installed in one look and associated in another: a hold may have come in between.
  const tags = await machines.tags(planned);
  if (!tags.ok) return settle(outcomeOfTrouble(context, tags.trouble));
  if (tagValue(tags.value, context.policy.holdTag) !== undefined) {
    return settle(waiting('heldTag', later(context, context.policy.waitPollSeconds)));
  }
  return {
    machineId,
    intent: `associate ${missing.map(({ name, target }) => `${name} -> ${'ruleId' in target ? target.ruleId : target.endpointId}`).join(', ')}`,
    before: { associations: existing.value satisfies readonly Association[] },
    undo: { associations: missing.map(({ name }) => name) },
    async act() {
      for (const { name, target } of missing) {
        const created = await associations.create(planned.resourceId, name, target);
        // What was created before stays: the next look finds it and goes on from there.
        if (!created.ok) return { machineId, outcome: outcomeOfTrouble(context, created.trouble) };
      }
      return {
        machineId,
        outcome: { status: 'done' },
        patch: { associatedAt: new Date(context.now()).toISOString() },
      };
    },
  };
}
