import type { Association } from '../model/machine.ts';
import { type Outcome, skipped } from '../model/outcome.ts';
import type { PlannedMachine } from '../model/plan.ts';
import { associationName, ENDPOINT_ASSOCIATION } from '../rules/associations.ts';
import type { StageStep } from '../waves/stage.ts';
import { outcomeOfTrouble } from '../waves/trouble-outcome.ts';
import type { UndoDependencies } from './dependencies.ts';
import type { UndoTask, UndoView, UndoWork } from './undo-stage.ts';

type Patch = NonNullable<StageStep['patch']>;

/** Stage `undoAssociate`: takes away the associations this app created, and no other. */
export const undoAssociate: UndoWork = {
  readsAssociations: true,
  open(rollback, { record }) {
    if ((record.undo?.associations ?? []).length === 0) return skipped('nothingToUndo');
    return rollback.undo.associations ? undefined : skipped('notRequested');
  },
  task: taskOf,
};

/** Which of the associations this app created are there as it made them, and which somebody changed since. Pure. */
export function createdAssociations(
  created: readonly string[],
  planned: Pick<PlannedMachine, 'rules' | 'endpointId'>,
  existing: readonly Association[],
): { readonly ours: readonly Association[]; readonly changed: readonly Association[] } {
  const names = new Set(created.map((name) => name.toLowerCase()));
  const found = existing.filter(({ name }) => names.has(name.toLowerCase()));
  const ours = found.filter((association) => isAsMade(association, planned));
  return { ours, changed: found.filter((association) => !ours.includes(association)) };
}

function isAsMade(
  { name, ruleId, endpointId }: Association,
  { rules, endpointId: plannedEndpoint }: Pick<PlannedMachine, 'rules' | 'endpointId'>,
): boolean {
  if (name.toLowerCase() === ENDPOINT_ASSOCIATION.toLowerCase())
    return endpointId !== null && endpointId === plannedEndpoint;
  const rule = rules.find((one) => associationName(one.ruleId) === name.toLowerCase());
  return rule !== undefined && ruleId === rule.ruleId;
}

function taskOf(dependencies: UndoDependencies, view: UndoView): UndoTask {
  const { machine, undo, associations } = view;
  const { ours, changed } = createdAssociations(undo.associations ?? [], machine.planned, associations);
  const left = changed.map(({ name }) => name).join(', ');
  const { associations: _, ...rest } = undo;
  const patch: Patch = { undo: rest, verdict: null, associatedAt: null };
  if (ours.length > 0) return change(dependencies, view, ours, left, patch);
  const outcome: Outcome = changed.length > 0 ? skipped('changedSince', left) : { status: 'alreadyDone' };
  return { kind: 'settled', outcome, ...(changed.length > 0 ? {} : { patch }) };
}

function change(
  { associations }: UndoDependencies,
  { context, machine: { planned } }: UndoView,
  ours: readonly Association[],
  left: string,
  patch: Patch,
): UndoTask {
  const machineId = planned.id;
  return {
    kind: 'change',
    deletes: true,
    needsMachine: false,
    blinds: true,
    decision: {
      machineId,
      intent: `delete the associations ${ours.map(({ name }) => name).join(', ')}`,
      before: { associations: ours },
      unproves: true,
      async act() {
        for (const { name } of ours) {
          const removed = await associations.remove(planned.resourceId, name);
          // What was deleted before stays deleted: the next look finds the rest.
          if (!removed.ok) return { machineId, outcome: outcomeOfTrouble(context, removed.trouble) };
        }
        const outcome: Outcome = {
          status: 'done',
          ...(left === '' ? {} : { detail: `left alone, as somebody changed them: ${left}` }),
        };
        return { machineId, outcome, patch };
      },
    },
  };
}
