import type { Client } from './client.ts';
import type { ExitCode } from './exit.ts';
import type { Output } from './output.ts';

/** An option of a command; without `value` it is a switch. */
export interface Option {
  readonly text: string;
  /** What stands for its value in help. */
  readonly value?: string;
  readonly multiple?: true;
  readonly required?: true;
  /** The values there are; completion offers them. */
  readonly choices?: readonly string[];
  /** Its value is a file or a folder. */
  readonly path?: true;
}

/** A word a command takes. */
export interface Argument {
  readonly name: string;
  readonly text: string;
  readonly optional?: true;
  /** The last one may take several. */
  readonly several?: true;
  readonly choices?: readonly string[];
  readonly path?: true;
}

export interface Call {
  readonly args: readonly string[];
  readonly options: Options;
  readonly client: () => Client;
  readonly out: Output;
}

export interface Options {
  text(name: string): string | undefined;
  list(name: string): readonly string[];
  on(name: string): boolean;
}

/** One command: help, completion, reference and parsing are all made from this. */
export interface Command {
  /** One or two words. */
  readonly name: string;
  readonly summary: string;
  /** What else a person must know. */
  readonly more?: string;
  readonly args?: readonly Argument[];
  readonly options?: Readonly<Record<string, Option>>;
  readonly example: string;
  run(call: Call): Promise<ExitCode>;
}

/** Every command takes these. */
export const GLOBAL_OPTIONS: Readonly<Record<string, Option>> = {
  url: { text: 'Address of the app; AMA_URL without it.', value: 'URL' },
  'key-file': {
    text: 'File with the function key; AMA_KEY or AMA_KEY_FILE without it.',
    value: 'FILE',
    path: true,
  },
  by: { text: 'Who asks, where nobody is signed in; AMA_BY without it.', value: 'NAME' },
  json: { text: 'One JSON document on standard output, nothing else.' },
  quiet: { text: 'Nothing on standard output; errors and the exit code alone.' },
  'no-color': { text: 'No colours; NO_COLOR does the same.' },
  help: { text: 'This text.' },
};
