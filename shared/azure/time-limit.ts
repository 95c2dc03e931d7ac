import { AsyncLocalStorage } from 'node:async_hooks';
import type { TokenCredential } from '@azure/core-auth';
import { type PipelinePolicy, type PipelineRequest, RestError } from '@azure/core-rest-pipeline';

/**
 * The longest that an answer is waited for. ARM itself gives up on a resource provider after 60 s ("Resource Provider
 * Contract", Client Request Timeout), and then says so.
 */
export const ANSWER_MS = 90_000;

/** Log Analytics ends a query after three minutes ("Timeouts" of its query API). */
export const QUERY_ANSWER_MS = 200_000;

/** A sign-in asks the platform's own endpoint, or Entra a few times. */
const TOKEN_MS = 60_000;

/** What ends all requests of a piece of work, wherever in the code they are sent. */
interface Limit {
  readonly ends: AbortSignal;
}
const limits = new AsyncLocalStorage<Limit>();

/**
 * Does a piece of work whose requests to Azure have an end: those under way by then are given up, and later ones are
 * not sent. The work goes on with that as trouble, and can still record what it came to.
 */
export async function requestsWithin<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), ms);
  try {
    return await limits.run({ ends: controller.signal }, work);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Gives a request up that nobody answers, its sign-in included. It does not rely on the transport for that: one that
 * is deaf to the signal is left behind.
 */
export function timeLimitPolicy(ms: number): PipelinePolicy {
  return {
    name: 'timeLimitPolicy',
    async sendRequest(request, next) {
      const { abortSignal } = request;
      const controller = new AbortController();
      request.abortSignal = controller.signal;
      try {
        return await answerWithin(
          ms,
          [limits.getStore()?.ends, abortSignal],
          () => next(request),
          controller,
        );
      } finally {
        if (abortSignal === undefined) delete request.abortSignal;
        else request.abortSignal = abortSignal;
      }
    },
  };
}

/** The same for sign-ins. A token that never came would keep every later request waiting for the same one. */
export function timedCredential(credential: TokenCredential, ms = TOKEN_MS): TokenCredential {
  return {
    getToken: (scopes, options) =>
      answerWithin(ms, [], () => credential.getToken(scopes, options), new AbortController()),
  };
}

type Signal = NonNullable<PipelineRequest['abortSignal']>;

async function answerWithin<T>(
  ms: number,
  others: readonly (Signal | undefined)[],
  call: () => Promise<T>,
  controller: AbortController,
): Promise<T> {
  const signals = others.filter((one) => one !== undefined);
  let giveUp: () => void = () => undefined;
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    const end = (what: string) => {
      // First the reason, or the transport's own word for the abort would be taken.
      reject(new RestError(what, { code: 'NoAnswer' }));
      controller.abort();
    };
    giveUp = () => end('the time of the call was over before an answer came');
    timer = setTimeout(() => end(`no answer came within ${ms / 1000} s`), ms);
    if (signals.some(({ aborted }) => aborted)) giveUp();
  });
  for (const signal of signals) signal.addEventListener('abort', giveUp);
  try {
    return await (controller.signal.aborted ? over : Promise.race([call(), over]));
  } finally {
    clearTimeout(timer);
    for (const signal of signals) signal.removeEventListener('abort', giveUp);
  }
}
