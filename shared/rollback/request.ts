import { contentHash } from '../model/ids.ts';
import type { Rollback, UndoChoice, WorkspaceKey } from '../model/rollback.ts';
import { isRollingBack, type Wave } from '../model/wave.ts';
import { type ControlResult, changed, refuse, unchanged } from '../waves/control.ts';
import { confirmationOf, type Seen } from './preview.ts';

export interface RollbackRequest {
  readonly machineIds: readonly string[] | null;
  readonly undo: UndoChoice;
  readonly workspaceKeys: readonly WorkspaceKey[];
  readonly confirmation: string | null;
  readonly reason: string;
}

/**
 * Asks for a rollback. A wave that runs is stopped first, one that has ended is opened again, and holds that stand
 * are lifted: they were meant for the migration. The same request again changes nothing. Pure.
 */
export function requestRollback(
  wave: Wave,
  { machines, connectors, withoutLegacyAgent }: Seen,
  request: RollbackRequest,
  { by, at }: { readonly by: string; readonly at: string },
): ControlResult {
  if (isRollingBack(wave)) {
    if (contentOf(wave.rollback as Rollback) === contentOf(request)) return unchanged(wave);
    return refuse('rollbackRunning', 'Another rollback of this wave has not ended; wait for its end.');
  }
  if (wave.dryRun) return refuse('dryRunWave', 'A dry run changed nothing.');
  if (wave.detailsPurgedAt !== undefined)
    return refuse(
      'detailsPurged',
      `What the machines of this wave were like before was deleted on ${wave.detailsPurgedAt} for its age (AMA_WAVE_RETENTION_DAYS).`,
    );
  if (machines === 0 && connectors.length === 0)
    return refuse(
      'nothingToRollBack',
      'By the ledger this wave changed nothing that is not undone and that the request names; a wave that runs can be aborted.',
    );
  const seen = { machines, connectors, withoutLegacyAgent };
  if (request.confirmation !== null && request.confirmation !== confirmationOf(wave, seen, request))
    return refuse(
      'confirmationDiffers',
      'Nothing was changed: the confirmation is not that of a what-if of the wave as it is now. Look again with whatIf.',
    );
  const { reason, ...content } = request;
  const rollback: Rollback = {
    ...{ ...content, at, by, reason },
    preparedAt: null,
    connectors: [],
    finishedAt: null,
  };
  const opened: Wave = { ...wave, rollback, holds: [], resumedAt: at };
  if (wave.step === 'finished') return changed({ ...opened, step: 'rollback', finishedAt: null });
  const abort = wave.abort ?? { at, by, reason: `to be rolled back: ${reason}` };
  return changed({ ...opened, abort });
}

/** What a rollback does, whoever asks and why. */
function contentOf({
  machineIds,
  undo,
  workspaceKeys,
  confirmation,
}: Omit<RollbackRequest, 'reason'>): string {
  return contentHash({ machineIds, undo, workspaceKeys, confirmation });
}
