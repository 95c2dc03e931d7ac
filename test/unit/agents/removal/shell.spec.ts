import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readScriptResult, scriptFor } from '../../../../shared/agents/removal/script.ts';
import type { ScriptAction } from '../../../../shared/model/removal.ts';

const A = '22222222-2222-4222-8222-222222222222';
const B = '33333333-3333-4333-8333-333333333333';
const shell = ['/bin/dash', '/bin/sh', '/usr/bin/sh'].find(existsSync);
const checker = spawnSync('shellcheck', ['--version']).status === 0;
if (shell === undefined) console.log('skipped: no shell to run the Linux scripts with');
if (!checker) console.log('skipped: shellcheck is not installed');

const texts = (['remove', 'detach'] as const).map((action) => scriptFor('linux', action, [A]).text);

describe.skipIf(shell === undefined)('the Linux scripts', () => {
  let box = '';
  beforeEach(() => {
    box = mkdtempSync(join(tmpdir(), 'agent-box-'));
    for (const folder of ['bin', 'agent', 'etc', 'packages']) mkdirSync(join(box, folder));
  });
  afterEach(() => rmSync(box, { recursive: true, force: true }));

  function program(name: string, lines: readonly string[]): void {
    writeFileSync(join(box, name), `#!/bin/sh\n${lines.join('\n')}\n`);
    chmodSync(join(box, name), 0o755);
  }

  /** The agent's own tool: workspaces are files, as they are folders on a real machine. */
  function agent(workspaces: readonly string[]): void {
    for (const id of workspaces) writeFileSync(join(box, 'etc', id), '');
    program('agent/omsadmin.sh', [
      `case "$1" in`,
      `-l) for id in $(ls ${box}/etc); do echo "Workspace: $id    Status: Onboarded(OMSAgent Running)"; done`,
      `    [ -n "$(ls ${box}/etc)" ] || echo 'No Workspace' ;;`,
      `-x) echo "info	Disable workspace: $2"; rm -f "${box}/etc/$2" ;;`,
      'esac',
    ]);
  }

  /** dpkg, with packages as files; a lock makes every change fail as the real one does. */
  function dpkg(packages: readonly string[], failure?: string): void {
    for (const name of packages) writeFileSync(join(box, 'packages', name), '');
    program('bin/dpkg', [
      `echo "$*" >> ${box}/calls`,
      'case "$1" in',
      `-s) [ -e "${box}/packages/$2" ] || { echo "Status: unknown ok not-installed"; exit 0; }`,
      `    echo "Status: install ok installed" ;;`,
      failure === undefined
        ? `--purge) rm "${box}/packages/$2"; [ "$2" != omsagent ] || rm -f ${box}/agent/omsadmin.sh ;;`
        : `--purge) echo '${failure}' >&2; exit 2 ;;`,
      'esac',
    ]);
  }

  function run(action: ScriptAction, workspaces: readonly string[] = []) {
    // The paths of the agent are the only thing the test changes.
    const text = scriptFor('linux', action, workspaces)
      .text.replaceAll('/opt/microsoft/omsagent/bin', join(box, 'agent'))
      .replaceAll('/etc/opt/microsoft/omsagent', join(box, 'etc'));
    const file = join(box, 'script.sh');
    writeFileSync(file, text);
    const tools = ['cat', 'grep', 'ls', 'printf', 'rm', 'sort', 'tr'];
    for (const tool of tools) {
      const path = execFileSync('/bin/sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim();
      if (path.startsWith('/') && !existsSync(join(box, 'bin', tool)))
        program(join('bin', tool), [`exec ${path} "$@"`]);
    }
    const ran = spawnSync(shell ?? '', [file], { encoding: 'utf8', env: { PATH: join(box, 'bin') } });
    const command = {
      state: 'succeeded',
      exitCode: ran.status,
      output: ran.stdout,
      error: ran.stderr,
    } as const;
    return readScriptResult(command, action);
  }
  const calls = () => (existsSync(join(box, 'calls')) ? readFileSync(join(box, 'calls'), 'utf8') : '');

  const result = (
    action: ScriptAction,
    told: string,
    reason = '',
    before: string[] = [],
    after: string[] = [],
  ) => ({
    ok: true,
    result: { schema: 1, action, result: told, reason, before, after },
  });

  it('remove: purges the two packages of the agent and no other', () => {
    agent([A, B]);
    dpkg(['omsagent', 'omsconfig', 'scx', 'omi']);

    expect(run('remove')).toEqual(result('remove', 'removed', '', [A, B], []));
    expect(calls()).toContain('--purge omsconfig\n');
    expect(calls()).toContain('--purge omsagent\n');
    expect(calls()).not.toMatch(/--purge (scx|omi)/);
    expect(run('remove')).toEqual(result('remove', 'absent'));
  });

  it('remove: refuses an agent that Operations Manager reads, and leaves it', () => {
    agent([A]);
    mkdirSync(join(box, 'etc', 'scom'));
    dpkg(['omsagent']);

    expect(run('remove')).toEqual(result('remove', 'refused', 'scomAttached', [A], [A]));
    expect(calls()).not.toContain('--purge');
  });

  it.each([
    ['dpkg: error: dpkg frontend lock was locked by another process', 'packageManagerLocked'],
    ['dpkg: dependency problems prevent removal', 'packageManagerFailed'],
  ])('remove: tells "%s" as %s', (failure, reason) => {
    agent([A]);
    dpkg(['omsagent'], failure);

    expect(run('remove')).toEqual(result('remove', 'failed', reason, [A], [A]));
  });

  it('remove: does not call a machine clean on which it cannot tell', () => {
    expect(run('remove')).toEqual(result('remove', 'failed', 'noPackageManager'));
    agent([A]);
    dpkg([]);
    expect(run('remove')).toEqual(result('remove', 'failed', 'notAPackage', [A], [A]));
  });

  it('detach: takes the agent off the workspaces it is given, and off no other', () => {
    agent([A, B]);

    expect(run('detach', [A])).toEqual(result('detach', 'detached', '', [A, B], [B]));
    expect(run('detach', [A])).toEqual(result('detach', 'absent', '', [B], [B]));
  });

  it('detach: does not believe the tool, but looks', () => {
    agent([A]);
    program('agent/omsadmin.sh', [`[ "$1" != -l ] || echo "Workspace: ${A}    Status: Onboarded"`]);

    expect(run('detach', [A])).toEqual(result('detach', 'failed', 'stillAttached', [A], [A]));
  });

  it('detach: has nothing to do where there is no agent', () => {
    expect(run('detach', [A])).toEqual(result('detach', 'absent'));
  });

  it('fetch nothing', () => {
    for (const text of texts) expect(text).not.toMatch(/curl|wget|https?:|\beval\b|base64/);
  });

  it.each([
    ['/bin/bash', '-n'],
    ['/bin/dash', '-n'],
  ])('are read by %s without a word', (program_, option) => {
    if (!existsSync(program_)) return;
    for (const text of texts)
      expect(spawnSync(program_, [option], { input: text, encoding: 'utf8' })).toMatchObject({
        status: 0,
        stderr: '',
      });
  });

  it.skipIf(!checker)('pass shellcheck', () => {
    for (const text of texts) {
      // Every text begins with the workspaces, and one that removes the agent has no use for them.
      const checked = spawnSync('shellcheck', ['-s', 'sh', '-e', 'SC2034', '-'], {
        input: text,
        encoding: 'utf8',
      });
      expect(checked.stdout).toBe('');
    }
  });
});
