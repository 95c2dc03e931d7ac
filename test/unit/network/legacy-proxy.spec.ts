import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProxyProfile } from '../../../shared/model/policy.ts';
import { parseLegacyProxy, toProxyProfile } from '../../../shared/network/legacy-proxy.ts';

const USER = 'https://kv-proxy.vault.azure.net/secrets/one';
const WORD = 'https://kv-proxy.vault.azure.net/secrets/two';
const SECRETS = { usernameSecret: USER, passwordSecret: WORD };

/** Everything a proxy string can carry, as people have them. */
const secret = fc
  .oneof(
    fc.string({ minLength: 1, unit: 'binary' }),
    fc.constantFrom('pä@ß:w%rd', 'CONTOSO\\svc-proxy', '100%', 'a:b@c/d?e#f', '密码', ' ', '%41', '😀'),
  )
  .filter((text) => text.isWellFormed());

function parsed(text: string) {
  const proxy = parseLegacyProxy(text);
  if (!proxy.ok) return proxy.faults.map(({ message }) => message);
  const { protocol, host, port, hasCredentials } = proxy;
  return { protocol, host, port, hasCredentials, ...proxy.credentials() };
}

describe('parseLegacyProxy', () => {
  const plain = { protocol: 'http', host: 'proxy01.contoso.com', port: 30443, hasCredentials: false };
  const named = { ...plain, hasCredentials: true, username: 'user01', password: 'password' };

  it.each([
    ['proxy01.contoso.com:30443', plain],
    ['http://proxy01.contoso.com:30443', plain],
    ['HTTP://PROXY01.contoso.com:30443/', plain],
    ['  proxy01.contoso.com:30443\n', plain],
    // The example of the legacy agent's documentation.
    ['https://user01:password@proxy01.contoso.com:30443', { ...named, protocol: 'https' }],
    ['user01:password@proxy01.contoso.com:30443', named],
    ['http://user01:p%40ss%3Aw%25rd@proxy01.contoso.com:30443', { ...named, password: 'p@ss:w%rd' }],
    ['user01:a:b@proxy01.contoso.com:30443', { ...named, password: 'a:b' }],
    ['user01:a/b@proxy01.contoso.com:30443', { ...named, password: 'a/b' }],
    ['user01:a+b@proxy01.contoso.com:30443', { ...named, password: 'a+b' }],
    ['CONTOSO\\svc:password@proxy01.contoso.com:30443', { ...named, username: 'CONTOSO\\svc' }],
    ['CONTOSO%5Csvc:password@proxy01.contoso.com:30443', { ...named, username: 'CONTOSO\\svc' }],
    ['user01:%E5%AF%86@proxy01.contoso.com:30443', { ...named, password: '密' }],
    ['user01:密@proxy01.contoso.com:30443', { ...named, password: '密' }],
    ['http://10.1.2.3:8080', { ...plain, host: '10.1.2.3', port: 8080 }],
    ['[FD00::1]:8080', { ...plain, host: '[fd00::1]', port: 8080 }],
    ['user01:password@[::1]:8080', { ...named, host: '[::1]', port: 8080 }],
    ['p:1', { ...plain, host: 'p', port: 1 }],
    ['p:65535', { ...plain, host: 'p', port: 65_535 }],
  ])('reads %j', (text, expected) => {
    expect(parsed(text)).toEqual(expected);
  });

  it.each([
    ['', /must be the legacy/],
    ['   ', /must be the legacy/],
    ['socks5://p:1080', /no other protocol/],
    ['ftp://u:w@p:21', /no other protocol/],
    ['u:w@x@p:1', /more than one @/],
    ['u@p:1', /user:password/],
    [':w@p:1', /user:password/],
    ['u:@p:1', /user:password/],
    ['@p:1', /user:password/],
    ['u:100%@p:1', /%25/],
    ['u:%ff@p:1', /%25/],
    ['%zz:w@p:1', /%25/],
    ['http://', /needs a host/],
    ['u:w@', /needs a host/],
    ['u:w@:8080', /needs a host/],
    ['http://p:8080/path', /no path/],
    ['http://p/path:8080', /no path/],
    ['p', /needs a port/],
    ['http://p:0', /needs a port/],
    ['http://p:65536', /needs a port/],
    ['http://p:80a', /needs a port/],
    ['p:1:2', /needs a port/],
    ['fd00::1:8080', /needs a port/],
    ['[fd00::1]', /needs a port/],
    ['p p:1', /needs a port/],
  ])('refuses %j', (text, message) => {
    expect(parsed(text)).toEqual([expect.stringMatching(message)]);
  });

  it('gives back every user and password that was percent-encoded', () => {
    fc.assert(
      fc.property(secret, secret, (username, password) => {
        const text = `http://${encodeURIComponent(username)}:${encodeURIComponent(password)}@p.example:8080`;
        expect(parsed(text)).toEqual({
          protocol: 'http',
          host: 'p.example',
          port: 8080,
          hasCredentials: true,
          username,
          password,
        });
      }),
    );
  });

  it('shows no credentials when it is logged', () => {
    const proxy = parseLegacyProxy('canary-user:canary-word@p:1');
    expect(JSON.stringify(proxy) + inspect(proxy, { depth: null })).not.toContain('canary');
  });

  it('throws at nothing', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseLegacyProxy(text)));
  });
});

describe('toProxyProfile', () => {
  it('makes a profile without credentials', () => {
    expect(toProxyProfile('proxy.example:8080')).toMatchObject({
      ok: true,
      profile: { kind: 'proxy', address: 'http://proxy.example:8080' },
    });
  });

  it.each([
    ['with credentials in the text', 'u:w@proxy.example:8080'],
    ['with secrets only: the legacy agent may have got them elsewhere', 'proxy.example:8080'],
  ])('makes a profile %s', (_, text) => {
    const made = toProxyProfile(text, SECRETS);
    expect(made).toMatchObject({
      ok: true,
      profile: { kind: 'proxyWithCredentials', address: 'http://proxy.example:8080', ...SECRETS },
    });
    if (!made.ok) return;
    expect(ProxyProfile.parse(made.profile)).toEqual(made.profile);
    expect(made.notes.join('\n')).toContain(USER);
    expect(made.notes.join('\n')).toContain(WORD);
    expect(made.notes.join('\n')).toContain('keeps nothing');
  });

  it.each([
    ['https://proxy.example:8080', {}, [['legacyProxy', /http:\/\//]]],
    ['[fd00::1]:8080', {}, [['legacyProxy', /IPv4/]]],
    ['proxy.example', {}, [['legacyProxy', /port/]]],
    [
      'u:w@proxy.example:8080',
      {},
      [
        ['usernameSecret', /is required/],
        ['passwordSecret', /is required/],
      ],
    ],
    ['u:w@proxy.example:8080', { usernameSecret: USER }, [['passwordSecret', /is required/]]],
    ['proxy.example:8080', { passwordSecret: WORD }, [['usernameSecret', /the other/]]],
    [
      'u:w@proxy.example:8080',
      { usernameSecret: USER, passwordSecret: 'x' },
      [['passwordSecret', /Key Vault/]],
    ],
    [
      'https://u:w@proxy.example:8080',
      {},
      [
        ['legacyProxy', /http:\/\//],
        ['usernameSecret', /is required/],
        ['passwordSecret', /is required/],
      ],
    ],
  ] as const)('refuses %s with %j', (text, secrets, faults) => {
    const made = toProxyProfile(text, secrets);
    expect(made.ok ? [] : made.faults).toEqual(
      faults.map(([path, message]) => ({ path, message: expect.stringMatching(message) })),
    );
  });

  const shapes = fc.record({
    before: fc.constantFrom('', 'http://', 'https://', 'socks://', 'x'),
    after: fc.constantFrom(
      'p.example:8080',
      'p.example',
      '[::1]:8080',
      'p.example:0',
      'p/x:1',
      '',
      'p@q:1',
      'p:1/',
    ),
    secrets: fc.constantFrom({}, SECRETS, { usernameSecret: USER }, { ...SECRETS, passwordSecret: 'plain' }),
  });

  it('answers the same whatever the credentials are: nothing of them can be in it', () => {
    fc.assert(
      fc.property(shapes, secret, secret, ({ before, after, secrets }, username, password) => {
        const answer = (user: string, word: string) =>
          toProxyProfile(
            `${before}${encodeURIComponent(user)}:${encodeURIComponent(word)}@${after}`,
            secrets,
          );
        expect(answer(username, password)).toEqual(answer('someone', 'something'));
      }),
    );
  });

  it('never contains the user or the password, encoded or not, however broken the text is', () => {
    const canary = fc.tuple(secret, secret).map(([a, b]) => [`canary-u${a}`, `canary-w${b}`] as const);
    fc.assert(
      fc.property(shapes, canary, fc.boolean(), ({ before, after, secrets }, [user, word], encoded) => {
        const write = (text: string) => (encoded ? encodeURIComponent(text) : text.replaceAll('@', ''));
        const text = `${before}${write(user)}:${write(word)}@${after}`;
        expect(JSON.stringify(toProxyProfile(text, secrets))).not.toContain('canary');
      }),
    );
  });
});
