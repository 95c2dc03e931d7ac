import { isExhausted, retryDelay } from './retries.ts';
import { putRetry, startCall, startRetryDelay, startTimer } from './schedule.ts';
import type { NumberingMessage } from './turn-plan.ts';
import { TurnFailure, type TurnState } from './turn-state.ts';

/** Moves a retried call or a long timer one step on; takes exactly one number, as the library does. */
export function advanceNumbering(turn: TurnState, { message, retry, longTimer }: NumberingMessage): void {
  turn.openTasks -= 1;
  if (longTimer !== undefined) {
    startTimer(turn, longTimer.finalDue, longTimer.leaf);
    return;
  }
  if (retry === undefined || message.task === null) return;
  turn.ctx.store.removeRetry(turn.row.id, message.task);
  if (retry.phase === 'attempt') {
    const delay = retryDelay(retry, turn.at);
    if (delay === undefined) {
      throw new TurnFailure(
        `The retry timeout of '${retry.call.name}' ran out. Azure gives up here while the library waits for ` +
          'ever; limit the number of attempts instead.',
      );
    }
    startRetryDelay(turn, retry, delay);
  } else if (!isExhausted(retry)) {
    putRetry(turn, startCall(turn, retry.call), { ...retry, phase: 'attempt', attempt: retry.attempt + 1 });
  }
}
