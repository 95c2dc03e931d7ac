import { type ChildProcess, fork } from 'node:child_process';
import type { RunResult } from './run.ts';

export interface Work {
  readonly first: number;
  readonly runs: number;
  readonly machines: number;
  readonly workers: number;
  /** Milliseconds since the epoch, of real time. */
  readonly stopAt: number;
  onResult(result: RunResult, done: number): void;
}

/** A process that does not answer for so long is given up. */
const LONGEST_RUN_MS = 600_000;

/** Hands seeds to processes, one at a time; results in the order of their seeds. */
export async function runAll(work: Work): Promise<RunResult[]> {
  const results: RunResult[] = [];
  let next = work.first;

  async function serve(): Promise<void> {
    const child = fork(new URL('worker.ts', import.meta.url), { execArgv: [] });
    try {
      while (next < work.first + work.runs && Date.now() < work.stopAt) {
        const seed = next;
        next += 1;
        const result = await ask(child, { seed, machines: work.machines });
        results.push(result);
        work.onResult(result, results.length);
      }
    } finally {
      child.kill();
    }
  }

  await Promise.all(Array.from({ length: work.workers }, serve));
  return results.sort((a, b) => a.seed - b.seed);
}

function ask(child: ChildProcess, order: { seed: number; machines: number }): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`The process with seed ${order.seed} ${why}.`));
    const timer = setTimeout(() => fail('does not answer'), LONGEST_RUN_MS);
    const onExit = (code: number | null) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    };
    child.once('exit', onExit);
    child.once('message', (result) => {
      clearTimeout(timer);
      child.off('exit', onExit);
      resolve(result as RunResult);
    });
    child.send(order);
  });
}
