import { createScaledClock } from '../rehearsal/clock.ts';
import { DEFAULT_START, startSession } from '../rehearsal/session.ts';
import { EXIT, readEstate, readInteger, readOptions, runCommand } from './cli.ts';
import { untilStopped } from './until-stopped.ts';

const USAGE = `Usage: npm run serve -- [--estate FILE] [--port N] [--speed K] [--key KEY]

The app on loopback over a simulated estate, until stopped.

  --estate FILE  the estate (default: the sample)
  --port N       port on 127.0.0.1 (default 7071)
  --speed K      simulated seconds per second (default 60)
  --key KEY      function key to ask for (default: rehearsal)`;

await runCommand(async () => {
  const options = readOptions(
    {
      estate: { type: 'string' },
      port: { type: 'string' },
      speed: { type: 'string' },
      key: { type: 'string' },
    },
    USAGE,
  );
  const file = readEstate(options.estate ?? 'rehearsal/samples/contoso.json');
  const speed = readInteger('speed', options.speed, 60, 1, 100_000);
  const port = readInteger('port', options.port, 7071, 0, 65_535);
  const key = options.key ?? 'rehearsal';
  const session = await startSession({
    file,
    key,
    clock: createScaledClock({ start: Date.parse(file.behaviour?.start ?? DEFAULT_START), speed }),
    log: (entry) => {
      if (entry.level !== 'trace' && entry.level !== 'debug')
        process.stdout.write(`${entry.level} ${entry.category}: ${entry.message}\n`);
    },
  });
  const { origin } = await session.host.listen({ port });
  process.stdout.write(
    [
      `The app listens on ${origin}/api over ${session.estate.machineIds().length} simulated machines, ${speed} simulated seconds a second.`,
      `Dashboard: ${origin}/api/dashboard`,
      `Function key: ${key}`,
      `Try:  curl ${origin}/api/health`,
      `      npm run drive -- --url ${origin} --key ${key} --plan rehearsal/samples/contoso.plan.json --poll 1 --approve-as "your name"`,
      'Stop with Ctrl-C.',
      '',
    ].join('\n'),
  );
  await untilStopped();
  await session.close();
  return EXIT.ok;
});
