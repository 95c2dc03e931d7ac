import { blocked, failed, type Outcome, waiting } from '../model/outcome.ts';
import { changesMachines } from '../model/stages.ts';
import { isCurable, isTransient, type Trouble } from '../model/trouble.ts';
import { LEAST_CHANGE_SECONDS, later, type StageContext } from './stage.ts';

/** What trouble from Azure means for a machine: wait and look again, blocked until a person acts, or failed. */
export function outcomeOfTrouble(context: StageContext, trouble: Trouble): Outcome {
  const { code, message, retryAfterMs } = trouble;
  if (isTransient(code)) {
    // What was refused is sent again: not more often than Azure lets one machine be changed.
    const least = changesMachines(context.stage) ? LEAST_CHANGE_SECONDS : 0;
    const seconds = Math.max(least, context.policy.pollSeconds);
    return waiting(code, later(context, seconds, retryAfterMs), message);
  }
  if (isCurable(code))
    return waiting(code, later(context, context.policy.waitPollSeconds, retryAfterMs), message);
  switch (code) {
    case 'requestRefused':
    case 'operationFailed':
    case 'unexpected':
      return failed(code, message);
    default:
      return blocked(code, message);
  }
}
