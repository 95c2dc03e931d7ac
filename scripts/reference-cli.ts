import type { Command } from '../cli/command.ts';
import { GLOBAL_OPTIONS, type Option } from '../cli/command.ts';
import { COMMANDS } from '../cli/commands/all.ts';
import { EXIT_TEXTS } from '../cli/exit.ts';
import { CONNECTION, usageOf } from '../cli/help.ts';

/** The page of the client's commands, made from the table that runs them. */
export function cliPage(): string {
  return [
    '# The command line',
    '',
    'Made from `cli/commands/` by `node scripts/reference-docs.ts`; change the table there.',
    '[How to use the command line](../how-to/use-the-command-line.md) begins with the first steps.',
    '',
    'From a checkout: `npm run -s ama -- COMMAND`, or `npx ama COMMAND`.',
    '',
    '## Exit codes',
    '',
    '| code | meaning |',
    '| --- | --- |',
    ...Object.entries(EXIT_TEXTS).map(([code, text]) => `| ${code} | ${text} |`),
    '',
    '## Address and key',
    '',
    '```text',
    ...CONNECTION,
    '```',
    '',
    '## Options of every command',
    '',
    ...optionTable(GLOBAL_OPTIONS),
    '',
    '## Commands',
    '',
    ...COMMANDS.flatMap(commandPart),
  ].join('\n');
}

function commandPart(command: Command): string[] {
  const { name, summary, more, args = [], options = {}, example } = command;
  return [
    `### \`${name}\``,
    '',
    ...[summary, ...(more === undefined ? [] : [more])],
    '',
    '```text',
    usageOf(command),
    `ama ${example}`,
    '```',
    '',
    ...args.flatMap(({ name: word, text }) => [`- \`${word}\`: ${text}`]),
    ...(args.length === 0 ? [] : ['']),
    ...(Object.keys(options).length === 0 ? [] : [...optionTable(options), '']),
  ];
}

function optionTable(options: Readonly<Record<string, Option>>): string[] {
  return [
    '| option | meaning |',
    '| --- | --- |',
    ...Object.entries(options).map(([name, { text, value, choices, multiple, required }]) => {
      const ends = [
        ...(choices ? [`One of ${choices.map((one) => `\`${one}\``).join(', ')}.`] : []),
        ...(multiple ? ['May be given several times.'] : []),
        ...(required ? ['Needed.'] : []),
      ];
      return `| \`--${name}${value === undefined ? '' : ` ${value}`}\` | ${[text, ...ends].join(' ')} |`;
    }),
  ];
}
