import { basename } from 'node:path';
import { compareRehearsals, formatComparison } from '../rehearsal/compare.ts';
import { formatReport } from '../rehearsal/drive/format.ts';
import { createProgress, type Progress } from '../rehearsal/drive/progress.ts';
import { reportOf } from '../rehearsal/drive/report.ts';
import { createTrafficWriter, type EstateFile } from '../rehearsal/estate/index.ts';
import { type RehearseOptions, rehearse } from '../rehearsal/rehearse.ts';
import { BadInput, EXIT, readEstate, readInteger, readPlan, readWords, runCommand } from './cli.ts';
import { writeReports } from './rehearse/write-reports.ts';
import { untilStopped } from './until-stopped.ts';

const USAGE = `Usage: npm run rehearse -- --estate FILE [--plan FILE] [--seed N] [OPTIONS]
       npm run rehearse -- --estate FILE --compare PLAN_A PLAN_B [--seed N] [--json]

Runs the app over a simulated estate, from inventory to the last wave, in skipped time.

  --estate FILE   the estate: resources as Azure returns them, telemetry, behaviour
  --plan FILE     body of POST /plans; the app's defaults where it is silent
  --seed N        decides every variation of the simulation (default 1)
  --compare A B   runs two plans over the same estate and holds their numbers side by side
  --report DIR    writes the app's reports of the plan and its waves: HTML, CSV, JSON
  --serve         keeps the app and its dashboard up on 127.0.0.1 afterwards, until Ctrl-C; --port N chooses the port
  --json          one JSON document on standard output, nothing else
  --quiet         nothing on standard output; errors and the exit code alone
  --traffic FILE  every exchange with the estate as JSON lines

Bars are drawn on a terminal alone; elsewhere each change is a line. NO_COLOR turns colours off.

Exit code: 0 every wave completed, 1 a wave ended held, degraded or aborted, 2 the input is wrong.`;

const OPTIONS = {
  estate: { type: 'string' },
  plan: { type: 'string' },
  seed: { type: 'string' },
  compare: { type: 'boolean' },
  report: { type: 'string' },
  serve: { type: 'boolean' },
  port: { type: 'string' },
  json: { type: 'boolean' },
  quiet: { type: 'boolean' },
  traffic: { type: 'string' },
} as const;

await runCommand(async () => {
  const { values: options, positionals } = readWords(OPTIONS, USAGE);
  if (options.estate === undefined) throw new BadInput(`--estate is missing\n\n${USAGE}`);
  const file = readEstate(options.estate);
  const seed = readInteger('seed', options.seed, 1, 0, 2 ** 31 - 1);
  const silent = options.json === true || options.quiet === true;
  const say = (text: string) => {
    if (!silent) process.stdout.write(text);
  };
  if (options.compare !== true && positionals.length > 0)
    throw new BadInput(`"${positionals[0]}" is one word too many\n\n${USAGE}`);
  if (options.compare === true) {
    if (positionals.length !== 2) throw new BadInput(`--compare takes two plan files\n\n${USAGE}`);
    return compare(file, seed, positionals, { json: options.json === true, say });
  }
  const port = readInteger('port', options.port, 0, 0, 65_535);
  const traffic = options.traffic === undefined ? undefined : createTrafficWriter(options.traffic);
  const progress = silent ? undefined : createProgress(process.stdout);
  const rehearsal = await rehearse({
    ...watched(progress),
    ...{ file, plan: readPlan(options.plan), seed },
    ...(traffic === undefined ? {} : { onExchange: traffic.write }),
    async onEnd(host, result) {
      progress?.finish();
      if (options.report !== undefined) {
        const files = await writeReports(options.report, host, result);
        say(`Reports: ${files.length} files in ${options.report}\n`);
      }
      if (options.serve !== true) return;
      const { origin } = await host.listen({ port });
      process.stderr.write(
        `The app with the finished run listens on ${origin}/api, its dashboard is at ${origin}/api/dashboard; function key: ${host.key}\nStop with Ctrl-C.\n`,
      );
      await untilStopped();
    },
  });
  await traffic?.close();
  const report = reportOf(rehearsal.result);
  if (options.json === true) {
    const { seed: used, from, to, metrics } = rehearsal;
    process.stdout.write(`${JSON.stringify({ seed: used, from, to, ...report, metrics }, null, 2)}\n`);
  }
  say(formatReport(report, rehearsal.metrics));
  return report.completed ? EXIT.ok : EXIT.notCompleted;
});

function watched(progress: Progress | undefined): Pick<RehearseOptions, 'requestLog' | 'onEvent' | 'log'> {
  return {
    requestLog: 'counters',
    onEvent: (event, now) => progress?.show(event, now),
    log: (entry) => {
      if (entry.level === 'error' || entry.level === 'critical')
        process.stderr.write(`${entry.category}: ${entry.message}\n`);
    },
  };
}

/** Two plans over the same estate with the same seed, one after the other. */
async function compare(
  file: EstateFile,
  seed: number,
  [a = '', b = '']: readonly string[],
  { json, say }: { readonly json: boolean; say(text: string): void },
): Promise<number> {
  const plans = [readPlan(a), readPlan(b)];
  const runs = [];
  for (const [i, plan] of plans.entries()) {
    say(`Rehearsing ${basename(i === 0 ? a : b)} ...\n`);
    runs.push(await rehearse({ ...watched(undefined), file, plan, seed }));
  }
  const [first, second] = runs;
  if (first === undefined || second === undefined) throw new Error('two plans make two rehearsals');
  const names = basename(a) === basename(b) ? [a, b] : [basename(a), basename(b)];
  const comparison = compareRehearsals([names[0] ?? a, first], [names[1] ?? b, second]);
  if (json) process.stdout.write(`${JSON.stringify(comparison, null, 2)}\n`);
  say(`\n${formatComparison(comparison)}`);
  return comparison.completed.every(Boolean) ? EXIT.ok : EXIT.notCompleted;
}
