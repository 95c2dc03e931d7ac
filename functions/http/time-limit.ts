import type { InvocationContext } from '@azure/functions';
import type { Runtime } from '../compose.ts';
import { Problem } from './problem.ts';

/**
 * A call has an answer in time, or one that says that it took too long: Azure's front end cuts off what has none after
 * 230 s ("Function app timeout duration"), and the caller would learn nothing. What the call began cannot be stopped in
 * the middle of a step; its requests to Azure are given up, and so it ends soon.
 */
export async function inTime<T>(
  { settings: { answerSeconds }, requestsWithin }: Pick<Runtime, 'settings' | 'requestsWithin'>,
  context: Pick<InvocationContext, 'warn' | 'functionName'>,
  work: () => Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      context.warn('a call took too long', { function: context.functionName, answerSeconds });
      reject(
        new Problem(
          'tookTooLong',
          `The call took longer than ${answerSeconds} s (AMA_ANSWER_SECONDS). What it began may still come about: look at it, then repeat the call, with the same Idempotency-Key where it had one.`,
          [],
          { 'retry-after': '30' },
        ),
      );
    }, answerSeconds * 1000);
  });
  try {
    return await Promise.race([requestsWithin(answerSeconds * 1000, work), late]);
  } finally {
    clearTimeout(timer);
  }
}
