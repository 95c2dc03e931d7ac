import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { smallEstate, VM } from '../support/small-estate.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'commands-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function run(script: string, ...given: (string | Record<string, string>)[]) {
  const args = given.filter((arg) => typeof arg === 'string');
  const settings = Object.assign({}, ...given.filter((arg) => typeof arg !== 'string')) as Record<
    string,
    string
  >;
  const { status, stdout, stderr } = spawnSync(process.execPath, [join('scripts', script), ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, NO_COLOR: '1', ...settings },
  });
  return { status, stdout, stderr };
}

describe('npm run rehearse', () => {
  it('prints one JSON document with --json and exits 0 when every wave completed', () => {
    const traffic = join(folder, 'traffic.jsonl');

    const { status, stdout } = run(
      'rehearse.ts',
      '--estate',
      file('good.json', smallEstate()),
      '--json',
      '--traffic',
      traffic,
    );

    expect(status).toBe(0);
    const report = JSON.parse(stdout) as { completed: boolean; counts: object };
    expect(report).toMatchObject({ completed: true, counts: { migrated: 3, failed: 0 } });
    const [first = ''] = readFileSync(traffic, 'utf8').split('\n');
    expect(JSON.parse(first)).toMatchObject({
      liveRequest: { method: expect.any(String), url: expect.any(String) },
      liveResponse: { statusCode: expect.any(String) },
    });
  });

  it('tells a person what happened in plain lines when the output is no terminal', () => {
    const { status, stdout } = run('rehearse.ts', '--estate', file('good.json', smallEstate()));

    expect(status).toBe(0);
    expect(stdout).toContain('Inventory: 3 machines (2 Azure VMs, 1 Arc servers; 2 Windows, 1 Linux).');
    expect(stdout).toMatch(/migrated +3 /);
    expect(stdout).not.toContain('\u001b[');
  });

  it('exits 1 when a wave ends held', () => {
    const silent = { behaviour: { silentAgents: [{ machine: VM, agent: 'ama' as const }] } };

    const { status, stdout } = run('rehearse.ts', '--estate', file('held.json', smallEstate(silent)));

    expect(status).toBe(1);
    expect(stdout).toContain('33 % of the machines have no passing data verdict');
  });

  it.each([
    ['a missing option', [], '--estate is missing'],
    ['an unknown option', ['--estat', 'x'], "Unknown option '--estat'"],
    ['a missing file', ['--estate', 'nowhere.json'], 'nowhere.json cannot be read: ENOENT'],
    ['a file that is not JSON', ['--estate', file('broken.json', '{"resources": [')], 'is not JSON'],
    [
      'a resource without an id',
      [
        '--estate',
        file('noid.json', { resources: [{ name: 'x', type: 'microsoft.compute/virtualmachines' }] }),
      ],
      'resources[0].id',
    ],
    [
      'a misspelt key of behaviour',
      [
        '--estate',
        file('key.json', { resources: [], behaviour: { durations: { instal: { min: 1, max: 2 } } } }),
      ],
      'behaviour.durations.instal',
    ],
    [
      'a wrong value deep in the plan',
      [
        '--estate',
        file('good.json', smallEstate()),
        '--plan',
        file('plan.json', { policy: { proxies: { rules: [{ match: {}, profile: 'dmz' }] } } }),
      ],
      'policy.proxies.rules[0].profile',
    ],
    ['a seed that is no number', ['--estate', file('good.json', smallEstate()), '--seed', 'x'], '--seed: x'],
  ])('exits 2 for %s and names the fault', (_, args, message) => {
    const { status, stdout, stderr } = run('rehearse.ts', ...args);

    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
    expect(stdout).not.toContain('Result');
    expect(status).toBe(2);
  });
});

describe('a wrong setting', () => {
  it('stops the start with one message and no stack', () => {
    const { status, stderr } = run('rehearse.ts', '--estate', file('good.json', smallEstate()), {
      AMA_CALL_CONCURRENCY: '0',
      AMA_WATCH_SCHEDULE: 'often',
    });

    expect(status).toBe(2);
    expect(stderr).toContain('AMA_CALL_CONCURRENCY: ');
    expect(stderr).toContain('AMA_WATCH_SCHEDULE: ');
    expect(stderr).not.toContain('    at ');
  });
});

describe('npm run serve', () => {
  it('says so when the port is taken, and ends', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;

    const { status, stderr } = run(
      'serve.ts',
      '--estate',
      file('good.json', smallEstate()),
      '--port',
      String(port),
    );

    expect(stderr).toBe(`Port ${port} is in use; choose another with --port.\n`);
    expect(status).toBe(2);
    taken.close();
  });
});

describe('npm run drive', () => {
  it('exits 2 without an address, and says so when nothing answers', () => {
    expect(run('drive.ts')).toMatchObject({ status: 2, stderr: expect.stringContaining('--url is missing') });

    const refused = run('drive.ts', '--url', 'http://127.0.0.1:9', '--key', 'x');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('http://127.0.0.1:9');
  });
});
