import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readScriptResult, runCommandName, scriptFor } from '../../../../shared/agents/removal/script.ts';
import { SCRIPT_TEXTS } from '../../../../shared/agents/scripts/texts.ts';
import { CUSTOMER_ID } from '../../../support/builders.ts';

const FILES = Object.keys(SCRIPT_TEXTS) as (keyof typeof SCRIPT_TEXTS)[];
const reviewed = (file: string) =>
  readFileSync(new URL(`../../../../shared/agents/scripts/${file}`, import.meta.url), 'utf8');
const digest = (text: string) => createHash('sha256').update(text).digest('hex');

describe('scriptFor', () => {
  it.each(FILES)('sends %s as it was reviewed', (file) => {
    const os = file.includes('windows') ? 'windows' : 'linux';
    const script = scriptFor(os, file.startsWith('remove') ? 'remove' : 'detach', [CUSTOMER_ID]);
    const sent = script.text.slice(script.text.length - reviewed(file).length);

    expect(script.file).toBe(file);
    expect(digest(sent)).toBe(digest(reviewed(file)));
    expect(digest(sent).startsWith(script.digest)).toBe(true);
  });

  it('puts nothing before it but the ids of workspaces', () => {
    const prologue = (os: 'windows' | 'linux', ids: string[]) => {
      const { text, file } = scriptFor(os, 'detach', ids);
      return text.slice(0, text.length - reviewed(file).length);
    };
    const two = [CUSTOMER_ID, '33333333-3333-4333-8333-333333333333'];

    expect(prologue('windows', two)).toBe(`$Workspaces = @('${two[0]}', '${two[1]}')\n`);
    expect(prologue('linux', two)).toBe(`#!/bin/sh\nWORKSPACES='${two[0]} ${two[1]}'\n`);
    expect(prologue('windows', [])).toBe('$Workspaces = @()\n');
  });

  it.each([`${CUSTOMER_ID}'; rm -rf /`, '', CUSTOMER_ID.toUpperCase().replace('2', 'A'), `${CUSTOMER_ID}\n`])(
    'throws at %j, which is no id',
    (id) => {
      expect(() => scriptFor('linux', 'detach', [id])).toThrow('not the id of a workspace');
    },
  );
});

describe('runCommandName', () => {
  it('is the same for the same wave, machine and action only', () => {
    const names = [
      runCommandName('wave-1', '/a', 'remove'),
      runCommandName('wave-1', '/a', 'detach'),
      runCommandName('wave-2', '/a', 'remove'),
      runCommandName('wave-1', '/b', 'remove'),
    ];

    expect(new Set(names).size).toBe(4);
    expect(runCommandName('wave-1', '/a', 'remove')).toBe(names[0]);
    for (const name of names) expect(name).toMatch(/^[a-zA-Z0-9-_.]{1,80}$/);
  });
});

describe('readScriptResult', () => {
  const RESULT = {
    ...{ schema: 1, action: 'remove', result: 'removed', reason: '' },
    ...{ before: [CUSTOMER_ID], after: [] },
  };
  const command = (changes: object = {}) => ({
    ...{ state: 'succeeded' as const, exitCode: 0, output: `${JSON.stringify(RESULT)}\r\n`, error: '' },
    ...changes,
  });
  const line = (changes: object) => ({ output: `${JSON.stringify({ ...RESULT, ...changes })}\n` });

  it('takes the one line of a script', () => {
    expect(readScriptResult(command(), 'remove')).toEqual({ ok: true, result: RESULT });
  });

  it.each([
    ['no output', { output: '\n' }, 'no output'],
    ['two lines', { output: '{}\n{}\n' }, '2 lines of output'],
    ['no JSON', { output: 'done' }, 'output of another form'],
    ['a cut line', { output: JSON.stringify(RESULT).slice(0, -4) }, 'output of another form'],
    ['another schema', line({ schema: 2 }), 'output of another form'],
    ['an unknown result', line({ result: 'gone' }), 'output of another form'],
    ['a field too many', line({ extra: 1 }), 'output of another form'],
    ['another script', line({ action: 'detach' }), 'the result of another script (detach)'],
    ['an exit code', { exitCode: 3, error: 'oh' }, 'exit code 3: oh'],
    [
      'a failed command',
      { state: 'failed', exitCode: null, error: 'timed out' },
      'the script was not run: timed out',
    ],
  ])('takes nothing from %s', (_, changes, why) => {
    expect(readScriptResult(command(changes), 'remove')).toEqual({ ok: false, why });
  });
});

describe('the PowerShell scripts, which cannot run here', () => {
  const scripts = FILES.filter((file) => file.endsWith('.ps1'));

  it.each(scripts)('%s fetches, decodes and evaluates nothing, and hides no error', (file) => {
    const text = reviewed(file);
    expect(text).not.toMatch(
      /Invoke-(Expression|WebRequest|RestMethod|Command)|\biex\b|\biwr\b|DownloadString|DownloadFile|WebClient|BitsTransfer|FromBase64|EncodedCommand|https?:|Set-ExecutionPolicy/i,
    );
    expect(text).toContain('Set-StrictMode -Version 2.0');
    expect(text).toContain("$ErrorActionPreference = 'Stop'");
    expect(text).toMatch(/\} catch \{\n {4}Write-Result 'failed' \$_\.Exception\.GetType\(\)\.Name\n\}\n$/);
  });

  it.each(scripts)('%s balances its brackets and quotes', (file) => {
    const code = reviewed(file).replace(/^\s*#.*$/gm, '');
    const count = (what: RegExp) => (code.match(what) ?? []).length;
    expect(count(/\{/g)).toBe(count(/\}/g));
    expect(count(/\(/g)).toBe(count(/\)/g));
    expect(count(/'/g) % 2).toBe(0);
    expect(count(/"/g) % 2).toBe(0);
  });

  it.each(scripts)('%s only gives results of the schema', (file) => {
    const given = [...reviewed(file).matchAll(/Write-Result '(\w+)'/g)].map(([, result]) => result);
    const known = ['removed', 'detached', 'absent', 'refused', 'failed'];
    expect(given.length).toBeGreaterThan(3);
    expect(given.filter((result) => !known.includes(result ?? ''))).toEqual([]);
  });

  it('remove asks for management groups before it uninstalls, and by product code alone', () => {
    const text = reviewed('remove-windows.ps1');
    expect(text.indexOf('GetManagementGroups')).toBeGreaterThan(0);
    expect(text.indexOf('GetManagementGroups')).toBeLessThan(text.indexOf('msiexec.exe'));
    expect(text).toContain("-ArgumentList '/x', $product, '/qn', '/norestart'");
    expect(text).toContain("$_.DisplayName -eq 'Microsoft Monitoring Agent'");
  });

  it('detach changes workspaces and nothing else', () => {
    const text = reviewed('detach-windows.ps1');
    expect(text).not.toMatch(/msiexec|Remove-Item|Stop-Service|RemoveManagementGroup|Uninstall/i);
    expect(text.indexOf('RemoveCloudWorkspace')).toBeLessThan(text.indexOf('ReloadConfiguration'));
  });
});
