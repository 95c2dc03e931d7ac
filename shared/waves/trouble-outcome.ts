import { blocked, failed, type Outcome, waiting } from '../model/outcome.ts';
import { isCurable, isTransient, type Trouble } from '../model/trouble.ts';
import { later, type StageContext } from './stage.ts';

/** What trouble from Azure means for a machine: wait and look again, blocked until a person acts, or failed. */
export function outcomeOfTrouble(context: StageContext, trouble: Trouble): Outcome {
  const { code, message, retryAfterMs } = trouble;
  if (isTransient(code))
    return waiting(code, later(context, context.policy.pollSeconds, retryAfterMs), message);
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
