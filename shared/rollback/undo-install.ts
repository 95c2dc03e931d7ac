import {
  bodyWithSettings,
  desiredSettings,
  sameSettings,
  usesProxyCredentials,
} from '../agents/ama-settings.ts';
import { desiredAgent } from '../agents/install.ts';
import { startedStep } from '../agents/removal/start-task.ts';
import { isAmaExtension } from '../model/agents.ts';
import type { Extension } from '../model/machine.ts';
import { blocked, type Outcome, skipped } from '../model/outcome.ts';
import type { UndoDependencies } from './dependencies.ts';
import { stillWorking } from './still-working.ts';
import type { UndoTask, UndoView, UndoWork } from './undo-stage.ts';

/** Stage `undoInstall`: puts former settings of Azure Monitor Agent back, or removes an agent the app installed. */
export const undoInstall: UndoWork = {
  readsAssociations: true,
  open({ undo }, { record }) {
    const agent = record.undo?.agent;
    if (agent === undefined) return skipped('nothingToUndo');
    if (agent.before !== null) return undo.agentSettings ? undefined : skipped('notRequested');
    return undo.agent ? undefined : skipped('notRequested', 'Azure Monitor Agent stays installed');
  },
  task(dependencies, view) {
    const { agent } = view.undo;
    if (agent === undefined) throw new Error('there is no agent to undo');
    const found = view.state.extensions.find(isAmaExtension);
    const underWay = found === undefined ? undefined : stillWorking(view, found, 'extensionBusy');
    if (underWay !== undefined) return underWay;
    return agent.before === null
      ? removal(dependencies, view, found)
      : settings(dependencies, view, found, agent.before.settings);
  },
};

function settings(
  { machines }: UndoDependencies,
  view: UndoView,
  found: Extension | undefined,
  former: unknown,
): UndoTask {
  const { context, machine, followed } = view;
  const { planned } = machine;
  const ours = desiredSettings(desiredAgent(context, machine));
  if (found === undefined) return settled(skipped('changedSince', 'the agent is gone'));
  if (sameSettings(found.settings, former)) return undone(view, followed);
  if (!sameSettings(found.settings, ours))
    return settled(skipped('changedSince', `${found.name} has other settings`));
  if (usesProxyCredentials(former)) return settled(blocked('credentialsUnknown'));
  const { name } = found;
  return {
    kind: 'change',
    deletes: false,
    needsMachine: true,
    // The agent was repaired for a reason: with its former settings it may not be heard.
    blinds: true,
    decision: {
      machineId: planned.id,
      intent: `put extension ${name} with its former settings ${JSON.stringify(former ?? null)}`,
      before: { extensions: [found] },
      change: { kind: 'putExtension', extension: name },
      unproves: true,
      act: async () =>
        startedStep(
          context,
          planned.id,
          'putExtension',
          name,
          await machines.putExtension(
            planned,
            name,
            bodyWithSettings(desiredAgent(context, machine), former),
          ),
        ),
    },
  };
}

function removal({ machines }: UndoDependencies, view: UndoView, found: Extension | undefined): UndoTask {
  const { context, machine, followed, associations } = view;
  const { planned } = machine;
  if (found === undefined) return undone(view, followed);
  if (!sameSettings(found.settings, desiredSettings(desiredAgent(context, machine))))
    return settled(skipped('changedSince', `${found.name} has other settings`));
  const rules = associations.filter(({ ruleId }) => ruleId !== null);
  if (rules.length > 0) return settled(skipped('agentInUse', rules.map(({ name }) => name).join(', ')));
  const { name, publisher, type, version } = found;
  return {
    kind: 'change',
    deletes: true,
    needsMachine: true,
    blinds: true,
    decision: {
      machineId: planned.id,
      intent: `delete extension ${name} (${publisher}/${type} ${version ?? ''}), which the app installed`,
      before: { extensions: [found] },
      change: { kind: 'deleteExtension', extension: name },
      unproves: true,
      act: async () =>
        startedStep(
          context,
          planned.id,
          'deleteExtension',
          name,
          await machines.deleteExtension(planned, name),
        ),
    },
  };
}

function settled(outcome: Outcome): UndoTask {
  return { kind: 'settled', outcome };
}

/** Undone is undone: the record keeps nothing of it that a later rollback could take for this wave's work. */
function undone({ undo }: UndoView, followed: boolean): UndoTask {
  const { agent: _, ...rest } = undo;
  return { kind: 'settled', outcome: { status: followed ? 'done' : 'alreadyDone' }, patch: { undo: rest } };
}
