import { describe, expect, it } from 'vitest';
import { csvResponse, wantsCsv } from '../../../functions/http/csv.ts';
import { NETWORK_COLUMNS } from '../../../shared/network/csv.ts';
import { preflight } from '../../../shared/network/preflight.ts';
import { CUSTOMER_ID } from '../../support/builders.ts';
import { aNetworkContext, aNetworkMachine, PROFILES } from './fixtures.ts';

describe('csvResponse', () => {
  const columns = [
    { header: 'name', value: ({ name }: { name: string | null; n: number; b: boolean }) => name },
    { header: 'n', value: ({ n }: { n: number }) => n },
    { header: 'b', value: ({ b }: { b: boolean }) => b },
  ];

  it('writes a header and lines as RFC 4180 has them', () => {
    const answer = csvResponse(columns, [
      { name: 'a "b", c', n: 1, b: true },
      { name: null, n: 0, b: false },
    ]);

    expect(answer.body).toBe('name,n,b\r\n"a ""b"", c",1,yes\r\n,0,no\r\n');
    expect(answer.headers).toMatchObject({ 'content-type': 'text/csv; charset=utf-8', vary: 'accept' });
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '=HYPERLINK("http://x")', '\t=1', '\r=1', '＝1'])(
    'makes %j inert',
    (name) => {
      const [, line = ''] = csvResponse(columns, [{ name, n: -1, b: true }]).body.split('\r\n');
      expect(line.replace(/^"/, '').startsWith("'")).toBe(true);
      expect(line).toContain(',-1,');
    },
  );

  it('has only a header where there are no rows', () => {
    expect(csvResponse(columns, []).body).toBe('name,n,b\r\n');
  });
});

describe('wantsCsv', () => {
  it.each([
    [undefined, false],
    ['', false],
    ['*/*', false],
    ['text/*', false],
    ['application/json', false],
    ['text/csv', true],
    ['TEXT/CSV; charset=utf-8', true],
    ['text/csv, application/json', true],
    ['text/csv, */*', true],
    ['*/*, text/csv', true],
    ['application/json, text/csv', false],
    ['application/json;q=0.5, text/csv', true],
    ['text/csv;q=0.5, application/json', false],
    ['text/csv;q=0', false],
    ['text/csv;q=nonsense', false],
    ['text/html, text/csv;q=0.9', true],
  ])('%j: %j', (accept, expected) => {
    expect(wantsCsv({ headers: new Headers(accept === undefined ? {} : { accept }) })).toBe(expected);
  });
});

describe('the rows of a preflight', () => {
  it('are one line each, and a profile that looks like a formula stays text', async () => {
    const rules = [{ match: {}, profile: '=cmd|calc' }];
    const context = aNetworkContext(null, { proxies: { profiles: { '=cmd|calc': PROFILES.hq }, rules } });
    const { rows } = await preflight([aNetworkMachine()], context);

    const lines = csvResponse(NETWORK_COLUMNS, rows).body.trimEnd().split('\r\n');

    expect(lines).toEqual([
      'from,source,regions,profile,host,port,protocol,via,inspectable,machines,purpose',
      "machines,,westeurope,'=cmd|calc,proxy.contoso.example,8080,http,direct,no,1,the proxy that carries the agent's traffic",
      `proxy,proxy.contoso.example:8080,westeurope,'=cmd|calc,${CUSTOMER_ID}.ods.opinsights.azure.com,443,https,proxy,no,1,"ingestion of logs, by workspace"`,
      "proxy,proxy.contoso.example:8080,westeurope,'=cmd|calc,global.handler.control.monitor.azure.com,443,https,proxy,no,1,access control service of the agent",
      "proxy,proxy.contoso.example:8080,westeurope,'=cmd|calc,westeurope.handler.control.monitor.azure.com,443,https,proxy,no,1,data collection rules of the machine",
    ]);
  });
});
