import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinClock, type Participant } from '../../rehearsal/participant.ts';
import { type Session, startSession } from '../../rehearsal/session.ts';
import { smallEstate } from '../support/small-estate.ts';

/** The client as a process of its own, as a person runs it, against the app over a simulated estate. */
const AMA = new URL('../../cli/ama.mjs', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'cli-'));
let session: Session;
let person: Participant;
let environment: Record<string, string>;

beforeAll(async () => {
  session = await startSession({ file: smallEstate(), key: 'the-secret-key' });
  person = joinClock(session.clock);
  const { origin } = await session.host.listen({ port: 0 });
  environment = { AMA_URL: origin, AMA_KEY: 'the-secret-key', AMA_BY: 'olive' };
});
afterAll(async () => {
  person.leave();
  await session.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Time stands still, but for a command that watches: while it runs, ten minutes pass again and again. */
async function ama(words: readonly string[], extra: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const ending = start(words, extra);
  let isOver = !words.includes('--watch');
  const ended = ending.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await person.sleep(600_000);
    await pause(50);
  }
  return ended;
}

function start(words: readonly string[], extra: Readonly<Record<string, string>>): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const { PATH = '', HOME = '' } = process.env;
    const env = { PATH, HOME, ...environment, ...extra };
    const child = spawn(process.execPath, [AMA, ...words], { env, cwd: folder, timeout: 60_000 });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (piece: Buffer) => {
      stdout += piece.toString();
    });
    child.stderr.on('data', (piece: Buffer) => {
      stderr += piece.toString();
    });
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}

async function well(...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await ama(words);
  expect([words.join(' '), status, stderr]).toEqual([words.join(' '), 0, expect.any(String)]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no escape code may reach what is no terminal.
  expect(stdout + stderr).not.toMatch(/\u001b/);
  expect(stdout + stderr).not.toContain('the-secret-key');
  return stdout;
}

async function json(...words: string[]) {
  const { stdout, stderr, status } = await ama([...words, '--json']);
  // biome-ignore lint/suspicious/noExplicitAny: documents are looked at field by field.
  return { status, stderr, document: JSON.parse(stdout) as any };
}

describe('a migration by the client', () => {
  let plan = '';
  let wave = '';

  it('takes an inventory and follows it', async () => {
    expect(await well('health')).toBe('healthy\n');
    const text = await well('inventory', 'start', '--watch', '--poll', '1');
    expect(text).toMatch(/^Inventory inv-\w+: (running|completed)/);
    expect(text).toContain('3 machines: 2 Azure VMs, 1 Arc servers');
    expect((await json('inventory', 'show')).document).toMatchObject({ status: 'completed' });
  });

  it('makes a plan from a file', async () => {
    const body = { name: 'autumn', cohorts: { pilotSize: 0, firstSize: 500, maxSize: 500 } };
    writeFileSync(join(folder, 'plan.json'), JSON.stringify(body));
    const { status, document } = await json('plan', 'make', '--file', 'plan.json');
    expect([status, document.counts.planned]).toEqual([0, 3]);
    plan = document.id;
    expect(await well('plan', 'show', plan)).toContain(`Plan ${plan} (autumn)\n  3 machines in 1 waves: 3`);
    expect(await well('plan', 'list')).toContain(plan);
  });

  it('tries a wave dry', async () => {
    const { status, document } = await json(
      'wave',
      'start',
      plan,
      '0',
      '--dry-run',
      '--watch',
      '--poll',
      '1',
    );
    expect([status, document.phase, document.dryRun]).toEqual([0, 'completed', true]);
  });

  it('starts a wave and follows it to the gate, where it waits for a person', async () => {
    const { status, stdout } = await ama(['wave', 'start', plan, '0', '--watch', '--poll', '1']);
    expect(status).toBe(6);
    const lines = stdout.trim().split('\n');
    expect(lines.at(-1)).toMatch(/awaitingApproval: Waiting for approval of the removal gate\./);
    expect(new Set(lines).size).toBe(lines.length);
    wave = `${plan}-wave-0`;
    expect((await json('wave', 'show', wave)).status).toBe(6);
  });

  it('holds, and resumes', async () => {
    expect(await well('wave', 'hold', wave, '--reason', 'change freeze')).toContain('change freeze (olive)');
    expect((await ama(['wave', 'show', wave])).status).toBe(1);
    expect((await ama(['wave', 'show', wave, '--watch'])).status).toBe(1);
    await well('wave', 'resume', wave);
  });

  it('is told why it may not approve its own wave, with the code', async () => {
    const { status, stderr, stdout } = await ama(['wave', 'approve', wave]);
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/\[requesterMayNotApprove\]\n$/);
    const own = await ama(['wave', 'retry', wave, '--reason', 'x', '--machine', '/subscriptions/none']);
    expect([own.status, own.stderr]).toEqual([3, expect.stringContaining('[machineNotInWave]')]);
  });

  it('approves as somebody else, and follows it to the end', async () => {
    await well('wave', 'approve', wave, '--gate', 'removal', '--by', 'anna');
    const { status, document } = await json('wave', 'show', wave, '--watch', '--poll', '1');
    expect([status, document.phase]).toEqual([0, 'completed']);
    expect(await well('wave', 'list')).toMatch(new RegExp(`${wave} +completed +3 machines`));
    const machines = await well('wave', 'machines', wave, '--status', 'done');
    expect(machines.match(/ migrated/g)).toHaveLength(3);
    expect((await json('wave', 'machines', wave)).document.machines).toHaveLength(3);
    expect(await well('wave', 'show', wave, '--quiet')).toBe('');
  });

  it('writes reports', async () => {
    await well('report', wave, '--board', '--out', 'board.html');
    expect(readFileSync(join(folder, 'board.html'), 'utf8')).toContain('<dt>Approved by</dt>');
    expect(await well('report', wave, '--format', 'csv')).toMatch(/^id,kind,/);
    expect((await json('report', plan)).document).toMatchObject({ kind: 'plan', numbers: { migrated: 3 } });
    expect((await ama(['report', plan, '--board'])).status).toBe(2);
    expect((await ama(['report', wave, '--out', 'none/x.html'])).stderr).toContain(
      'cannot be written: ENOENT',
    );
  });

  it('fetches evidence, checks it, and notices a change', async () => {
    const fetched = await well('evidence', 'get', wave, '--out', 'evidence');
    expect(fetched).toMatch(/^Intact: 3 machines, \d+ entries/);
    const [file = ''] = readdirSync(join(folder, 'evidence'));
    const path = join(folder, 'evidence', file);
    const { document } = await json('evidence', 'check', path);
    expect((await json('report', wave)).document.evidence.hash).toBe(document.hash);
    const bytes = readFileSync(path);
    bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 0xff;
    writeFileSync(path, bytes);
    const { status, stdout } = await ama(['evidence', 'check', path], { AMA_URL: '', AMA_KEY: '' });
    expect([status, stdout]).toEqual([1, expect.stringContaining('NOT INTACT')]);
    expect((await ama(['evidence', 'check', 'none.zip'])).status).toBe(2);
  });

  it('exports and checks the trail', async () => {
    await well('audit', 'export', wave, '--out', 'trail.jsonl');
    const entries = readFileSync(join(folder, 'trail.jsonl'), 'utf8').trim().split('\n');
    expect(entries.length).toBeGreaterThan(20);
    expect(JSON.parse(entries[0] ?? '')).toMatchObject({ waveId: wave });
    expect(await well('audit', 'export')).toContain(`made plan ${plan}`);
    expect(await well('audit', 'check', wave)).toMatch(/^Intact: /);
  });

  it('says what a rollback would do, and does it when that is repeated', async () => {
    const { document } = await json('wave', 'rollback', wave, '--reason', 'drill');
    expect(document).toMatchObject({ status: 'whatIf', machines: 3 });
    const text = await well('wave', 'rollback', wave, '--reason', 'drill');
    expect(text).toContain('Nothing was changed.');
    expect(text).toContain(`--confirm "${document.confirmation}"`);
    await well('wave', 'rollback', wave, '--reason', 'drill', '--confirm', document.confirmation);
    expect((await ama(['wave', 'show', wave, '--watch', '--poll', '1'])).status).toBe(1);
    expect((await json('report', wave)).document.numbers).toMatchObject({ rolledBack: 3, migrated: 0 });
  });

  it('runs a plan, and steers the run', async () => {
    writeFileSync(
      join(folder, 'second.json'),
      JSON.stringify({ name: 'second', policy: { soakSeconds: 60 } }),
    );
    const { document: made } = await json('plan', 'make', '--file', 'second.json');
    const later = new Date(session.clock.now() + 86_400_000).toISOString();
    const run = (await well('run', 'start', made.id, '--start-at', later)).trim();
    expect(await well('run', 'show', made.id, run)).toContain(`Run ${run}: planned.`);
    await well('run', 'hold', made.id, run, '--reason', 'wait');
    expect((await ama(['run', 'show', made.id, run, '--watch'])).status).toBe(1);
    await well('run', 'resume', made.id, run);
    await well('run', 'abort', made.id, run, '--reason', 'enough');
    expect((await ama(['run', 'promote', made.id, run, '--reason', 'x'])).status).toBe(3);
  });
});

describe('trouble', () => {
  it.each([
    [[], {}, 2, 'Usage: ama COMMAND'],
    [['wave', 'shwo'], {}, 2, 'Did you mean "wave show"?'],
    [['wave'], {}, 2, 'There are: wave start'],
    [['wave', 'show'], {}, 2, 'WAVE is missing.'],
    [['plan', 'make', '--file', 'none.json'], {}, 2, 'none.json cannot be read: ENOENT'],
    [['wave', 'start', 'p', 'x'], {}, 2, 'is not a whole number'],
    [['wave', 'list'], { AMA_URL: '' }, 2, 'The address of the app is missing'],
    [['wave', 'list'], { AMA_URL: 'http://app.example' }, 2, 'must be https'],
    [['wave', 'list'], { AMA_URL: 'http://127.0.0.1:9' }, 4, 'cannot be reached'],
    [['wave', 'list'], { AMA_KEY: 'another' }, 3, 'The app answered 401.'],
    [['wave', 'show', 'none'], {}, 3, '[waveNotFound]'],
    [['wave', 'show', '../plans'], {}, 3, '[waveNotFound]'],
  ] as const)('%j with %j ends with %d: %s', async (words, extra, exit, message) => {
    const { status, stdout, stderr } = await ama(words, extra);
    expect([status, stderr]).toEqual([exit, expect.stringContaining(message)]);
    expect(stdout).toBe('');
    expect(stderr).not.toContain('    at ');
    expect(stderr).not.toContain('another');
  });

  it('a watch gives up only after several looks', async () => {
    const { status, stderr } = await ama(['inventory', 'show', 'x', '--watch', '--poll', '1'], {
      AMA_URL: 'http://127.0.0.1:9',
    });
    expect(status).toBe(4);
    expect(stderr.match(/Looking again/g)).toHaveLength(4);
  });
});

describe('the program', () => {
  it('answers help, version and completion without an app', async () => {
    const nowhere = { AMA_URL: '', AMA_KEY: '' };
    expect(await ama(['--help'], nowhere)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('Exit codes:'),
    });
    expect(await ama(['help', 'wave', 'hold'], nowhere)).toMatchObject({
      stdout: expect.stringContaining('ama wave hold WAVE'),
    });
    expect((await ama(['--version'], nowhere)).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await ama(['__complete', 'wave', 're'], nowhere)).stdout).toBe('resume\nretry\n');
    expect((await ama(['completion', 'zsh'], nowhere)).stdout).toContain('#compdef ama');
  });

  it.skipIf(!existsSync('/bin/bash'))('completes in bash', async () => {
    const { stdout: script } = await ama(['completion', 'bash']);
    const asked = `${script}\nama() { "${process.execPath}" "${AMA}" "$@"; }\nCOMP_WORDS=(ama wave re); COMP_CWORD=2; _ama; echo "\${COMPREPLY[@]}"`;
    writeFileSync(join(folder, 'complete.sh'), asked);
    const child = spawn('bash', [join(folder, 'complete.sh')], { timeout: 30_000 });
    let text = '';
    for await (const piece of child.stdout) text += String(piece);
    expect(text.trim()).toBe('resume retry');
  });
});
