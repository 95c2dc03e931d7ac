import { type Command, GLOBAL_OPTIONS, type Option } from './command.ts';
import { EXIT_TEXTS } from './exit.ts';

/** What all commands have in common. */
export function generalHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2;
  return [
    'Usage: ama COMMAND [OPTIONS]        from a checkout: npm run -s ama -- COMMAND [OPTIONS]',
    '',
    'Drives a running app over its HTTP API.',
    '',
    'Commands:',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`),
    '',
    'Options of every command:',
    ...optionLines(GLOBAL_OPTIONS),
    '',
    'Address and key:',
    ...CONNECTION.map((line) => `  ${line}`),
    '',
    'Exit codes:',
    ...Object.entries(EXIT_TEXTS).map(([code, text]) => `  ${code}  ${text}`),
    '',
    'ama COMMAND --help says more of a command.',
    '',
  ].join('\n');
}

export const CONNECTION = [
  'AMA_URL       address of the app, https://NAME.azurewebsites.net',
  'AMA_TOKEN     a token of Microsoft Entra ID for the app:',
  '              export AMA_TOKEN="$(az account get-access-token --resource api://APP-ID --query accessToken -o tsv)"',
  'AMA_KEY       a function key, or AMA_KEY_FILE, a file that holds it',
  'No option takes a key or a token: command lines are seen by others and kept by shells.',
];

export function commandHelp(command: Command): string {
  const { summary, more, args = [], options = {}, example } = command;
  return [
    `Usage: ${usageOf(command)}`,
    '',
    summary,
    ...(more === undefined ? [] : [more]),
    ...(args.length === 0
      ? []
      : ['', 'Words:', ...args.map(({ name, text }) => `  ${name.padEnd(22)}${text}`)]),
    ...(Object.keys(options).length === 0 ? [] : ['', 'Options:', ...optionLines(options)]),
    '',
    'Options of every command:',
    ...optionLines(GLOBAL_OPTIONS),
    '',
    `Example: ama ${example}`,
    '',
  ].join('\n');
}

export function usageOf({ name, args = [], options = {} }: Command): string {
  const words = args.map((one) => {
    const word = one.several ? `${one.name}...` : one.name;
    return one.optional ? `[${word}]` : word;
  });
  const needed = Object.entries(options).flatMap(([option, { required, value }]) =>
    required ? [`--${option} ${value}`] : [],
  );
  const rest = Object.values(options).some(({ required }) => !required) ? ['[OPTIONS]'] : [];
  return ['ama', name, ...words, ...needed, ...rest].join(' ');
}

function optionLines(options: Readonly<Record<string, Option>>): string[] {
  return Object.entries(options).map(([name, { text, value, choices, multiple }]) => {
    const left = `  --${name}${value === undefined ? '' : ` ${value}`}`;
    const ends = [
      ...(choices ? [`One of ${choices.join(', ')}.`] : []),
      ...(multiple ? ['May be given several times.'] : []),
    ];
    return `${left.padEnd(24)}${[text, ...ends].join(' ')}`;
  });
}
