import { readFileSync } from 'node:fs';
import type { Options } from './command.ts';
import { usage } from './exit.ts';

export interface Connection {
  /** Without the route prefix. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly by: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the app is, and with what it is asked. Secrets come from the environment or a file, never from an option. */
export function connectionOf(options: Options, environment: Environment): Connection {
  const url = addressOf(options.text('url') ?? filled(environment['AMA_URL']));
  const token = filled(environment['AMA_TOKEN']);
  const key = keyOf(options, environment);
  if (token === undefined && key === undefined)
    throw usage(
      'Neither a token nor a key is given: set AMA_TOKEN, AMA_KEY or AMA_KEY_FILE, or pass --key-file.',
    );
  for (const [name, value] of [
    ['AMA_TOKEN', token],
    ['The key', key],
  ] as const)
    if (value !== undefined && !/^[\x21-\x7e]+$/.test(value))
      throw usage(`${name} is no single word of plain characters.`);
  return {
    url,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(key === undefined ? {} : { 'x-functions-key': key }),
    },
    by: options.text('by') ?? filled(environment['AMA_BY']),
  };
}

function addressOf(text: string | undefined): URL {
  if (text === undefined) throw usage('The address of the app is missing: set AMA_URL, or pass --url.');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw usage(`"${text}" is no http address.`);
  if (url.username !== '' || url.password !== '')
    throw usage('The address must hold no user name and no password.');
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol === 'http:' && !isHere)
    throw usage('The address must be https: a key or a token would go over the network for all to read.');
  return new URL(url.origin);
}

function keyOf(options: Options, environment: Environment): string | undefined {
  const given = options.text('key-file');
  const own = filled(environment['AMA_KEY']);
  if (given === undefined && own !== undefined) return own;
  const path = given ?? filled(environment['AMA_KEY_FILE']);
  if (path === undefined) return undefined;
  try {
    const key = readFileSync(path, 'utf8').trim();
    if (key === '') throw usage(`${path} holds no key.`);
    return key;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw usage(`${path} cannot be read: ${code}.`);
  }
}

function filled(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}
