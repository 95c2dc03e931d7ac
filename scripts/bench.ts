import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import type { Metrics } from '../rehearsal/drive/metrics.ts';
import { EXIT, readInteger, readOptions, runCommand } from './cli.ts';

const USAGE = `Usage: npm run bench -- [--json]

Prints the figures the project holds itself to: counts per machine and their growth, duration and memory
of rehearsals, duration of npm start, import time of the compiled entry.`;

interface FleetResult {
  readonly machines: number;
  readonly wallSeconds: number;
  readonly peakMemoryMiB: number;
  readonly completed: boolean;
  readonly metrics: Metrics;
}

const FLEETS = [100, 500, 1000, 5000];
const IMPORTS = 7;

await runCommand(async () => {
  const options = readOptions(
    { json: { type: 'boolean' }, fleet: { type: 'string' }, cells: { type: 'string' } },
    USAGE,
  );
  if (options.fleet !== undefined) {
    const cells = readInteger('cells', options.cells, 4, 1, 100);
    process.stdout.write(
      JSON.stringify(await benchFleet(readInteger('fleet', options.fleet, 0, 1, 1_000_000), cells)),
    );
    return EXIT.ok;
  }
  const fleets: FleetResult[] = [];
  for (const machines of FLEETS) fleets.push(await fleetInChild(machines));
  const startSeconds = await timeStart();
  const importMs = await timeImport();
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ fleets, startSeconds, importMs }, null, 2)}\n`);
  } else print(fleets, startSeconds, importMs);
  return fleets.every(({ completed }) => completed) ? EXIT.ok : EXIT.notCompleted;
});

/** One rehearsal of ready machines, in this process. */
async function benchFleet(machines: number, cells: number): Promise<FleetResult> {
  const { fleet } = await import('../rehearsal/samples/build-fleet.ts');
  const { rehearse } = await import('../rehearsal/rehearse.ts');
  const began = performance.now();
  const run = await rehearse({
    file: fleet({ machines, seed: 1, cells, arcShare: 0.3 }),
    plan: { cohorts: { pilotSize: 0, firstSize: machines, maxSize: machines } },
    seed: 1,
    requestLog: 'counters',
  });
  return {
    machines,
    wallSeconds: Math.round((performance.now() - began) / 100) / 10,
    peakMemoryMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    completed: run.result.completed,
    metrics: run.metrics,
  };
}

/** A process of its own, so that memory is that run's alone. */
async function fleetInChild(machines: number): Promise<FleetResult> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [import.meta.filename, '--fleet', String(machines)],
    { maxBuffer: 1 << 24 },
  );
  return JSON.parse(stdout) as FleetResult;
}

function timeStart(): Promise<number> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['start'], { stdio: 'ignore' });
    child.on('error', reject);
    child.on('exit', (code) => {
      const seconds = Math.round((performance.now() - began) / 100) / 10;
      if (code === 0) resolve(seconds);
      else reject(new Error(`npm start ended with ${code}`));
    });
  });
}

/** Median milliseconds to import the compiled entry in a fresh process, over an entry that registers nothing. */
async function timeImport(): Promise<{ entry: number; empty: number }> {
  const measure = async (code: string) => {
    const times: number[] = [];
    for (let i = 0; i < IMPORTS; i += 1) {
      const script = `const t=performance.now();${code};process.stdout.write(String(performance.now()-t))`;
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
      times.push(Number(stdout.trim().split('\n').at(-1)));
    }
    return Math.round(times.toSorted((a, b) => a - b)[Math.floor(IMPORTS / 2)] ?? 0);
  };
  const entry = new URL('../dist/functions/index.js', import.meta.url).href;
  const quiet = 'console.warn=()=>{};console.log=()=>{}';
  return {
    entry: await measure(`${quiet};await import(${JSON.stringify(entry)})`),
    empty: await measure(
      `${quiet};const {app}=await import('@azure/functions');app.http('x',{handler:async()=>({})})`,
    ),
  };
}

function print(
  fleets: readonly FleetResult[],
  startSeconds: number,
  importMs: { entry: number; empty: number },
): void {
  const rows = fleets.map(({ machines, wallSeconds, peakMemoryMiB, metrics }) => [
    machines,
    wallSeconds.toFixed(1),
    peakMemoryMiB,
    metrics.perMachine.armCalls,
    metrics.perMachine.activities,
    metrics.perMachine.historyEvents,
    metrics.throttled,
    `${Math.round(metrics.highestShare.share * 100)} %`,
    Math.round(metrics.simulatedSeconds / 60),
  ]);
  const header = ['machines', 'wall s', 'MiB', 'ARM/m', 'act/m', 'events/m', '429', 'peak', 'sim min'];
  for (const row of [header, ...rows])
    process.stdout.write(`${row.map((cell) => String(cell).padStart(9)).join('')}\n`);
  const from = fleets.find(({ machines }) => machines === 500)?.metrics.perMachine;
  const to = fleets.find(({ machines }) => machines === 5000)?.metrics.perMachine;
  if (from !== undefined && to !== undefined) {
    const growth = (a: number, b: number) => `${Math.round((b / a - 1) * 100)} %`;
    process.stdout.write(
      `\nGrowth from 500 to 5,000 machines (goal: at most 20 %): ARM calls ${growth(from.armCalls, to.armCalls)}, activities ${growth(from.activities, to.activities)}, history events ${growth(from.historyEvents, to.historyEvents)}\n`,
    );
  }
  process.stdout.write(`npm start: ${startSeconds} s (goal: under 30 s)\n`);
  process.stdout.write(
    `Import of the compiled entry: ${importMs.entry} ms, of an empty Functions app: ${importMs.empty} ms\n`,
  );
}
