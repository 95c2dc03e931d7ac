import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { createClient } from '../../../cli/client.ts';
import type { Options } from '../../../cli/command.ts';
import { connectionOf } from '../../../cli/connection.ts';
import { EXIT, Trouble } from '../../../cli/exit.ts';
import { plain } from '../../../cli/output.ts';

function options(values: Readonly<Record<string, string>> = {}): Options {
  const text = (name: string) => values[name];
  return { text, list: (name) => [values[name] ?? []].flat(), on: (name) => values[name] !== undefined };
}

const HERE = { AMA_URL: 'http://127.0.0.1:7071', AMA_KEY: 'k' };

function troubleOf(work: () => unknown): Trouble {
  try {
    work();
  } catch (error) {
    if (error instanceof Trouble) return error;
    throw error;
  }
  throw new Error('no trouble');
}

describe('the connection', () => {
  it('comes from the environment, and options come first', () => {
    const found = connectionOf(options({ url: 'https://a.example/api/x', by: 'ann' }), {
      ...HERE,
      AMA_BY: 'bob',
    });
    expect(found).toEqual({
      url: new URL('https://a.example'),
      headers: { 'x-functions-key': 'k' },
      by: 'ann',
    });
  });

  it('sends a token, and a key beside where there is one', () => {
    expect(connectionOf(options(), { ...HERE, AMA_TOKEN: 't' }).headers).toEqual({
      authorization: 'Bearer t',
      'x-functions-key': 'k',
    });
    expect(connectionOf(options(), { AMA_URL: HERE.AMA_URL, AMA_TOKEN: 't', AMA_KEY: ' ' }).headers).toEqual({
      authorization: 'Bearer t',
    });
  });

  it('reads a key from a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'key-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'key');
    writeFileSync(file, 'secret\n');
    expect(connectionOf(options({ 'key-file': file }), HERE).headers).toEqual({
      'x-functions-key': 'secret',
    });
    const missing = troubleOf(() => connectionOf(options({ 'key-file': join(folder, 'none') }), HERE));
    expect(missing.message).toMatch(/none cannot be read: ENOENT/);
    writeFileSync(file, '\n');
    expect(troubleOf(() => connectionOf(options({ 'key-file': file }), HERE)).message).toMatch(
      /holds no key/,
    );
  });

  it.each([
    [{}, 'The address of the app is missing'],
    [{ AMA_URL: 'ftp://x', AMA_KEY: 'k' }, 'is no http address'],
    [{ AMA_URL: 'x', AMA_KEY: 'k' }, 'is no http address'],
    [{ AMA_URL: 'http://app.example', AMA_KEY: 'k' }, 'must be https'],
    [{ AMA_URL: 'https://u:p@app.example', AMA_KEY: 'k' }, 'must hold no user name'],
    [{ AMA_URL: 'https://app.example' }, 'Neither a token nor a key'],
    [{ ...HERE, AMA_KEY: 'a\r\nb' }, 'is no single word'],
  ])('of %j is refused: %s', (environment, message) => {
    const trouble = troubleOf(() => connectionOf(options(), environment));
    expect([trouble.exit, trouble.message]).toEqual([EXIT.usage, expect.stringContaining(message)]);
    expect(trouble.message).not.toContain('u:p');
  });
});

describe('the client', () => {
  const client = (answer: Response | Error, seen: Request[] = []) =>
    createClient(connectionOf(options({ by: 'ann' }), HERE), async (request) => {
      seen.push(request);
      if (answer instanceof Error) throw answer;
      return answer;
    });
  const problem = (status: number, body: object) => new Response(JSON.stringify(body), { status });
  const Any = z.looseObject({});

  it.each([
    [
      problem(409, { code: 'waveFinished', detail: 'It has ended.' }),
      EXIT.refused,
      'It has ended. [waveFinished]',
    ],
    [
      problem(400, {
        code: 'invalidRequest',
        detail: 'Wrong.',
        errors: [{ path: 'by', message: 'is required' }],
      }),
      EXIT.refused,
      'Wrong. [invalidRequest]\n  by: is required',
    ],
    [problem(503, { code: 'unavailable', detail: 'Later.' }), EXIT.unreachable, 'Later. [unavailable]'],
    [problem(429, { code: 'tooManyCalls', detail: 'Slow.' }), EXIT.unreachable, 'Slow. [tooManyCalls]'],
    [
      new Response('', { status: 401 }),
      EXIT.refused,
      'The app answered 401. The key or the token is missing, wrong or expired.',
    ],
    [
      new Response('', { status: 302, headers: { location: 'https://elsewhere.example' } }),
      EXIT.refused,
      'It sends elsewhere',
    ],
    [new Response('<html>'), EXIT.unreachable, 'is not this app'],
    [
      Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } }),
      EXIT.unreachable,
      'cannot be reached: ECONNREFUSED',
    ],
  ])('tells what is wrong: %#', async (answer, exit, message) => {
    const trouble = await client(answer)
      .get('/x', Any)
      .catch((error: unknown) => error as Trouble);
    expect(trouble).toBeInstanceOf(Trouble);
    expect([(trouble as Trouble).exit, (trouble as Trouble).message]).toEqual([
      exit,
      expect.stringContaining(message),
    ]);
    expect((trouble as Trouble).message).not.toContain('x-functions-key');
  });

  it('starts with a key of its own, follows no redirect, and says who asks', async () => {
    const seen: Request[] = [];
    const api = client(problem(200, {}), seen);
    await api.start('/waves', Any, api.said);
    const [request] = seen;
    expect(request?.redirect).toBe('manual');
    expect(request?.headers.get('idempotency-key')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await request?.json()).toEqual({ by: 'ann' });
  });
});

describe('text for a terminal', () => {
  it.each([
    ['\u001b[2J\u001b[8mhidden', '\ufffd[2J\ufffd[8mhidden'],
    ['a\rb\u0007\u009b31m', 'a\ufffdb\ufffd\ufffd31m'],
    ['\u001b[32mgood\u001b[39m', '\u001b[32mgood\u001b[39m'],
    ['ü 表 \t x', 'ü 表 \t x'],
  ])('is not steered by names from outside: %j', (text, expected) => {
    expect(plain(text)).toBe(expected);
  });
});
