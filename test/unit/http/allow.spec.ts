import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { allow, identify } from '../../../functions/http/allow.ts';
import { endpoint, readBody } from '../../../functions/http/endpoint.ts';
import { ROLES } from '../../../shared/model/caller.ts';
import { principalHeader } from '../../support/contract/principal.ts';

const SETTINGS = {
  signIn: 'off',
  signInTenants: [],
  keyRoles: ROLES,
  callsPerMinute: 1000,
  answerSeconds: 10,
} as const;
const requestsWithin = (_: number, work: () => Promise<unknown>) => work();
const app = vi.hoisted(() => ({ current: {} as object }));
vi.mock('../../../functions/compose.ts', () => ({ runtime: async () => app.current }));

const OLIVE = principalHeader({ id: 'o', upn: 'olive@x.example', roles: ['operator'] });
const context = (log: unknown[] = []) =>
  new InvocationContext({ logHandler: (...args) => void log.push(args) });

function request(headers: Record<string, string> = {}, body?: string): HttpRequest {
  const sent = body === undefined ? {} : { body: { string: body } };
  return new HttpRequest({ method: 'POST', url: 'http://localhost/api/x', headers, ...sent });
}
const who = (headers: Record<string, string>, settings: object = {}) =>
  identify(request(headers), context(), { ...SETTINGS, ...settings });

describe('who calls', () => {
  it('is a key where nobody signs in, whatever the header says', () => {
    expect(who(OLIVE)).toMatchObject({ kind: 'key', roles: ROLES });
    expect(who(OLIVE)).not.toHaveProperty('name');
  });

  it('is the principal behind the sign-in, and a key that gives something where there is none', () => {
    const platform = { signIn: 'platform', keyRoles: ['reader'] };
    expect(who(OLIVE, platform)).toMatchObject({
      kind: 'person',
      name: 'olive@x.example',
      roles: ['operator'],
    });
    expect(who({}, platform)).toMatchObject({ kind: 'key', roles: ['reader'] });
    expect(() => who({}, { signIn: 'platform', keyRoles: [] })).toThrow('Sign in first.');
  });

  it.each([
    ['198.51.100.7:50123', '198.51.100.7'],
    ['10.0.0.1, 198.51.100.7', '198.51.100.7'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['198.51.100.7, <script>', undefined],
    ['', undefined],
  ])('comes from the hop that the front end wrote: %j', (header, address) => {
    vi.stubEnv('WEBSITE_INSTANCE_ID', 'i');
    expect(who({ 'x-forwarded-for': header }).address).toBe(address);
    vi.stubEnv('WEBSITE_INSTANCE_ID', '');
    expect(who({ 'x-forwarded-for': header })).not.toHaveProperty('address');
  });
});

describe('a call', () => {
  const echo = endpoint(async ({ request: sent }): Promise<HttpResponseInit> => {
    return { jsonBody: await readBody(sent, z.looseObject({})) };
  });
  const codeOf = ({ status, body }: HttpResponseInit) => [status, JSON.parse(String(body)).code as unknown];

  it('reaches an endpoint through its role alone', async () => {
    app.current = { settings: SETTINGS, now: () => 1, ledger: {}, requestsWithin };
    expect((await allow('operator', echo)(request({}, '{"a":1}'), context())).jsonBody).toEqual({ a: 1 });
    expect(codeOf(await echo(request({}, '{}'), context()))).toEqual([500, 'internalError']);
  });

  it('is refused before it is read, and the refusal is in the log without what was sent', async () => {
    app.current = {
      settings: { ...SETTINGS, keyRoles: ['reader'] },
      now: () => 1,
      ledger: {},
      requestsWithin,
    };
    const log: unknown[] = [];
    const handler = vi.fn(echo);
    const answer = await allow('approver', handler)(request({}, '{"secret":"canary"}'), context(log));
    expect(codeOf(answer)).toEqual([403, 'roleMissing']);
    expect(handler).not.toHaveBeenCalled();
    expect(JSON.stringify(log)).toContain('a call was refused');
    expect(JSON.stringify([log, answer])).not.toContain('canary');
  });

  it('that a browser sends for another site is refused, and one of its own pages is not', async () => {
    app.current = { settings: SETTINGS, now: () => 1, ledger: {}, requestsWithin };
    const from = (site: string) =>
      allow('operator', echo)(request({ 'sec-fetch-site': site }, '{}'), context());
    for (const site of ['cross-site', 'same-site', 'anything'])
      expect(codeOf(await from(site))).toEqual([403, 'crossSiteRequest']);
    for (const site of ['same-origin', 'none']) expect((await from(site)).jsonBody).toEqual({});
  });

  it('that announces too much is refused unread, and one that does not when it is read', async () => {
    app.current = { settings: SETTINGS, now: () => 1, ledger: {}, requestsWithin };
    const large = 8 * 1024 * 1024 + 1;
    const announced = request({ 'content-length': String(large) }, '{}');
    const read = vi.spyOn(announced, 'text');
    expect(codeOf(await allow('operator', echo)(announced, context()))).toEqual([413, 'requestTooLarge']);
    expect(read).not.toHaveBeenCalled();
    // By bytes, not by characters.
    const wide = request({}, JSON.stringify({ a: 'é'.repeat(large / 2) }));
    expect(codeOf(await allow('operator', echo)(wide, context()))).toEqual([413, 'requestTooLarge']);
  });
});
