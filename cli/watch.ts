import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './client.ts';
import { EXIT, Trouble } from './exit.ts';
import type { Output } from './output.ts';

/** Looks at least that often, so that a person sees progress. */
const MOST_MS = 30_000;
const DEFAULT_MS = 5000;
/** Looks in a row that may go wrong before a watch gives up. */
const MOST_FAILURES = 5;

export interface Shown {
  readonly screen: readonly string[];
  readonly line: string;
  /** Nothing more will happen by itself. */
  readonly over: boolean;
}

/** Looks again and again until it is over. An app that is away for a moment ends no watch. */
export async function watch<T>(
  look: () => Promise<Answer<T>>,
  show: (body: T) => Shown,
  out: Output,
  pollMs: number | undefined,
): Promise<T> {
  for (let failures = 0; ; ) {
    let wait = pollMs ?? DEFAULT_MS;
    try {
      const { body, retryAfterMs } = await look();
      failures = 0;
      const { screen, line, over } = show(body);
      out.live(screen, line);
      if (over) {
        out.settle();
        return body;
      }
      wait = pollMs ?? Math.min(retryAfterMs ?? DEFAULT_MS, MOST_MS);
    } catch (error) {
      failures += 1;
      const isPassing = error instanceof Trouble && error.exit === EXIT.unreachable;
      if (!isPassing || failures >= MOST_FAILURES) {
        out.settle();
        throw error;
      }
      out.note(`${error.message} Looking again.`);
    }
    await sleep(wait);
  }
}
