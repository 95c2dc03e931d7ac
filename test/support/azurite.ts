import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../node_modules/azurite/dist/src/table/main.js', import.meta.url));

/** Said once by whoever skips a test for it. */
export const azuriteIsThere = existsSync(PROGRAM);
if (!azuriteIsThere) console.log('skipped: azurite is not installed (npm ci)');

export interface Azurite {
  /** Address of its table service, with the account. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Azurite's table service on a free port of loopback; all it holds is in its memory. */
export async function startAzurite(): Promise<Azurite> {
  const port = await freePort();
  const flags = ['--inMemoryPersistence', '--skipApiVersionCheck', '--disableTelemetry', '--silent'];
  const child = spawn(
    process.execPath,
    [PROGRAM, '--tableHost', '127.0.0.1', '--tablePort', String(port), ...flags],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  await started(child);
  return {
    endpoint: `http://127.0.0.1:${port}/devstoreaccount1`,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  };
}

function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    const hear = (data: unknown) => {
      said.push(String(data));
      if (said.join('').includes('successfully start')) resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', (code) => reject(new Error(`azurite ended with ${code}: ${said.join('')}`)));
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
