import { followOperation } from '../agents/operation-step.ts';
import type { Extension } from '../model/machine.ts';
import { waiting } from '../model/outcome.ts';
import type { ReasonCode } from '../model/reasons.ts';
import { later } from '../waves/stage.ts';
import type { UndoTask, UndoView } from './undo-stage.ts';

/** An operation on an extension that has not ended, ours or not; `busy` is why one of unknown kind is waited for. */
export function stillWorking(
  { context, machine }: UndoView,
  { name, provisioningState }: Extension,
  busy: ReasonCode,
): UndoTask | undefined {
  const state = provisioningState ?? '';
  if (/^deleting$/i.test(state))
    return { kind: 'followed', step: followOperation(context, machine, 'deleteExtension', name) };
  if (/^(creating|updating)$/i.test(state))
    return { kind: 'followed', step: followOperation(context, machine, 'putExtension', name) };
  if (!/^transitioning$/i.test(state)) return undefined;
  return { kind: 'settled', outcome: waiting(busy, later(context, context.policy.waitPollSeconds), name) };
}
