import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../rehearsal/clock.ts';
import {
  createEstate,
  type Estate,
  type EstateFile,
  type LogEntry,
  type OperationKind,
  serveEstate,
} from '../../rehearsal/estate/index.ts';
import { START } from './small-estate.ts';

export interface KilledRun {
  readonly estate: Estate;
  readonly kills: number;
  /** What the last life said when it was done. */
  readonly done: unknown;
}

export interface KilledOptions {
  /** A program such as `killable-app.ts`: its arguments are host store, ledger and first instant. */
  readonly app: string;
  readonly file: EstateFile;
  /** Numbers of answered requests at which the app is killed, or kinds: at the next answer of the kind, or more. */
  readonly points: readonly Point[];
  /** Where the app keeps its ledger: a table's address; a file of its own when absent. */
  readonly ledger?: string;
  /** Real time between the answer and the kill; none by default: the answer is not even heard. */
  readonly delayMs?: number;
}

/** A function is asked after every answer, with all of them, and those since the last kill. */
type Point = number | OperationKind | ((all: readonly LogEntry[], life: readonly LogEntry[]) => boolean);

/** Runs an app in lives of its own over one estate, killing it whenever the estate has answered as many requests as a point says. */
export async function runKilled({ app, file, points, delayMs, ledger }: KilledOptions): Promise<KilledRun> {
  const folder = mkdtempSync(join(tmpdir(), 'killed-'));
  const clock = followedClock(START);
  let child: ChildProcess | undefined;
  let kills = 0;
  let atLastKill = 0;
  const estate = createEstate({
    file,
    clock,
    onExchange: () => {
      const next = points[kills];
      if (next === undefined || child === undefined || child.killed || !isReached(next)) return;
      kills += 1;
      atLastKill = estate.requestLog.total();
      const victim = child;
      if (delayMs === undefined) victim.kill('SIGKILL');
      else setTimeout(() => victim.kill('SIGKILL'), delayMs);
    },
  });
  const isReached = (point: Point) => {
    if (typeof point === 'number') return estate.requestLog.total() >= point;
    const all = estate.requestLog.entries();
    return typeof point === 'function' ? point(all, all.slice(atLastKill)) : all.at(-1)?.kind === point;
  };
  const served = await serveEstate(estate, { port: 0 });
  try {
    for (let starts = 0; starts <= points.length; starts += 1) {
      const done = await runOnce();
      if (done !== undefined) return { estate, kills, done };
    }
    throw new Error('the app was killed more often than planned');
  } finally {
    await served.close();
    rmSync(folder, { recursive: true, force: true });
  }

  /** One life of the app: what it says in the end, or undefined when it was killed. */
  function runOnce(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let result: unknown;
      const errors: string[] = [];
      const life = fork(app, [join(folder, 'host'), ledger ?? join(folder, 'ledger'), String(clock.now())], {
        env: { ...process.env, ...estate.settings(served.url) },
        execArgv: [],
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      });
      child = life;
      life.stderr?.on('data', (data) => errors.push(String(data)));
      life.on('message', (message: { now?: number; done?: unknown }) => {
        if (message.now !== undefined) {
          clock.follow(message.now);
          if (!life.killed) life.send({});
        } else result = message.done;
      });
      life.on('exit', (code, signal) => {
        if (signal !== 'SIGKILL' && code !== 0)
          reject(new Error(`the app ended with ${code ?? signal}: ${errors.join('').slice(-2000)}`));
        // What it said last may still be on its way.
        else if (life.connected) life.once('disconnect', () => resolve(result));
        else resolve(result);
      });
    });
  }
}

/** A clock that another process moves. */
function followedClock(start: number): Clock & { follow(now: number): void } {
  let current = start;
  const unused = () => {
    throw new Error('the estate needs no timers');
  };
  return {
    now: () => current,
    follow: (now) => {
      current = now;
    },
    at: unused,
    sleep: unused,
    hold: () => () => undefined,
    stop: () => undefined,
  };
}
