import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../cli/commands/all.ts';
import { completionScript, completionsOf, SHELLS } from '../../../cli/completion.ts';
import { EXIT, EXIT_TEXTS, Trouble } from '../../../cli/exit.ts';
import { commandHelp, generalHelp } from '../../../cli/help.ts';
import { commandOf, nearest, parseCall } from '../../../cli/parse.ts';

function parse(line: string) {
  const words = line.split(' ').filter(Boolean);
  const command = commandOf(COMMANDS, words);
  if (command === undefined) throw new Error('no command');
  return parseCall(command, words.slice(command.name.split(' ').length));
}

function faultOf(line: string): string {
  try {
    parse(line);
  } catch (error) {
    expect(error).toBeInstanceOf(Trouble);
    expect((error as Trouble).exit).toBe(EXIT.usage);
    return (error as Trouble).message;
  }
  return 'none';
}

describe('every command', () => {
  it.each(COMMANDS.map((command) => [command.name, command] as const))(
    '%s has help and an example that parses',
    (name, command) => {
      const help = commandHelp(command);
      expect(help).toContain(`Usage: ama ${name}`);
      for (const option of Object.keys(command.options ?? {})) expect(help).toContain(`--${option}`);
      // Quoted words are one word to a shell.
      const example = command.example.replace(/"[^"]*"/g, 'quoted').replace('*.zip', 'a.zip');
      expect(parse(example).command.name).toBe(name);
      expect(generalHelp(COMMANDS)).toContain(name);
    },
  );

  it('has a name of its own, and none begins another', () => {
    const names = COMMANDS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(names.filter((other) => other.startsWith(`${name} `))).toEqual([]);
  });
});

describe('a wrong command line', () => {
  it.each([
    ['wave show', 'WAVE is missing.'],
    ['wave show a b', '"b" is one word too many.'],
    ['wave show a --wach', "Unknown option '--wach'"],
    ['wave hold a', '--reason is missing.'],
    ['wave hold a --reason', '--reason'],
    ['wave approve a --gate middle', '--gate is one of start, removal; "middle" is none of them.'],
    ['wave show a --url x --url y', '--url is given twice.'],
    ['completion fish', 'SHELL is one of bash, zsh, powershell; "fish" is none of them.'],
    ['evidence get a', '--out is missing.'],
    ['wave show a --watch=yes', '--watch'],
  ])('%s says: %s', (line, message) => {
    expect(faultOf(line)).toContain(message);
  });

  it('takes a repeatable option several times, and help before all checks', () => {
    expect(parse('wave retry a --reason r --machine x --machine y').options.list('machine')).toEqual([
      'x',
      'y',
    ]);
    expect(parse('wave hold --help').options.on('help')).toBe(true);
  });

  it.each([
    ['wave shwo', 'wave show'],
    ['invenory start', 'inventory start'],
    ['xyzzy', undefined],
  ])('%s may mean %s', (word, meant) => {
    expect(
      nearest(
        word,
        COMMANDS.map(({ name }) => name),
      ),
    ).toBe(meant);
  });
});

describe('exit codes', () => {
  it('keep their meaning, and each has a text', () => {
    expect(EXIT).toEqual({ ok: 0, notWell: 1, usage: 2, refused: 3, unreachable: 4, bug: 5, waits: 6 });
    expect(Object.keys(EXIT_TEXTS).map(Number).sort()).toEqual(Object.values(EXIT).sort());
  });
});

describe('completion', () => {
  const complete = (...words: string[]) => completionsOf(COMMANDS, words);

  it.each([
    [['w'], ['wave']],
    [
      ['wave', 're'],
      ['resume', 'retry'],
    ],
    [['wave', 'approve', 'id', '--g'], ['--gate']],
    [
      ['wave', 'approve', 'id', '--gate', ''],
      ['removal', 'start'],
    ],
    [['completion', 'p'], ['powershell']],
    [['report', 'id', '--format', 'c'], ['csv']],
    [['report', 'id', '--out', ''], [':files']],
    [['evidence', 'check', ''], [':files']],
    [['evidence', 'check', 'a.zip', ''], [':files']],
    [['nothing', ''], []],
    [['wave', 'show', 'a', '--by', ''], []],
  ])('of %j offers %j', (words, expected) => {
    expect(complete(...words)).toEqual(expected);
  });

  it('offers every command and only options that there are', () => {
    const first = complete('');
    for (const { name } of COMMANDS) expect(first).toContain(name.split(' ')[0]);
    expect(complete('wave', 'hold', 'id', '--')).toEqual(
      ['by', 'help', 'json', 'key-file', 'no-color', 'quiet', 'reason', 'url'].map((one) => `--${one}`),
    );
  });

  it.each(SHELLS)('has a script for %s, which asks the client', (shell) => {
    expect(completionScript(shell)).toContain('ama __complete');
  });
});
