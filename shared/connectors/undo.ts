import { blocked, type Outcome, skipped, waiting } from '../model/outcome.ts';
import { type Plan, policyOfWave } from '../model/plan.ts';
import type { ConnectorUndone, Rollback } from '../model/rollback.ts';
import { isTransient, type Trouble } from '../model/trouble.ts';
import type { Wave } from '../model/wave.ts';
import { describe } from './collection.ts';
import { type Restored, restore } from './restore.ts';
import type { SwitchDependencies } from './switch-off.ts';

/**
 * Puts back what a wave switched off on one workspace. What somebody set since stands, and the rollback goes on: a
 * setting that is on already takes nothing from the machines that are put back.
 */
export async function undoConnector(
  dependencies: SwitchDependencies,
  wave: Wave,
  plan: Plan,
  workspaceId: string,
): Promise<ConnectorUndone> {
  const { rollback } = wave;
  if (rollback === undefined) throw new Error(`wave ${wave.id} has no rollback`);
  const nowMs = dependencies.now();
  const known = rollback.connectors.find((result) => result.workspaceId === workspaceId);
  const at = known?.at ?? new Date(nowMs).toISOString();
  const outcome = await look(dependencies, wave, rollback, plan, workspaceId);
  const { waitDeadlineSeconds } = policyOfWave(plan, wave.index);
  const overdue = nowMs - Date.parse(at) >= waitDeadlineSeconds * 1000;
  if (outcome.status !== 'waiting' || !overdue) return { workspaceId, outcome, at };
  return { workspaceId, outcome: blocked('connectorFailed', outcome.detail), at };
}

async function look(
  dependencies: SwitchDependencies,
  wave: Wave,
  { by, reason }: Rollback,
  plan: Plan,
  workspaceId: string,
): Promise<Outcome> {
  const { pollSeconds } = policyOfWave(plan, wave.index);
  const again = (retryAfterMs = 0) =>
    new Date(dependencies.now() + Math.max(pollSeconds * 1000, retryAfterMs)).toISOString();
  const workspace = plan.workspaces.find(({ id }) => id === workspaceId);
  if (workspace === undefined) return skipped('nothingToUndo');
  const last = await dependencies.ledger.connectors.switchOf(workspaceId);
  if (last?.waveId !== wave.id) return skipped('nothingToUndo');
  const answer = await restore(dependencies, {
    ...{ workspace, by, force: false, whatIf: false, ofWave: wave.id },
    reason: `rollback of ${wave.id}: ${reason}`,
  });
  if (!answer.ok) return outcomeOf(answer.trouble, again(answer.trouble.retryAfterMs));
  return outcomeOfRestored(answer.value, again());
}

function outcomeOfRestored(value: Restored, again: string): Outcome {
  switch (value.status) {
    case 'nothingStored':
      return { status: 'alreadyDone' };
    case 'refused': {
      const now = value.steps.map(({ kind, current }) => ({ kind, tier: current ?? 'none' }));
      return skipped('connectorChanged', `is ${describe(now)}`);
    }
    case 'changed':
      return waiting('connectorChanged', again, value.detail);
    case 'notRestored':
      return waiting('connectorFailed', again, value.detail);
    default:
      return { status: 'done' };
  }
}

function outcomeOf({ code, message }: Trouble, again: string): Outcome {
  return isTransient(code) ? waiting(code, again, message) : blocked('connectorFailed', message);
}
