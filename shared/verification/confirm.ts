import pMap from 'p-map';
import type { MachineGateway } from '../agents/gateway.ts';
import type { Verdicts } from '../ledger/verdicts.ts';
import type { WaveMachine } from '../ledger/waves.ts';
import { isLegacyExtension } from '../model/agents.ts';
import { blocked, type Outcome, skipped, waiting } from '../model/outcome.ts';
import { LAST_LOOK_READS } from '../model/stages.ts';
import type { MachineRecord } from '../model/wave.ts';
import {
  type Decision,
  isDone,
  later,
  type StageContext,
  type StageHandler,
  type StepDecision,
} from '../waves/stage.ts';
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
    decision: StepDecision,
  ): Promise<Decision> {
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
    const proved = gone.filter(({ record }) => isProved(record));
    const open = gone.filter((machine) => !proved.includes(machine));
    const judged = [
      ...proved.map(provedDecision),
      ...(open.length === 0 ? [] : await verifyData(context, open)),
    ];
    const mayLook = mayLookAt(
      context,
      judged.filter(isDone).map(({ machineId }) => byId.get(machineId)),
    );
    const looked = await pMap(
      judged,
      (decision) => {
        if (!isDone(decision)) return decision;
        const machine = byId.get(decision.machineId) as WaveMachine;
        return mayLook ? lastLook(context, machine, decision) : beforeLastLook(context, decision);
      },
      { concurrency },
    );
    return [...kept.map(keptDecision), ...looked];
  };
}

/** Whether the data of a machine has passed at an earlier look, so that only the last one is left. */
function isProved({ outcomes }: MachineRecord): boolean {
  return outcomes.confirm?.status === 'waiting' && outcomes.confirm.reason === 'lastLook';
}

function provedDecision({ planned, record }: WaveMachine): Decision {
  const { confirm } = record.outcomes;
  const detail = confirm?.status === 'waiting' ? confirm.detail : undefined;
  const outcome: Outcome = { status: 'done', ...(detail === undefined ? {} : { detail }) };
  return { machineId: planned.id, step: { machineId: planned.id, outcome } };
}

/** Reads that only machines need whose data has passed; a batch is of one kind. */
function mayLookAt(context: StageContext, machines: readonly (WaveMachine | undefined)[]): boolean {
  const [first] = machines;
  if (first === undefined) return true;
  return context.mayCall({ reads: LAST_LOOK_READS[first.planned.kind] * machines.length });
}

function beforeLastLook(context: StageContext, { machineId, step }: StepDecision): Decision {
  const detail = step.outcome.status === 'done' ? step.outcome.detail : undefined;
  return { machineId, step: { ...step, outcome: waiting('lastLook', later(context, 0), detail) } };
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
