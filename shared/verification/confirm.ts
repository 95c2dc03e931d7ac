import pMap from 'p-map';
import type { MachineGateway } from '../agents/gateway.ts';
import type { Verdicts } from '../ledger/verdicts.ts';
import type { WaveMachine } from '../ledger/waves.ts';
import { isLegacyExtension } from '../model/agents.ts';
import { blocked, skipped } from '../model/outcome.ts';
import type { Decision, StageContext, StageHandler } from '../waves/stage.ts';
import { outcomeOfTrouble } from '../waves/trouble-outcome.ts';
import type { LogsGateway } from './gateway.ts';
import { createVerify } from './verify.ts';

export interface ConfirmDependencies {
  readonly machines: Pick<MachineGateway, 'extensions'>;
  readonly logs: LogsGateway;
  readonly verdicts: Verdicts;
  readonly concurrency: number;
}

/**
 * Stage `confirm`: every expected table still fills since the legacy agent went, and then, as the last
 * look at the machine, the agent is still gone: what reinstalls it needs some time to do so.
 */
export function createConfirm({ machines, logs, verdicts, concurrency }: ConfirmDependencies): StageHandler {
  const verifyData = createVerify(
    { logs, verdicts },
    { since: removedAt, comparedSince: removedAt, expectRise: false },
  );

  async function lastLook(
    context: StageContext,
    machine: WaveMachine,
    decision: Decision,
  ): Promise<Decision> {
    if (!('step' in decision) || decision.step.outcome.status !== 'done') return decision;
    const { machineId } = decision;
    const found = await machines.extensions(machine.planned);
    if (!found.ok)
      return { machineId, step: { machineId, outcome: outcomeOfTrouble(context, found.trouble) } };
    const back = found.value.find(isLegacyExtension);
    if (back === undefined) return decision;
    return { machineId, step: { machineId, outcome: blocked('legacyReturned', back.name) } };
  }

  return async (context, batch) => {
    const kept = batch.filter(({ record }) => record.outcomes.uninstall?.status === 'skipped');
    const gone = batch.filter((machine) => !kept.includes(machine));
    const byId = new Map(gone.map((machine) => [machine.planned.id, machine]));
    const judged = gone.length === 0 ? [] : await verifyData(context, gone);
    const looked = await pMap(
      judged,
      (decision) => lastLook(context, byId.get(decision.machineId) as WaveMachine, decision),
      { concurrency },
    );
    return [...kept.map(keptDecision), ...looked];
  };
}

/** A legacy agent that was kept on purpose stays settled with the reason it was kept for. */
function keptDecision({ planned, record }: WaveMachine): Decision {
  const { uninstall } = record.outcomes;
  const reason = uninstall?.status === 'skipped' ? uninstall.reason : 'earlierStage';
  return { machineId: planned.id, step: { machineId: planned.id, outcome: skipped(reason) } };
}

/** From when on the legacy agent was seen to be gone. */
export function removedAt({ record }: WaveMachine): string | undefined {
  return record.removedAt ?? undefined;
}
