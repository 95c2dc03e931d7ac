import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import packageJson from '../../package.json' with { type: 'json' };

const ROUNDS = 11;

/** What the entry may cost beside an app that registers one function, milliseconds. */
const GOAL = 150;

export interface StartResult {
  /** Seconds of `npm start`, build included. */
  readonly seconds: number;
  /** Seconds of the build. */
  readonly buildSeconds: number;
  readonly importMs: ImportTimes;
}

/** Medians of the milliseconds that importing takes in a fresh process. */
export interface ImportTimes {
  readonly entry: number;
  /** An app that registers one function. */
  readonly empty: number;
  /** Median of the differences, round by round. */
  readonly over: number;
}

export async function benchStart(): Promise<StartResult> {
  const buildSeconds = await timeCommand('run', '-s', 'build');
  return { seconds: await timeCommand('start'), buildSeconds, importMs: await timeImport() };
}

export function printStart({ seconds, buildSeconds, importMs }: StartResult): void {
  const { entry, empty, over } = importMs;
  process.stdout.write(
    [
      `\nnpm start: ${seconds} s (goal: under 30 s), of which the build ${buildSeconds} s`,
      `Import of the compiled entry: ${entry} ms, of an empty Functions app: ${empty} ms`,
      `The entry over the empty app: ${over} ms (goal: at most ${GOAL} ms)\n`,
    ].join('\n'),
  );
}

function timeCommand(...args: readonly string[]): Promise<number> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn('npm', args, { stdio: 'ignore' });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve(Math.round((performance.now() - began) / 100) / 10);
      else reject(new Error(`npm ${args.join(' ')} ended with ${code}`));
    });
  });
}

/** What Azure's worker gives an app, as far as registering goes; both apps are imported over it. */
const WORKER = `
  import Module from 'node:module';
  const disposable = { dispose() {} };
  const core = { version: '4', hostVersion: '4', setProgrammingModel() {}, getProgrammingModel() {}, log() {},
    registerFunction: () => disposable, registerHook: () => disposable, Disposable: class {} };
  const load = Module.prototype.require;
  Module.prototype.require = function (name) { return name === '@azure/functions-core' ? core : load.call(this, name); };
`;

/** One app after the other, round by round, so that a machine that is busy for a while is so for both. */
async function timeImport(): Promise<ImportTimes> {
  const entry = new URL(`../../${packageJson.main}`, import.meta.url).href;
  const rounds: { entry: number; empty: number }[] = [];
  for (let i = 0; i < ROUNDS; i += 1) {
    rounds.push({
      entry: await timeCode(`await import(${JSON.stringify(entry)});`),
      empty: await timeCode(
        `const { app } = await import('@azure/functions'); app.http('x', { handler: async () => ({}) });`,
      ),
    });
  }
  return {
    entry: median(rounds.map((round) => round.entry)),
    empty: median(rounds.map((round) => round.empty)),
    over: median(rounds.map((round) => round.entry - round.empty)),
  };
}

async function timeCode(code: string): Promise<number> {
  const script = `${WORKER}const began = performance.now();${code}process.stdout.write(String(performance.now() - began));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  return Number(stdout);
}

function median(values: readonly number[]): number {
  return Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0);
}
