import packageJson from '../package.json' with { type: 'json' };
import { createClient } from './client.ts';
import { COMMANDS } from './commands/all.ts';
import { completionsOf } from './completion.ts';
import { connectionOf } from './connection.ts';
import { EXIT, type ExitCode, Trouble, usage } from './exit.ts';
import { commandHelp, generalHelp } from './help.ts';
import { createOutput, plain } from './output.ts';
import { commandOf, nearest, parseCall } from './parse.ts';

async function main(words: readonly string[]): Promise<ExitCode> {
  const { stdout, stderr, env } = process;
  const [first = ''] = words;
  if (first === '__complete') {
    const found = completionsOf(COMMANDS, words.slice(1));
    if (found.length > 0) stdout.write(`${found.join('\n')}\n`);
    return EXIT.ok;
  }
  if (['--version', 'version'].includes(first)) {
    stdout.write(`${packageJson.version}\n`);
    return EXIT.ok;
  }
  if (['', 'help', '--help', '-h'].includes(first)) {
    const about = commandOf(COMMANDS, words.slice(1));
    (first === '' ? stderr : stdout).write(about === undefined ? generalHelp(COMMANDS) : commandHelp(about));
    return first === '' ? EXIT.usage : EXIT.ok;
  }
  const command = commandOf(COMMANDS, words);
  if (command === undefined) throw unknown(words);
  const { args, options } = parseCall(command, words.slice(command.name.split(' ').length));
  if (options.on('help')) {
    stdout.write(commandHelp(command));
    return EXIT.ok;
  }
  if (options.on('no-color')) env['NO_COLOR'] = '1';
  const out = createOutput({ json: options.on('json'), quiet: options.on('quiet') }, stdout, stderr);
  return command.run({ args, options, out, client: () => createClient(connectionOf(options, env)) });
}

function unknown(words: readonly string[]): Trouble {
  const said = words
    .filter((word) => !word.startsWith('-'))
    .slice(0, 2)
    .join(' ');
  const group = COMMANDS.filter(({ name }) => name.startsWith(`${words[0]} `)).map(({ name }) => name);
  const meant = nearest(
    said,
    COMMANDS.map(({ name }) => name),
  );
  const hint =
    meant !== undefined
      ? ` Did you mean "${meant}"?`
      : group.length > 0
        ? ` There are: ${group.join(', ')}.`
        : '';
  return usage(`"${said}" is no command.${hint} See: ama --help`);
}

/** A reader that closes the pipe, such as `head`, wants no more: that is no failure. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  throw error;
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isTrouble = error instanceof Trouble;
  const text = isTrouble
    ? error.message
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error);
  process.stderr.write(`${text.split('\n').map(plain).join('\n')}\n`);
  process.exitCode = isTrouble ? error.exit : EXIT.bug;
}
