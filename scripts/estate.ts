import { createScaledClock } from '../rehearsal/clock.ts';
import { createEstate, createTrafficWriter, serveEstate } from '../rehearsal/estate/index.ts';
import { BadInput, EXIT, readEstate, readInteger, readOptions, runCommand } from './cli.ts';
import { untilStopped } from './until-stopped.ts';

const USAGE = `Usage: npm run estate -- --estate FILE [--port N] [--speed K] [--seed N] [--traffic FILE]

The simulated Azure alone, on loopback, for an app that runs elsewhere. local.settings.sample.json holds
the settings that point an app at it.

  --estate FILE   the estate: resources as Azure returns them, telemetry, behaviour
  --port N        port on 127.0.0.1 (default 7199)
  --speed K       everything takes 1/K of its time, on the real clock (default 1)
  --seed N        decides every variation of the simulation (default 1)
  --traffic FILE  every exchange as JSON lines`;

await runCommand(async () => {
  const options = readOptions(
    {
      estate: { type: 'string' },
      port: { type: 'string' },
      speed: { type: 'string' },
      seed: { type: 'string' },
      traffic: { type: 'string' },
    },
    USAGE,
  );
  if (options.estate === undefined) throw new BadInput(`--estate is missing\n\n${USAGE}`);
  const file = readEstate(options.estate);
  const timeScale = readInteger('speed', options.speed, 1, 1, 100_000);
  const seed = readInteger('seed', options.seed, 1, 0, 2 ** 31 - 1);
  const traffic = options.traffic === undefined ? undefined : createTrafficWriter(options.traffic);
  // Time is real here, so that an app on its own clock agrees with the estate about "now".
  const clock = createScaledClock({ start: Date.now(), speed: 1 });
  const estate = createEstate({
    file,
    clock,
    seed,
    timeScale,
    log: 'counters',
    // Known beforehand, so that the sample settings fit; it guards nothing but a simulation on loopback.
    identityHeader: 'rehearsal',
    ...(traffic === undefined ? {} : { onExchange: traffic.write }),
  });
  const served = await serveEstate(estate, { port: readInteger('port', options.port, 7199, 0, 65_535) });
  const settings = Object.entries(estate.settings(served.url)).map(([name, value]) => `  ${name}=${value}`);
  process.stdout.write(
    [
      `Simulated Azure on ${served.url}: ${estate.machineIds().length} machines, ${timeScale} times as fast.`,
      'Settings of an app that shall use it:',
      ...settings,
      'Stop with Ctrl-C.',
      '',
    ].join('\n'),
  );
  await untilStopped();
  await served.close();
  await traffic?.close();
  clock.stop();
  return EXIT.ok;
});
