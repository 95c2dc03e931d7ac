import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createScaledClock } from '../rehearsal/clock.ts';
import { createEstate, serveEstate } from '../rehearsal/estate/index.ts';
import { EMULATOR } from '../shared/config/emulator.ts';
import { SETTINGS } from '../shared/config/settings.ts';
import { BadInput, EXIT, readEstate, readInteger, readOptions, runCommand } from './cli.ts';

const USAGE = `Usage: npm run start:func -- [--estate FILE] [--speed K] [--port N] [--storage-port N]

The app under Azure Functions Core Tools, over Azurite and a simulated Azure, until stopped.

  --estate FILE     the estate (default: the sample)
  --speed K         everything in the estate takes 1/K of its time (default 60)
  --port N          port of the app on 127.0.0.1 (default 7071)
  --storage-port N  first of Azurite's three ports: blobs, queues, tables (default 10000)`;

/** Where Azurite keeps its blobs, queues and tables, the ledger among them. */
const STORAGE = '.data/azurite';

await runCommand(async () => {
  const options = readOptions(
    {
      estate: { type: 'string' },
      speed: { type: 'string' },
      port: { type: 'string' },
      'storage-port': { type: 'string' },
    },
    USAGE,
  );
  const file = readEstate(options.estate ?? 'rehearsal/samples/contoso.json');
  const timeScale = readInteger('speed', options.speed, 60, 1, 100_000);
  const port = readInteger('port', options.port, 7071, 1, 65_535);
  const storagePort = readInteger('storage-port', options['storage-port'], 10_000, 1, 65_533);
  const missing = whatIsMissing();
  if (missing !== undefined) {
    process.stdout.write(`skipped: ${missing}\n`);
    return EXIT.ok;
  }

  // Time is real here, as under `npm run estate`.
  const clock = createScaledClock({ start: Date.now(), speed: 1 });
  const estate = createEstate({ file, clock, timeScale, log: 'counters', identityHeader: 'rehearsal' });
  const served = await serveEstate(estate, { port: 0 });
  const azurite = await startAzurite(storagePort);
  process.stdout.write(
    `Azurite on ${addressOf(storagePort)}, simulated Azure with ${estate.machineIds().length} machines on ${served.url}.\n`,
  );
  try {
    const settings = { ...sampleSettings(storagePort), ...estate.settings(served.url) };
    const code = await ended(
      spawn('func', ['start', '--port', String(port)], {
        stdio: 'inherit',
        env: { ...process.env, ...settings },
      }),
    );
    return code === 0 ? EXIT.ok : EXIT.notCompleted;
  } finally {
    azurite.kill();
    await served.close();
    clock.stop();
  }
});

/** Why the app cannot be started; undefined when nothing is missing. */
function whatIsMissing(): string | undefined {
  const { error } = spawnSync('func', ['--version'], { stdio: 'ignore' });
  if (error !== undefined)
    return 'Azure Functions Core Tools are not on the path: npm install --global azure-functions-core-tools@4';
  return azuriteProgram() === undefined ? 'Azurite is not installed: npm ci' : undefined;
}

/** The settings of the sample, which take precedence over those of local.settings.json. */
function sampleSettings(storagePort: number): Record<string, string> {
  const sample = JSON.parse(readFileSync('local.settings.sample.json', 'utf8')) as {
    Values: Record<string, string>;
  };
  const endpoints = ['Blob', 'Queue', 'Table'].map(
    (service, i) => `${service}Endpoint=${addressOf(storagePort + i)}`,
  );
  return {
    ...sample.Values,
    AzureWebJobsStorage: [
      'DefaultEndpointsProtocol=http',
      `AccountName=${EMULATOR.account}`,
      `AccountKey=${EMULATOR.key}`,
      ...endpoints,
    ].join(';'),
    [SETTINGS.ledgerTableEndpoint.name]: addressOf(storagePort + 2),
  };
}

async function startAzurite(storagePort: number): Promise<ChildProcess> {
  const program = azuriteProgram();
  if (program === undefined) throw new BadInput('Azurite is not installed: npm ci');
  mkdirSync(STORAGE, { recursive: true });
  const ports = ['blob', 'queue', 'table'].flatMap((service, i) => [
    ...[`--${service}Host`, '127.0.0.1', `--${service}Port`, String(storagePort + i)],
  ]);
  const flags = ['--silent', '--skipApiVersionCheck', '--disableTelemetry', '--location', STORAGE];
  const child = spawn(process.execPath, [program, ...ports, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (data) => {
      said += String(data);
      // Each of the three services says so.
      if (said.split('successfully listen').length > 3) resolve();
    });
    child.once('exit', () =>
      reject(
        new BadInput(
          `Azurite does not start: are the ports from ${storagePort} on free? Choose others with --storage-port.\n${said}`,
        ),
      ),
    );
  });
  return child;
}

function azuriteProgram(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve('azurite/package.json');
    return join(dirname(manifest), 'dist/src/azurite.js');
  } catch {
    return undefined;
  }
}

function addressOf(port: number): string {
  return `http://127.0.0.1:${port}/${EMULATOR.account}`;
}

/** Ctrl-C reaches Core Tools by itself, and this process waits for it to stop. */
function ended(child: ChildProcess): Promise<number | null> {
  const pass = () => child.kill('SIGTERM');
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', pass);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code));
  });
}
