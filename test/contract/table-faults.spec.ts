import {
  createDefaultHttpClient,
  createHttpHeaders,
  type HttpClient,
  RestError,
} from '@azure/core-rest-pipeline';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTableStore } from '../../shared/azure/table-store.ts';
import { createLedger } from '../../shared/ledger/ledger.ts';
import type { Store, WriteOperation } from '../../shared/ledger/store.ts';
import { isLedgerTrouble } from '../../shared/ledger/trouble.ts';
import { type Azurite, azuriteIsThere, startAzurite } from '../support/azurite.ts';
import { etagOf, insert, remove, replace, rowsOf, upsert } from '../support/store-operations.ts';

const credential = { getToken: async () => null };
const inner = createDefaultHttpClient();

/** What becomes of a request: it is carried out and its answer lost, or it is answered with an error. */
type Fault = 'lost' | number;

describe.skipIf(!azuriteIsThere)('a table whose answers fail', () => {
  let azurite: Azurite;
  let tables = 0;
  /** For the next changes, one each; reads are left alone. */
  let faults: Fault[];
  let changes: number;
  let meanwhile: () => Promise<unknown>;
  let store: Store;
  let other: Store;

  const httpClient: HttpClient = {
    async sendRequest(request) {
      if (request.method === 'GET') return inner.sendRequest(request);
      changes += 1;
      const fault = faults.shift();
      if (typeof fault === 'number') {
        const error = { code: 'Faulty', message: { value: 'no luck\nRequestId:1' } };
        const bodyAsText = JSON.stringify({ 'odata.error': error });
        const headers = createHttpHeaders({ 'content-type': 'application/json' });
        return { request, status: fault, headers, bodyAsText };
      }
      const answer = await inner.sendRequest(request);
      if (fault !== 'lost') return answer;
      await meanwhile();
      throw new RestError('socket hang up', { code: 'REQUEST_SEND_ERROR', request });
    },
  };

  beforeAll(async () => {
    azurite = await startAzurite();
  });
  afterAll(() => azurite.stop());
  beforeEach(async () => {
    tables += 1;
    const place = { endpoint: azurite.endpoint, table: `faulty${tables}`, credential, delaysMs: [1, 1, 1] };
    faults = [];
    meanwhile = async () => undefined;
    store = openTableStore({ ...place, httpClient });
    other = openTableStore(place);
    await other.write('p', [insert('there', 'old'), insert('leaves', 'old')]);
    changes = 0;
  });

  const cases: readonly (readonly [string, (etag: string) => WriteOperation[], unknown])[] = [
    ['an insert', () => [insert('new', 1)], { leaves: 'old', new: 1, there: 'old' }],
    ['an upsert', () => [upsert('there', 1)], { leaves: 'old', there: 1 }],
    ['a replacement', (etag) => [replace('there', 1, etag)], { leaves: 'old', there: 1 }],
    ['a deletion', () => [remove('leaves')], { there: 'old' }],
    ['a deletion as read', (etag) => [{ kind: 'delete', row: 'there', etag }], { leaves: 'old' }],
    [
      'a transaction',
      (etag) => [remove('leaves'), insert('new', 1), replace('there', 2, etag), upsert('next', 3)],
      { new: 1, next: 3, there: 2 },
    ],
    ['a transaction of deletions', () => [remove('leaves'), remove('there')], {}],
  ];

  it.each(cases)('%s whose answer was lost counts once', async (_, operations, expected) => {
    faults = ['lost', 'lost'];
    const wanted = operations(await etagOf(store, 'there'));

    const written = await store.write('p', wanted);

    expect(written.ok).toBe(true);
    const { rows } = await other.list('p');
    expect(Object.fromEntries(rows.map(({ row, value }) => [row, value]))).toEqual(expected);
    // Its etags are those of the rows.
    const etags = new Map(rows.map(({ row, etag }) => [row, etag]));
    const given = written.ok ? written.etags : [];
    expect(given).toEqual(wanted.map(({ row }) => etags.get(row) ?? ''));
  });

  it.each([503, 500, 429, 408])('asks again after %s', async (status) => {
    faults = [status, status];

    expect((await store.write('p', [insert('new')])).ok).toBe(true);
    expect(changes).toBe(3);
  });

  it('an insert says that another was first, also when it asks again', async () => {
    faults = ['lost'];

    expect(await store.write('p', [insert('there', 'mine')])).toEqual({
      ...{ ok: false, code: 'exists', row: 'there' },
    });
    expect((await store.get('p', 'there'))?.value).toBe('old');
  });

  it('a replacement that another one followed says that the row has changed, and leaves it', async () => {
    faults = ['lost'];
    const etag = await etagOf(store, 'there');
    meanwhile = () => other.write('p', [upsert('there', 'of another')]);

    expect(await store.write('p', [replace('there', 'mine', etag)])).toMatchObject({ code: 'changed' });
    expect((await store.get('p', 'there'))?.value).toBe('of another');
  });

  it('a transaction of which another changed one row is known by the others', async () => {
    faults = ['lost'];
    meanwhile = () => other.write('p', [upsert('x', 'of another')]);

    const written = await store.write('p', [insert('x', 'mine'), insert('y', 'mine')]);

    const etags = written.ok ? written.etags : [];
    expect(etags).toEqual(['', await etagOf(store, 'y')]);
    expect(await other.write('p', [replace('x', 'again', etags[0] ?? '')])).toMatchObject({
      code: 'changed',
    });
    expect((await store.get('p', 'x'))?.value).toBe('of another');
  });

  it('gives up in the end with trouble of the ledger', async () => {
    faults = [503, 503, 503, 503];
    const ledger = createLedger(store);

    const error = await ledger.leases.take('/m', 'wave', 'now').catch((thrown: unknown) => thrown);

    expect(isLedgerTrouble(error)).toBe(true);
    expect(String(error)).toContain("The ledger's table answered 503 Faulty: no luck");
    expect(String(error)).not.toContain('RequestId');
    expect(changes).toBe(4);
  });

  it('says which role is missing, and does not ask again', async () => {
    faults = [403];

    await expect(store.write('p', [insert('new')])).rejects.toThrow(/Storage Table Data Contributor/);
    expect(changes).toBe(1);
    expect(await rowsOf(other, 'p')).toEqual(['leaves', 'there']);
  });

  it('makes the table once it is needed, whoever comes first', async () => {
    const place = { endpoint: azurite.endpoint, table: `fresh${tables}`, credential };
    const stores = [openTableStore(place), openTableStore(place)];

    expect(await openTableStore(place).get('p', 'row')).toBeUndefined();
    const fresh = { ...place, table: `fresher${tables}` };
    const written = await Promise.all(
      [...stores.map(() => openTableStore(fresh)), ...stores].map((one, i) =>
        one.write('p', [insert(`${i}`)]),
      ),
    );

    expect(written.map(({ ok }) => ok)).toEqual([true, true, true, true]);
    expect(await rowsOf(openTableStore(fresh), 'p')).toEqual(['0', '1']);
    expect((await openTableStore({ ...place, table: `freshest${tables}` }).list('p')).rows).toEqual([]);
  });
});
