import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../rehearsal/clock.ts';
import { createEstate, type Estate, type OperationKind, serveEstate } from '../../rehearsal/estate/index.ts';
import { ARC, LINUX_VM, START, smallEstate, VM } from '../support/small-estate.ts';

const APP = new URL('../support/killable-app.ts', import.meta.url).pathname;
const MACHINES = [VM, LINUX_VM, ARC];
const KILLS = 20;

describe('a process that is killed', () => {
  it('resumes after each of twenty kills and ends as if nothing had happened, with no change made twice', async () => {
    const undisturbed = await run([]);
    const total = undisturbed.estate.requestLog.total();
    // Spread over the whole migration. Each strikes when Azure has done the work and nobody has heard of it.
    const points = Array.from({ length: KILLS }, (_, i) => Math.ceil(((i + 1) * total) / (KILLS + 1)));

    const killed = await run(points);

    expect(killed.kills).toBe(KILLS);
    expect(killed.completed).toBe(true);
    for (const machine of MACHINES) {
      expect(finalState(killed.estate, machine)).toEqual(finalState(undisturbed.estate, machine));
      for (const kind of ['extension.write', 'association.write', 'extension.delete'] as const) {
        expect(accepted(killed.estate, kind, machine), `${kind} of ${machine}`).toBe(1);
      }
    }
    expect(accepted(killed.estate, 'dataSource.write')).toBe(1);
  });
});

interface Run {
  readonly estate: Estate;
  readonly kills: number;
  readonly completed: boolean;
}

/** Runs the migration, killing the app whenever the estate has answered as many requests as a point says. */
async function run(points: readonly number[]): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'killed-'));
  const clock = followedClock(START);
  let child: ChildProcess | undefined;
  let kills = 0;
  const estate = createEstate({
    file: smallEstate(),
    clock,
    onExchange: () => {
      const next = points[kills];
      if (next === undefined || child === undefined || child.killed || estate.requestLog.total() < next)
        return;
      kills += 1;
      child.kill('SIGKILL');
    },
  });
  const served = await serveEstate(estate, { port: 0 });
  try {
    for (let starts = 0; starts <= KILLS; starts += 1) {
      const completed = await runOnce();
      if (completed !== undefined) return { estate, kills, completed };
    }
    throw new Error('the app was killed more often than planned');
  } finally {
    await served.close();
    rmSync(folder, { recursive: true, force: true });
  }

  /** One life of the app: its result, or undefined when it was killed. */
  function runOnce(): Promise<boolean | undefined> {
    return new Promise((resolve, reject) => {
      let result: boolean | undefined;
      const errors: string[] = [];
      const app = fork(APP, [join(folder, 'host'), join(folder, 'ledger'), String(clock.now())], {
        env: { ...process.env, ...estate.settings(served.url) },
        execArgv: [],
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      });
      child = app;
      app.stderr?.on('data', (data) => errors.push(String(data)));
      app.on('message', (message: { now?: number; done?: boolean }) => {
        if (message.now !== undefined) {
          clock.follow(message.now);
          if (!app.killed) app.send({});
        } else result = message.done;
      });
      app.on('exit', (code, signal) => {
        if (signal === 'SIGKILL' || code === 0) resolve(result);
        else reject(new Error(`the app ended with ${code ?? signal}: ${errors.join('').slice(-2000)}`));
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

function accepted(estate: Estate, kind: OperationKind, machineId?: string): number {
  return estate.requestLog
    .entries({ kind, ...(machineId === undefined ? {} : { machineId }) })
    .filter(({ status }) => status >= 200 && status < 300).length;
}

function finalState(estate: Estate, machineId: string) {
  const found = estate.snapshot(machineId);
  return { extensions: found?.extensions, associations: found?.associations };
}
