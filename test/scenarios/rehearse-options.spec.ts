import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { smallEstate } from '../support/small-estate.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'rehearse-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

const estate = file('estate.json', smallEstate());
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !['NO_COLOR', 'FORCE_COLOR', 'CI'].includes(name)),
);

function rehearse(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/rehearse.ts', ...args], {
    ...{ cwd: ROOT, encoding: 'utf8', timeout: 100_000, env: environment },
  });
  return { status, stdout, stderr };
}

describe('a rehearsal', () => {
  it('writes the reports of the app, whose numbers are those it prints', () => {
    const reports = join(folder, 'reports');
    const { status, stdout } = rehearse('--estate', estate, '--report', reports, '--json');
    expect(status).toBe(0);
    const { counts, planId } = JSON.parse(stdout) as { counts: object; planId: string };
    const names = [planId, `${planId}-wave-0`].flatMap((id) =>
      ['csv', 'html', 'json'].map((form) => `${id}.${form}`),
    );
    expect(readdirSync(reports).sort()).toEqual(expect.arrayContaining(names));
    const report = JSON.parse(readFileSync(join(reports, `${planId}.json`), 'utf8')) as { numbers: object };
    expect(report.numbers).toEqual(counts);
    expect(readFileSync(join(reports, `${planId}-wave-0.html`), 'utf8')).toContain('<dt>Rollback</dt>');
  });

  it('is quiet where that is asked for, and refuses words it has no use for', () => {
    expect(rehearse('--estate', estate, '--quiet')).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(rehearse('--estate', estate, 'extra')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('"extra"'),
    });
    const unwritable = rehearse('--estate', estate, '--quiet', '--report', join(estate, 'x'));
    expect([unwritable.status, unwritable.stderr]).toEqual([2, expect.stringContaining('cannot be written')]);
  });

  it.skipIf(spawnSync('script', ['--version']).status !== 0)(
    'draws bars on a terminal, and lines elsewhere',
    () => {
      const command = `stty cols 100 rows 40; ${process.execPath} scripts/rehearse.ts --estate ${estate}`;
      const onTerminal = (env: object) =>
        spawnSync('script', ['-qec', command, '/dev/null'], {
          ...{
            cwd: ROOT,
            encoding: 'utf8',
            timeout: 100_000,
            env: { ...environment, TERM: 'xterm', ...env },
          },
        }).stdout;
      const drawn = onTerminal({});
      expect(drawn).toContain('█');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is looked for.
      expect(drawn).toMatch(/\u001b\[3[1-6]m/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
      expect(onTerminal({ NO_COLOR: '1' })).not.toMatch(/\u001b\[3[1-6]m/);
      const { stdout } = rehearse('--estate', estate);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
      expect(stdout).not.toMatch(/\u001b|█/);
    },
  );

  it('keeps the app up afterwards, until it is stopped', async () => {
    const args = ['scripts/rehearse.ts', '--estate', estate, '--quiet', '--serve'];
    const child = spawn(process.execPath, args, { cwd: ROOT, env: environment, timeout: 100_000 });
    let told = '';
    for await (const piece of child.stderr) {
      told += String(piece);
      if (told.includes('Ctrl-C')) break;
    }
    const [, origin = '', key = ''] =
      /on (http:\/\/127\.0\.0\.1:\d+)\/api,.*; function key: (\S+)/.exec(told) ?? [];
    const response = await fetch(`${origin}/api/waves`, { headers: { 'x-functions-key': key } });
    expect(await response.json()).toMatchObject({ waves: [{ phase: 'completed' }] });
    child.kill('SIGINT');
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
  });
});

describe('a comparison', () => {
  const quick = file('quick.plan.json', { name: 'quick', policy: { soakSeconds: 0 } });
  const careful = file('careful.plan.json', { name: 'careful', policy: { soakSeconds: 86_400 } });

  it('holds two plans over one estate side by side, and says the same every time', () => {
    const first = rehearse('--estate', estate, '--compare', quick, careful, '--json');
    expect(first.status).toBe(0);
    const document = JSON.parse(first.stdout) as {
      plans: string[];
      numbers: { name: string; a: number; b: number; better: string }[];
    };
    expect(document.plans).toEqual(['quick.plan.json', 'careful.plan.json']);
    const of = (name: string) => document.numbers.find((one) => one.name === name);
    expect(of('migrated')).toMatchObject({ a: 3, b: 3, better: null });
    expect(of('simulatedSeconds')?.better).toBe('a');
    expect((of('simulatedSeconds')?.b ?? 0) - (of('simulatedSeconds')?.a ?? 0)).toBeGreaterThan(80_000);
    expect(of('bothAgentsHours')?.better).toBe('a');
    expect(of('throttled')).toMatchObject({ a: 0, b: 0 });
    expect(rehearse('--estate', estate, '--compare', quick, careful, '--json').stdout).toBe(first.stdout);
  });

  it('is a table for people, and wants two plans', () => {
    const { status, stdout } = rehearse('--estate', estate, '--compare', quick, careful);
    expect(status).toBe(0);
    expect(stdout).toMatch(/machine-hours with both agents +[\d.]+ \* +[\d.]+\n/);
    expect(rehearse('--estate', estate, '--compare', quick)).toMatchObject({ status: 2 });
  });
});
