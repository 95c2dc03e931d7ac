import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSettings } from '../../shared/config/settings.ts';
import { azuriteIsThere, freePort } from '../support/azurite.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'func-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(path: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/start-func.ts', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 60_000,
    env: { PATH: path, HOME: folder },
  });
  return { status, stdout, stderr };
}

/** Stands in for Core Tools: asks what it was given, and says what it found. */
const FUNC = `#!${process.execPath}
const { AzureWebJobsStorage = '', AMA_LEDGER_TABLE_ENDPOINT, AMA_ESTATE_URL } = process.env;
if (process.argv[2] === '--version') process.exit(0);
const endpoints = AzureWebJobsStorage.split(';').filter((part) => part.includes('Endpoint='));
const urls = [...endpoints.map((part) => part.split('=')[1]), AMA_LEDGER_TABLE_ENDPOINT, AMA_ESTATE_URL];
const answers = await Promise.all(urls.map((url) => fetch(url).then(({ status }) => status, () => 'none')));
console.log(JSON.stringify({ args: process.argv.slice(2), answers, env: process.env }));
process.exit(Number(process.env.FUNC_EXIT ?? 0));
`;

describe('npm run start:func', () => {
  it('says what is missing where Core Tools are, and is well', () => {
    const { status, stdout, stderr } = start(join(folder, 'nothing'));

    expect(stderr).toBe('');
    expect(stdout).toMatch(/^skipped: Azure Functions Core Tools are not on the path/);
    expect(status).toBe(0);
  });

  it('refuses wrong input with the usage', () => {
    const { status, stderr } = start(folder, '--port', 'many');

    expect([status, stderr]).toEqual([2, expect.stringContaining('--port: many')]);
  });

  it.skipIf(!azuriteIsThere)(
    'starts Core Tools with settings that lead to Azurite and the estate',
    async () => {
      writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
      writeFileSync(join(folder, 'func'), FUNC);
      chmodSync(join(folder, 'func'), 0o755);
      // Three ports in a row.
      const storagePort = String(await freePort());

      const { status, stdout, stderr } = start(
        [folder, dirname(process.execPath)].join(delimiter),
        ...['--port', '7123', '--storage-port', storagePort],
      );

      expect(stderr).toBe('');
      const said = JSON.parse(stdout.split('\n').find((line) => line.startsWith('{')) ?? '{}') as {
        args: string[];
        answers: unknown[];
        env: Record<string, string>;
      };
      expect(said.args).toEqual(['start', '--port', '7123']);
      expect(said.answers).toHaveLength(5);
      expect(said.answers).not.toContain('none');
      expect(readSettings(said.env)).toMatchObject({
        ledgerTableEndpoint: `http://127.0.0.1:${Number(storagePort) + 2}/devstoreaccount1`,
        estateUrl: expect.stringContaining('http://127.0.0.1:'),
      });
      expect(said.env['FUNCTIONS_WORKER_RUNTIME']).toBe('node');
      expect(status).toBe(0);
    },
  );
});
