import { Readable } from 'node:stream';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { describe, expect, it, vi } from 'vitest';
import { createOutgoing, publicLookup } from '../../../shared/azure/outgoing.ts';
import { addressFault, isPublicAddress } from '../../../shared/azure/outgoing-address.ts';
import { fakeHttp } from './fake-http.ts';

const HOSTS = new Set(['status.contoso.com', 'localhost', '127.0.0.1']);

describe('an address that DNS gave', () => {
  it.each([
    ...['8.8.8.8', '1.1.1.1', '20.50.2.1', '172.15.255.255', '172.32.0.1', '100.63.255.255', '168.63.129.15'],
    ...['2606:4700::1111', '2a01:111:f100::1', '2603:1030::1'],
  ])('%s is of the internet', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    // This host, private, carrier, loopback, link-local with the metadata service, Azure's own, benchmarks, multicast.
    ...['0.0.0.0', '10.0.0.1', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1'],
    ...['172.31.255.255', '192.168.0.1', '168.63.129.16', '198.18.0.1', '198.51.100.7', '203.0.113.9'],
    ...['192.0.0.192', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
    // Loopback, unspecified, mapped and embedded IPv4, NAT64, link-local, unique local, multicast, documentation.
    ...['::1', '::', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:7f00:1', '::127.0.0.1', '64:ff9b::7f00:1'],
    ...['64:ff9b:1::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd00:ec2::254', 'ff02::1', '2001:db8::1'],
    ...['2002:7f00:1::', '2001:0:4136:e378::1', '100::1', '3fff::1'],
    // Forms that are no address.
    ...['0x7f.0.0.1', '2130706433', '0177.0.0.1', '127.1', '', 'status.contoso.com'],
  ])('%s is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('an address that a person named', () => {
  it.each([
    'https://status.contoso.com/',
    'https://STATUS.Contoso.com/health?x=1',
    'https://status.contoso.com:443/a',
  ])('%s may be asked', (address) => {
    expect(addressFault(address, HOSTS, 'X')).toBeUndefined();
  });

  it.each([
    ...[
      'http://status.contoso.com/',
      'ftp://status.contoso.com/',
      'file:///etc/passwd',
      'status.contoso.com',
      '',
    ],
    ...['https://user@status.contoso.com/', 'https://user:pass@status.contoso.com/'],
    ...[
      'https://status.contoso.com@127.0.0.1/',
      'https://status.contoso.com:8443/',
      'https://status.contoso.com:22/',
    ],
    ...['https://status.contoso.com./', 'https://status.contoso.com.evil.example/', 'https://evil.example/'],
    ...['https://evil.example#@status.contoso.com/', 'https://evil.example\\@status.contoso.com/'],
    // Numbers are refused even where a setting would name them, in whatever form.
    ...[
      'https://127.0.0.1/',
      'https://2130706433/',
      'https://0x7f000001/',
      'https://0177.0.0.1/',
      'https://127.1/',
    ],
    ...['https://[::1]/', 'https://[::ffff:127.0.0.1]/', 'https://169.254.169.254/metadata/instance'],
    ...['https://①②⑦.0.0.1/', 'https://status。contoso.com.evil.example/'],
  ])('%s may not', (address) => {
    expect(addressFault(address, HOSTS, 'X')).toEqual(expect.any(String));
  });
});

type Found = readonly { address: string; family: number }[];
/** What a connection would be told of a name at these addresses. */
function look(found: Found, all = true): Promise<{ error: Error | null; address: unknown }> {
  const resolve = vi.fn((_name: string, _options: unknown, done: (e: null, a: Found) => void) =>
    done(null, found),
  );
  return new Promise((done) => {
    const lookup = publicLookup(resolve as unknown as Parameters<typeof publicLookup>[0]);
    lookup('status.contoso.com', { all }, (error, address) => done({ error, address }));
  });
}
const PUBLIC = { address: '20.50.2.1', family: 4 };

describe('a name', () => {
  it('leads to the addresses that were looked at, and to no other', async () => {
    expect(await look([PUBLIC])).toEqual({ error: null, address: [PUBLIC] });
    expect(await look([PUBLIC], false)).toEqual({ error: null, address: PUBLIC.address });
  });

  it.each([
    ['private', [{ address: '10.1.2.3', family: 4 }]],
    ['private beside a public one', [PUBLIC, { address: '169.254.169.254', family: 4 }]],
    ['loopback in IPv6', [{ address: '::1', family: 6 }]],
    ['an IPv4 address within IPv6', [{ address: '::ffff:20.50.2.1', family: 6 }]],
    ['none', []],
  ])('that is at an address that is %s leads nowhere', async (_, found) => {
    const { error } = await look(found);
    expect(error).toMatchObject({ code: 'ERR_NOT_PUBLIC' });
  });
});

describe('a request', () => {
  const limits = { setting: 'AMA_CHECK_HOSTS' };

  it('over the real transport reaches nothing on this machine, whatever its name says', async () => {
    const send = createOutgoing(undefined, { ...limits, hosts: ['localhost'] });
    const answer = await send({ method: 'GET', url: 'https://localhost/' });
    expect(answer).toMatchObject({ ok: false, trouble: { code: 'requestRefused' } });
    // Refused by its address, not by what did not listen there.
    expect(JSON.stringify(answer)).toMatch(/localhost is at (127\.0\.0\.1|::1)/);
  });

  it('takes an answer up to its size and no further', async () => {
    const { context } = fakeHttp(({ url }) => ({ body: 'x'.repeat(url.endsWith('long') ? 101 : 100) }));
    const send = createOutgoing(context.httpClient, { ...limits, hosts: ['a.example'], mostBytes: 100 });
    const get = (path: string) => send({ method: 'GET', url: `https://a.example/${path}` });
    expect(await get('short')).toMatchObject({ value: { status: 200, text: 'x'.repeat(100) } });
    expect(await get('long')).toMatchObject({ value: { status: 200, text: undefined } });
  });

  it('waits no longer for the end of an answer than for its beginning', async () => {
    const endless = new Readable({ read: () => undefined });
    endless.push('{');
    const { context } = fakeHttp(() => ({}));
    const httpClient: HttpClient = {
      async sendRequest(request) {
        const answer = await (context.httpClient as HttpClient).sendRequest(request);
        return { ...answer, readableStreamBody: endless };
      },
    };
    const send = createOutgoing(httpClient, { ...limits, hosts: ['a.example'], timeoutMs: 30 });
    expect(await send({ method: 'GET', url: 'https://a.example/' })).toMatchObject({
      ...{ ok: false, trouble: { code: 'serviceUnavailable' } },
    });
    expect(endless.destroyed).toBe(true);
  });

  it('sends a body and headers, and none of the app', async () => {
    const { context, sent } = fakeHttp(() => ({ status: 202 }));
    const send = createOutgoing(context.httpClient, { ...limits, hosts: ['a.example'] });
    const request = { method: 'POST', url: 'https://a.example/hook', body: '{"a":1}' } as const;
    expect(await send({ ...request, headers: { 'webhook-id': '1' } })).toMatchObject({
      value: { status: 202 },
    });
    expect(sent).toMatchObject([{ method: 'POST', body: { a: 1 }, authorization: undefined }]);
  });
});
