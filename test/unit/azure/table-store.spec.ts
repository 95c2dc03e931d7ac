import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openTableStore } from '../../../shared/azure/table-store.ts';
import { type Answer, fakeHttp, type Sent } from './fake-http.ts';

const ENDPOINT = 'https://account.table.core.windows.net';
const entity = (row: string) => ({
  ...{ PartitionKey: 'p', RowKey: row, w: '1', v: JSON.stringify(row) },
  'odata.etag': `W/"datetime'${row}'"`,
});
const on = (row: string) => ({
  ...{ 'x-ms-continuation-NextPartitionKey': 'p', 'x-ms-continuation-NextRowKey': row },
});

function open(answer: (sent: Sent, index: number) => Answer, endpoint = ENDPOINT) {
  const { context, sent } = fakeHttp(answer);
  const asked: unknown[] = [];
  const credential = {
    async getToken(scopes: string | string[]) {
      asked.push(scopes);
      return { token: 'secret', expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  };
  const { httpClient } = context;
  if (httpClient === undefined) throw new Error('no transport');
  return { store: openTableStore({ endpoint, table: 'ledger', credential, httpClient }), sent, asked };
}

describe('openTableStore', () => {
  it.each(['core.windows.net', 'core.usgovcloudapi.net', 'core.chinacloudapi.cn'])(
    'signs in as the app at %s, for single rows and for transactions',
    async (suffix) => {
      const endpoint = `https://account.table.${suffix}`;
      const { store, sent, asked } = open(() => ({ status: 403 }), endpoint);

      await expect(store.get('p|1', 'a/b')).rejects.toThrow('403');
      await expect(
        store.write('p', [
          { kind: 'delete', row: 'a' },
          { kind: 'delete', row: 'b' },
        ]),
      ).rejects.toThrow('403');

      // One audience for all clouds: "Authorize access to tables using Microsoft Entra ID".
      expect(new Set(asked.flat())).toEqual(new Set(['https://storage.azure.com/.default']));
      expect(sent.map(({ authorization }) => authorization)).toEqual(['Bearer secret', 'Bearer secret']);
      expect(sent.map(({ url }) => decodeURIComponent(url.split('?')[0] ?? ''))).toEqual([
        `${endpoint}/ledger(PartitionKey='p|1',RowKey='a.2fb')`,
        `${endpoint}/$batch`,
      ]);
    },
  );

  it('reads on over answers that end early, empty ones too', async () => {
    const answers: Answer[] = [
      { body: { value: [] }, headers: on('a') },
      { body: { value: [entity('a'), entity('b')] }, headers: on('c') },
      { body: { value: [entity('c')] } },
    ];
    const { store, sent } = open((_, i) => answers[i] ?? { status: 400 });

    const page = await store.list('p', { limit: 5 });

    expect(page).toEqual({
      rows: ['a', 'b', 'c'].map((row) => ({ row, etag: `W/"datetime'${row}'"`, value: row })),
    });
    const queries = sent.map(({ url }) => new URL(url).searchParams);
    expect(queries.map((query) => query.get('$top'))).toEqual(['6', '6', '4']);
    expect(queries.map((query) => query.get('NextRowKey'))).toEqual([null, 'a', 'c']);
  });

  it('asks for one row more than a full page, so that the last page has no next', async () => {
    const rows = Array.from({ length: 1000 }, (_, i) => entity(String(i).padStart(4, '0')));
    const { store, sent } = open((_, i) =>
      i === 0 ? { body: { value: rows }, headers: on('1000') } : { body: { value: [] } },
    );

    const page = await store.list('p');

    expect(page.rows).toHaveLength(1000);
    expect(page.next).toBeUndefined();
    expect(sent.map(({ url }) => new URL(url).searchParams.get('$top'))).toEqual(['1000', '1']);
  });

  it('asks for a prefix as a range, from the row before if that is later', async () => {
    const { store, sent } = open(() => ({ body: { value: [] } }));

    await store.list('p', { prefix: 'a.' });
    await store.list('p', { prefix: 'b|', after: 'b|3' });
    await store.list('p', { prefix: 'b|', after: 'a' });
    await store.list('p', { after: 'a' });

    expect(sent.map(({ url }) => new URL(url).searchParams.get('$filter'))).toEqual([
      "PartitionKey eq 'p' and RowKey ge 'a.2e' and RowKey lt 'a.2e~~'",
      "PartitionKey eq 'p' and RowKey gt 'b|3' and RowKey lt 'b|~~'",
      "PartitionKey eq 'p' and RowKey ge 'b|' and RowKey lt 'b|~~'",
      "PartitionKey eq 'p' and RowKey gt 'a'",
    ]);
  });

  it('waits as long as it is asked to, and asks again', async () => {
    const { store, sent } = open((_, i) =>
      i === 0 ? { status: 503, headers: { 'retry-after': '1' } } : { body: entity('a') },
    );
    const from = performance.now();

    expect((await store.get('p', 'a'))?.value).toBe('a');
    expect(performance.now() - from).toBeGreaterThan(900);
    expect(sent).toHaveLength(2);
  });

  it('refuses a transaction that is too large, by its first row, and sends nothing', async () => {
    const { store, sent } = open(() => ({}));
    const operations = Array.from({ length: 12 }, (_, i) => ({
      ...{ kind: 'upsert' as const, row: `row ${i}`, value: randomBytes(360_000).toString('base64') },
    }));

    await expect(store.write('p', operations)).rejects.toThrow(/12 rows of p from row 0 on is too large/);
    expect(sent).toEqual([]);
  });
});
