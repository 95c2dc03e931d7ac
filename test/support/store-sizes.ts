import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MAX_KEY_LENGTH } from '../../shared/ledger/keys.ts';
import { allRows, type Store, upsertAll } from '../../shared/ledger/store.ts';
import { insert, remove, replace, rowsOf } from './store-operations.ts';

/** Keys of each shape that the ledger makes. */
const LEDGER_KEYS: readonly (readonly [string, string])[] = [
  ['inventories', 'inv-2026-11-22t04-00-00-000z-0a1b2c'],
  ['inventory|inv-1|f', 'f00000000000000000000001'],
  ['raw|inv-1', 'heartbeats|a|1f0c9d8e-7b6a-4c5d-8e9f-000000000000|0003'],
  ['parts|inv-1', 'totals|015|00000'],
  ['plan|plan-0a1b', 'wave|0003|000017'],
  ['waves', 'plan-0a1b-wave-3'],
  ['wave|plan-0a1b-wave-3|c0-b0001', 'machine|f00000000000000000000001'],
  ['audit|plan-0a1b-wave-3|a', '2026-11-22T04:00:00.000Z|install|c0-b0001|0007|1f0c9d8e'],
  ['connector|0a1b', 'value|SecurityInsightsSecurityEventCollectionConfiguration|1f0c9d8e'],
  ['verdicts|plan-0a1b-wave-3|verify|eastus|azureVm|000', 'batch|c0-b0001|f00000000000000000000001'],
];

const LARGE_VALUES: readonly (readonly [string, unknown])[] = [
  ['as much as one property holds', 'x'.repeat(32 * 1024 - 2)],
  ['a little more', 'x'.repeat(32 * 1024)],
  ['quotes and backslashes', '"\\'.repeat(20_000)],
  ['characters of two units', '\u{1f600}é日'.repeat(30_000)],
  ['rows of JSON', Array.from({ length: 3000 }, (_, i) => ({ i, name: `machine ${i}`, none: null }))],
  ['noise of 900 KB', randomBytes(690_000).toString('base64')],
  ['much that packs well', 'all the same '.repeat(400_000)],
];

/** Keys of any characters, and values of any size up to the limit. */
export function storeSizes(current: () => Store): void {
  it('keeps any key, in the order of its bytes, and finds it by its prefix', async () => {
    const store = current();
    const odd = [
      ...`aB09|:.- /\\#?%'"&+=~!$@[]^_{}<>(),;`,
      '\0',
      '\t',
      '\x1f',
      '\x7f',
      '\x9f',
      'é',
      '日',
      '\u{1f600}',
    ];
    const key = fc.string({ unit: fc.constantFrom(...odd), minLength: 1, maxLength: 12 });
    let n = 0;
    await fc.assert(
      fc.asyncProperty(key, fc.uniqueArray(key, { minLength: 1, maxLength: 40 }), async (name, keys) => {
        n += 1;
        const partition = `${n}|${name}`;
        await upsertAll(
          store,
          partition,
          keys.map((row) => ({ row, value: row })),
        );
        const sorted = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        const prefix = keys[0]?.slice(0, 1) ?? '';

        expect(await rowsOf(store, partition)).toEqual(sorted);
        expect((await store.get(partition, keys[0] ?? ''))?.value).toBe(keys[0]);
        // Half of a pair is no prefix.
        if (prefix.isWellFormed())
          expect(await rowsOf(store, partition, prefix)).toEqual(
            sorted.filter((row) => row.startsWith(prefix)),
          );
      }),
      { numRuns: 20 },
    );
  });

  it.each(LEDGER_KEYS)('keeps rows of the ledger: %s, %s', async (partition, row) => {
    const store = current();
    await store.write(partition, [insert(row), insert(`${row}~`)]);
    const found = await store.get(partition, row);

    expect(found).toMatchObject({ row, value: row });
    expect((await store.write(partition, [replace(row, 2, found?.etag ?? '')])).ok).toBe(true);
    expect(await store.write(partition, [insert('a'), insert(row)])).toMatchObject({ code: 'exists', row });
    expect(await rowsOf(store, partition, row)).toEqual([row, `${row}~`]);
    expect((await store.write(partition, [remove(row), remove(`${row}~`)])).ok).toBe(true);
    expect(await rowsOf(store, partition)).toEqual([]);
  });

  it('takes keys of a length and refuses longer ones by name', async () => {
    const store = current();
    const [longest, long] = ['x'.repeat(MAX_KEY_LENGTH), 'x'.repeat(MAX_KEY_LENGTH + 1)];

    expect((await store.write('p', [insert(longest)])).ok).toBe(true);
    expect((await store.get('p', longest))?.value).toBe(longest);
    await expect(store.write('p', [insert(long)])).rejects.toThrow(long);
    await expect(store.write(long, [insert('a')])).rejects.toThrow(long);
    await expect(store.write('p', [insert('\u{10ffff}'.repeat(80))])).rejects.toThrow(/512/);
  });

  it.each(LARGE_VALUES)('keeps %s', async (_, value) => {
    const store = current();
    const written = await store.write('p', [insert('large', value), insert('small')]);
    await store.write('p', [insert('alone', value)]);

    expect(written.ok).toBe(true);
    expect((await store.get('p', 'large'))?.value).toEqual(value);
    expect((await store.list('p')).rows.map(({ value }) => value)).toEqual([value, value, 'small']);
  });

  it('refuses a row that is too large by name, writing none', async () => {
    const store = current();
    const huge = randomBytes(1_500_000).toString('base64');

    await expect(store.write('p', [insert('a'), insert('huge', huge)])).rejects.toThrow(/Row huge of p/);
    await expect(store.write('p', [insert('huge', huge)])).rejects.toThrow(/Row huge of p/);

    expect(await rowsOf(store, 'p')).toEqual([]);
  });

  it('writes any number of large rows', async () => {
    const store = current();
    const rows = Array.from({ length: 12 }, (_, i) => ({
      row: `r${String(i).padStart(2, '0')}`,
      value: randomBytes(450_000).toString('base64'),
    }));

    await upsertAll(store, 'p', [...rows, { row: 'r03', value: 'last' }]);

    const found: unknown[] = [];
    for await (const { value } of allRows(store, 'p')) found.push(value);
    expect(found).toEqual(rows.map(({ row, value }) => (row === 'r03' ? 'last' : value)));
  });
}
