import { clockTime, type DurableContext, type Effects, noEffects } from './context.ts';
import { eventType, historyEvent } from './history.ts';
import { appendHistory, endInstance } from './instances.ts';
import type { InstanceRow, MessageRow } from './rows.ts';

export function isControl(message: MessageRow): boolean {
  return message.kind === 'terminate' || message.kind === 'suspend' || message.kind === 'resume';
}

/** Applies the first terminate, suspend or resume that waits for an instance. */
export function applyControl(ctx: DurableContext, row: InstanceRow, message: MessageRow): Effects {
  const { store } = ctx;
  const effects = noEffects();
  const at = Math.max(clockTime(ctx), row.updatedAt);
  store.db.transaction(at, () => {
    store.removeMessage(message.seq);
    if (message.kind === 'terminate') {
      const reason = message.payload ?? '';
      const failure = { reason, details: 'Terminated' };
      const output = JSON.stringify(reason);
      endInstance(ctx, effects, row, { status: 'Terminated', output, failure }, at);
      return;
    }
    const suspend = message.kind === 'suspend';
    if (suspend === (row.status === 'Suspended')) return;
    const type = suspend ? eventType.executionSuspended : eventType.executionResumed;
    const event = historyEvent(type, at, { Reason: message.payload });
    appendHistory(ctx, row.id, store.historyLength(row.id), [event]);
    store.updateProgress({ ...row, status: suspend ? 'Suspended' : 'Running', updatedAt: at });
  });
  effects.instances.push(row.id);
  return effects;
}
