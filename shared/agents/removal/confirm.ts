import type { WaveMachine } from '../../ledger/waves.ts';
import { blocked } from '../../model/outcome.ts';
import { type HeardAgents, isFresh } from '../../verification/heartbeats.ts';
import { type Decision, isDone, type StageContext, type StageHandler } from '../../waves/stage.ts';

interface Dependencies {
  /** Confirms machines whose legacy agent is gone. */
  readonly gone: StageHandler;
  /** Confirms the data of machines whose agent stays, without the workspaces it was taken off. */
  readonly stays: StageHandler;
  /** Last heartbeats per agent, in the workspaces of the machines that are given. */
  heard(context: StageContext, machines: readonly WaveMachine[]): Promise<Map<string, HeardAgents>>;
}

/**
 * Stage `confirm` for every form of removal. No extension shows an agent that a script removed or detached: that it
 * is silent in the workspaces it left is all that proves it, so there its heartbeats are asked for as well.
 */
export function createRemovalConfirm({ gone, stays, heard }: Dependencies): StageHandler {
  return async (context, machines) => {
    const detached = machines.filter(agentStays);
    const others = machines.filter((machine) => !detached.includes(machine));
    const decisions = [
      ...(others.length === 0 ? [] : await gone(context, others)),
      ...(detached.length === 0 ? [] : await stays(context, detached)),
    ];
    const byScript = new Map(machines.filter(isByScript).map((machine) => [machine.planned.id, machine]));
    const silent = decisions.filter(isDone).flatMap(({ machineId }) => byScript.get(machineId) ?? []);
    if (silent.length === 0) return decisions;
    const agents = await heard(
      context,
      silent.map((machine) => onlyLeft(context, machine)),
    );
    return decisions.map((decision) => {
      const machine = silent.find(({ planned }) => planned.id === decision.machineId);
      return machine === undefined ? decision : unlessHeard(context, machine, agents, decision);
    });
  };
}

function isByScript({ record }: WaveMachine): boolean {
  return record.removal?.script !== undefined;
}

/** Only where the stage before did detach: an agent that was kept as it is has nothing to be confirmed. */
function agentStays({ record }: WaveMachine): boolean {
  return record.removal?.script?.action === 'detach' && record.outcomes.uninstall?.status !== 'skipped';
}

/** The machine as one that reports only to the workspaces the agent has left. */
function onlyLeft(context: StageContext, machine: WaveMachine): WaveMachine {
  const { planned, record } = machine;
  const { keepWorkspaces } = context.policy.removal;
  const left =
    record.removal?.script?.action === 'detach'
      ? planned.legacyWorkspaces.filter((id) => !keepWorkspaces.includes(id))
      : planned.legacyWorkspaces;
  return { ...machine, planned: { ...planned, rules: [], legacyWorkspaces: left } };
}

/** A legacy heartbeat after the removal, and not only of rows that were under way: the agent still reports. */
function unlessHeard(
  context: StageContext,
  { record }: WaveMachine,
  agents: ReadonlyMap<string, HeardAgents>,
  decision: Decision,
): Decision {
  const { machineId } = decision;
  const found = agents.get(machineId);
  const last = found?.legacy ?? null;
  if (last === null || record.removedAt === null) return decision;
  const back = Date.parse(last) > Date.parse(record.removedAt) && isFresh(context, last);
  if (!back) return decision;
  const outcome = blocked('legacyReturned', `heard at ${last}, removed at ${record.removedAt}`);
  return { machineId, step: { machineId, outcome } };
}
