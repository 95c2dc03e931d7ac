import { availableParallelism } from 'node:os';
import { printSummary, summarize } from './chaos/report.ts';
import { runAll } from './chaos/workers.ts';
import { EXIT, readInteger, readOptions, runCommand } from './cli.ts';

const USAGE = `Usage: npm run chaos -- [--runs N] [--seed N] [--machines N] [--workers N] [--minutes N] [--json]

Runs migrations of a simulated fleet under kills, faults of the wire, of the ledger and of the task hub, and
checks after each that it ended as the same migration without faults, and that nothing happened that must not.

  --runs N       migrations, each with a seed of its own (default 500)
  --seed N       seed of the first; the others follow (default 1)
  --machines N   machines of the fleet (default 60)
  --workers N    processes side by side (default: as many as there are processors, at most 8)
  --minutes N    starts no more runs after so long (default 120)
  --json         one JSON document on standard output, nothing else

Exit code: 0 every run kept every invariant, 1 one did not or time ran out, 2 the input is wrong.`;

await runCommand(async () => {
  const options = readOptions(
    {
      runs: { type: 'string' },
      seed: { type: 'string' },
      machines: { type: 'string' },
      workers: { type: 'string' },
      minutes: { type: 'string' },
      json: { type: 'boolean' },
    },
    USAGE,
  );
  const runs = readInteger('runs', options.runs, 500, 1, 1_000_000);
  const first = readInteger('seed', options.seed, 1, 0, 2 ** 30);
  const machines = readInteger('machines', options.machines, 60, 1, 1000);
  const processors = Math.min(8, availableParallelism());
  const workers = Math.min(runs, readInteger('workers', options.workers, processors, 1, 64));
  const minutes = readInteger('minutes', options.minutes, 120, 1, 10_000);
  const began = performance.now();
  const results = await runAll({
    ...{ first, runs, machines, workers },
    stopAt: Date.now() + minutes * 60_000,
    onResult(result, done) {
      if (options.json === true) return;
      const broken = Object.keys(result.violations);
      if (broken.length > 0) process.stdout.write(`seed ${result.seed} violates: ${broken.join('; ')}\n`);
      if (done % 10 === 0 || done === runs)
        process.stdout.write(
          `${done} of ${runs} runs, ${Math.round((performance.now() - began) / 1000)} s\n`,
        );
    },
  });
  const summary = summarize(results, {
    ...{ runs, machines },
    wallSeconds: Math.round((performance.now() - began) / 1000),
  });
  if (options.json === true) process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
  else printSummary(summary);
  return summary.violated.length === 0 && summary.done === runs ? EXIT.ok : EXIT.notCompleted;
});
