import { parseArgs } from 'node:util';
import { type Command, GLOBAL_OPTIONS, type Option, type Options } from './command.ts';
import { Trouble, usage } from './exit.ts';

export interface Parsed {
  readonly command: Command;
  readonly args: readonly string[];
  readonly options: Options;
}

/** The command that the first words name; undefined where there is none. */
export function commandOf(commands: readonly Command[], words: readonly string[]): Command | undefined {
  return commands.find(({ name }) => {
    const parts = name.split(' ');
    return parts.every((part, i) => words[i] === part);
  });
}

/** Parses what follows the name of a command. All that is wrong is bad usage, and nothing is sent. */
export function parseCall(command: Command, words: readonly string[]): Parsed {
  const known: Readonly<Record<string, Option>> = { ...GLOBAL_OPTIONS, ...command.options };
  const { values, positionals } = parseWords(command, known, words);
  const options = optionsOf(values);
  if (options.on('help')) return { command, args: positionals, options };
  const { args = [] } = command;
  const least = args.filter(({ optional }) => !optional);
  if (positionals.length < least.length)
    throw usage(`${least[positionals.length]?.name} is missing. ${seeHelp(command)}`);
  if (positionals.length > args.length && !args.at(-1)?.several)
    throw usage(`"${positionals[args.length]}" is one word too many. ${seeHelp(command)}`);
  args.forEach(({ name, choices }, i) => {
    const given = positionals[i];
    if (given === '') throw usage(`${name} is empty. ${seeHelp(command)}`);
    if (choices !== undefined && given !== undefined && !choices.includes(given))
      throw usage(`${name} is one of ${choices.join(', ')}; "${given}" is none of them.`);
  });
  for (const [name, { required, choices }] of Object.entries(known)) {
    if (required && options.list(name).length === 0) throw usage(`--${name} is missing. ${seeHelp(command)}`);
    const odd = choices && options.list(name).find((value) => !choices.includes(value));
    if (odd !== undefined)
      throw usage(`--${name} is one of ${choices?.join(', ')}; "${odd}" is none of them.`);
  }
  return { command, args: positionals, options };
}

type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

function parseWords(command: Command, known: Readonly<Record<string, Option>>, words: readonly string[]) {
  const types = Object.entries(known).map(([name, { value }]) => [
    name,
    // All may be given several times, so that a second one is refused and not silently the one that counts.
    { type: value === undefined ? ('boolean' as const) : ('string' as const), multiple: true },
  ]);
  try {
    const { values, positionals } = parseArgs({
      ...{ args: [...words], options: Object.fromEntries(types), allowPositionals: true, strict: true },
    });
    for (const [name, given] of Object.entries(values as Values))
      if (Array.isArray(given) && given.length > 1 && !known[name]?.multiple && known[name]?.value)
        throw usage(`--${name} is given twice.`);
    return { values: values as Values, positionals };
  } catch (error) {
    if (error instanceof Trouble) throw error;
    throw usage(
      `${(error as Error).message.split('. To specify')[0]}. ${seeHelp(command)}`.replace('..', '.'),
    );
  }
}

function optionsOf(values: Values): Options {
  const list = (name: string) => {
    const given = values[name];
    return (Array.isArray(given) ? given : given === undefined ? [] : [given]).map(String);
  };
  return { list, text: (name) => list(name)[0], on: (name) => list(name).length > 0 };
}

export function seeHelp({ name }: Pick<Command, 'name'>): string {
  return `See: ama ${name} --help`;
}

/** A whole number of an option. */
export function integerOf(options: Options, name: string): number | undefined {
  const text = options.text(name);
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw usage(`--${name}: "${text}" is not a whole number.`);
  return Number(text);
}

/** The nearest known word, for a misspelt one. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((one) => ({ one, distance: distance(word, one) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(2, word.length / 3) ? best.one : undefined;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
