import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileTemplate } from '../../../rehearsal/host/http/route-template.ts';
import { type Harness, startHarness } from './harness.ts';

describe('HTTP triggers', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ maxBodyBytes: 1000 });
  });
  afterAll(() => harness.host.stop());

  const send = (path: string, init?: RequestInit) =>
    harness.host.fetch(new Request(`http://localhost/${path}`, init));

  it('passes parameters, query, headers and body', async () => {
    const response = await send('api/hello/J%C3%BCrgen?a=1&b=x%20y&a=2', {
      method: 'POST',
      headers: { 'x-test': 'yes' },
      body: 'text',
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    const query = { a: '1,2', b: 'x y' };
    expect(await response.json()).toEqual({ name: 'Jürgen', query, text: 'text', header: 'yes' });
  });

  it.each([
    ['GET', 'api/hello', 200],
    ['GET', 'API/Hello/x', 200],
    ['GET', 'hello', 404],
    ['GET', 'api/hello/a/b', 404],
    ['GET', 'api/items/12', 200],
    ['GET', 'api/items/twelve', 404],
    ['DELETE', 'api/hello', 405],
    ['GET', 'api/nothing', 204],
    ['GET', 'api/noSuchRoute', 404],
  ])('answers %s %s with %i', async (method, path, status) => {
    expect((await send(path, { method })).status).toBe(status);
  });

  it('says which methods a path allows', async () => {
    expect((await send('api/hello', { method: 'DELETE' })).headers.get('allow')).toBe('GET, POST');
  });

  it('prefers the more specific route', async () => {
    expect(await (await send('api/hello/literal')).text()).toBe('literal');
  });

  it('takes the rest of a path', async () => {
    expect(await (await send('api/files/a/b.txt')).text()).toBe('file a/b.txt');
    expect(await (await send('api/files')).text()).toBe('file ');
  });

  it('returns bytes and cookies', async () => {
    const bytes = Uint8Array.from([0, 255, 10, 13]);
    const response = await send('api/bytes', { method: 'PUT', body: bytes });
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
    expect(response.headers.getSetCookie()).toEqual(['a=1; HttpOnly; SameSite=Strict']);
  });

  it.each(['secret', 'admin'])('asks for the key of %s', async (path) => {
    expect((await send(`api/${path}`)).status).toBe(401);
    expect((await send(`api/${path}`, { headers: { 'x-functions-key': 'wrong' } })).status).toBe(401);
    expect((await send(`api/${path}?code=wrong`)).status).toBe(401);
    expect(await (await send(`api/${path}?code=the-key`)).text()).toBe(path);
    const headers = { 'x-functions-key': 'the-key' };
    expect(await (await send(`api/${path}`, { headers })).text()).toBe(path);
  });

  it('keeps what went wrong to the log', async () => {
    const response = await send('api/broken');
    expect(response.status).toBe(500);
    expect(await response.text()).toBe('');
    expect(harness.logs.some((log) => log.level === 'error' && log.message.includes('hunter2'))).toBe(true);
  });

  it('refuses a body that is too large, with and without a length', async () => {
    const body = new Uint8Array(1001);
    expect((await send('api/bytes', { method: 'PUT', body })).status).toBe(413);
    const stream = new Blob([body]).stream();
    const init = { method: 'PUT', body: stream, duplex: 'half' } as RequestInit;
    expect((await send('api/bytes', init)).status).toBe(413);
    expect((await send('api/bytes', { method: 'PUT', body: body.slice(1) })).status).toBe(200);
  });

  it('listens on the loopback interface', async () => {
    const { origin } = await harness.host.listen();
    expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const response = await fetch(`${origin}/api/bytes`, { method: 'PUT', body: 'over the wire' });
    expect(await response.text()).toBe('over the wire');
    expect((await fetch(`${origin}/api/bytes`, { method: 'PUT', body: 'x'.repeat(1001) })).status).toBe(413);
    expect((await fetch(`${origin}/api/hello/a%20b?x=1`)).status).toBe(200);
  });

  it('serves the management URLs of a check-status response', async () => {
    const { origin } = await harness.host.listen();
    const started = await fetch(`${origin}/api/start/status`, { method: 'POST', body: '{}' });
    expect(started.status).toBe(202);
    const links = (await started.json()) as Record<string, string>;
    expect(started.headers.get('location')).toBe(links.statusQueryGetUri);
    const status = await fetch(links.statusQueryGetUri ?? '');
    expect(status.status).toBe(202);
    expect((await fetch((links.statusQueryGetUri ?? '').replace('the-key', 'wrong'))).status).toBe(401);
    const event = (links.sendEventPostUri ?? '').replace('{eventName}', 'next');
    expect((await fetch(event, { method: 'POST', body: '1' })).status).toBe(202);
    await harness.until(links.id ?? '', 'Completed');
    expect(await (await fetch(links.statusQueryGetUri ?? '')).json()).toMatchObject({
      runtimeStatus: 'Completed',
      customStatus: { step: 2 },
    });
    expect((await fetch(event, { method: 'POST', body: '1' })).status).toBe(410);
    expect((await fetch(links.purgeHistoryDeleteUri ?? '', { method: 'DELETE' })).status).toBe(200);
    expect((await fetch(links.statusQueryGetUri ?? '')).status).toBe(404);
  });

  it('logs with the function and invocation that wrote', async () => {
    await harness.run('child', 1);
    expect(harness.logs.find(({ message }) => message === 'echo ran')).toMatchObject({
      level: 'information',
      functionName: 'echo',
      invocationId: expect.any(String),
      instanceId: expect.any(String),
    });
  });
});

describe('route templates', () => {
  it.each([
    ['a/{x}-{y}.csv', 'a/1-2.csv', { x: '1', y: '2' }],
    ['a/{x:length(2,3)}', 'a/abcd', undefined],
    ['a/{x:length(2,3)}', 'a/abc', { x: 'abc' }],
    ['a/{x:regex(^\\d{{2}}$)}', 'a/12', { x: '12' }],
    ['a/{x:regex(^\\d{{2}}$)}', 'a/123', undefined],
    ['a/{x:range(1,5)}/b', 'a/5/b', { x: '5' }],
    ['a/{x:guid?}', 'a', {}],
    ['a.b/c', 'aXb/c', undefined],
  ])('matches %s with %s', (template, path, expected) => {
    expect(compileTemplate(template).match(path)).toEqual(expected);
  });
});
