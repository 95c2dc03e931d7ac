import { formatReport } from '../rehearsal/drive/format.ts';
import { createProgress } from '../rehearsal/drive/progress.ts';
import { reportOf } from '../rehearsal/drive/report.ts';
import { createTrafficWriter } from '../rehearsal/estate/index.ts';
import { rehearse } from '../rehearsal/rehearse.ts';
import type { Session } from '../rehearsal/session.ts';
import { BadInput, EXIT, readEstate, readInteger, readOptions, readPlan, runCommand } from './cli.ts';
import { untilStopped } from './until-stopped.ts';

const USAGE = `Usage: npm run rehearse -- --estate FILE [--plan FILE] [--seed N] [--json] [--traffic FILE] [--serve]

Runs the app over a simulated estate, from inventory to the last wave, in skipped time.

  --estate FILE   the estate: resources as Azure returns them, telemetry, behaviour
  --plan FILE     body of POST /plans; the app's defaults where it is silent
  --seed N        decides every variation of the simulation (default 1)
  --json          one JSON document on standard output, nothing else
  --traffic FILE  every exchange with the estate as JSON lines
  --serve         keeps the app, as it then is, on loopback with its dashboard until stopped

Exit code: 0 every wave completed, 1 a wave ended held, degraded or aborted, 2 the input is wrong.`;

/** Time stands still meanwhile: what is shown is how the rehearsal ended. */
async function serveDashboard({ host }: Session): Promise<void> {
  const { origin } = await host.listen({ port: 0 });
  process.stderr.write(`Dashboard: ${origin}/api/dashboard\nFunction key: ${host.key}\nStop with Ctrl-C.\n`);
  await untilStopped();
}

await runCommand(async () => {
  const options = readOptions(
    {
      estate: { type: 'string' },
      plan: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean' },
      traffic: { type: 'string' },
      serve: { type: 'boolean' },
    },
    USAGE,
  );
  if (options.estate === undefined) throw new BadInput(`--estate is missing\n\n${USAGE}`);
  const file = readEstate(options.estate);
  const plan = readPlan(options.plan);
  const seed = readInteger('seed', options.seed, 1, 0, 2 ** 31 - 1);
  const traffic = options.traffic === undefined ? undefined : createTrafficWriter(options.traffic);
  const progress = options.json === true ? undefined : createProgress(process.stdout);
  const rehearsal = await rehearse({
    file,
    plan,
    seed,
    requestLog: 'counters',
    ...(traffic === undefined ? {} : { onExchange: traffic.write }),
    onEvent: (event, now) => progress?.show(event, now),
    ...(options.serve === true ? { afterwards: serveDashboard } : {}),
    log: (entry) => {
      if (entry.level === 'error' || entry.level === 'critical')
        process.stderr.write(`${entry.category}: ${entry.message}\n`);
    },
  });
  progress?.finish();
  await traffic?.close();
  const report = reportOf(rehearsal.result);
  if (options.json === true) {
    const { seed: used, from, to, metrics } = rehearsal;
    process.stdout.write(`${JSON.stringify({ seed: used, from, to, ...report, metrics }, null, 2)}\n`);
  } else {
    process.stdout.write(formatReport(report, rehearsal.metrics));
  }
  return report.completed ? EXIT.ok : EXIT.notCompleted;
});
