import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scanTable } from '../../shared/azure/table-scan.ts';
import type { DumpedRow } from '../../shared/ledger/dump.ts';
import { restoreRows } from '../../shared/ledger/dump.ts';
import { scanSqlite } from '../../shared/ledger/sqlite-scan.ts';
import { openSqliteStore } from '../../shared/ledger/sqlite-store.ts';
import { type Azurite, azuriteIsThere, startAzurite } from '../support/azurite.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/ledger.ts', import.meta.url));
const credential = { getToken: async () => null };
const run = promisify(execFile);
const ROWS = 1234;

let folder: string;
let azurite: Azurite | undefined;
const at = (name: string) => join(folder, name);

/** Keys of every kind, long values, and more rows than a page or a transaction holds. */
async function* rows(): AsyncGenerator<DumpedRow> {
  for (let i = 0; i < ROWS; i += 1) {
    const row = `${String(i).padStart(5, '0')}|a/b\\c#d?é😀'%`;
    yield {
      partition: `p|${i % 3 === 0 ? 'x/y' : 'z'}`,
      row,
      value: { i, text: 'ü'.repeat(i % 50 === 0 ? 40_000 : 3) },
    };
  }
}

async function ledger(...args: string[]): Promise<{ code: number; text: string }> {
  try {
    const { stdout } = await run(process.execPath, [SCRIPT, ...args]);
    return { code: 0, text: stdout };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string };
    return { code, text: stderr };
  }
}

async function all(found: AsyncIterable<DumpedRow>): Promise<DumpedRow[]> {
  const list: DumpedRow[] = [];
  for await (const one of found) list.push(one);
  return list.sort((a, b) => (`${a.partition}${a.row}` < `${b.partition}${b.row}` ? -1 : 1));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-copy-'));
  const store = await openSqliteStore(at('first.sqlite'));
  expect(await restoreRows(store, rows())).toBe(ROWS);
  await store.close();
  if (azuriteIsThere) azurite = await startAzurite();
});
afterAll(async () => {
  await azurite?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a copy of a ledger', () => {
  it('comes back as it was, and into an empty ledger alone', async () => {
    const made = await ledger('export', '--ledger', at('first.sqlite'), '--file', at('copy.jsonl'));
    expect(made).toMatchObject({
      code: 0,
      text: expect.stringMatching(/has 1234 rows, SHA-256 [0-9a-f]{64}/),
    });
    const into = ['import', '--ledger', at('second.sqlite'), '--file', at('copy.jsonl')];
    expect((await ledger(...into)).text).toContain('1234 of 1234 rows');
    expect(await all(scanSqlite(at('second.sqlite')))).toEqual(await all(rows()));
    expect(await ledger(...into)).toMatchObject({ code: 2, text: expect.stringContaining('not empty') });
    // What is there is the same: nothing is left to do.
    expect((await ledger(...into, '--resume')).code).toBe(0);
    expect(await ledger('export', '--ledger', at('first.sqlite'), '--file', at('copy.jsonl'))).toMatchObject({
      code: 2,
    });
  });

  it('goes on where it was cut off, and writes over nothing', async () => {
    const store = await openSqliteStore(at('third.sqlite'));
    const [first, second] = await all(rows());
    if (first === undefined || second === undefined) throw new Error('no rows');
    await store.write(first.partition, [{ kind: 'insert', row: first.row, value: first.value }]);
    await store.close();
    const into = ['import', '--ledger', at('third.sqlite'), '--file', at('copy.jsonl'), '--resume'];
    expect((await ledger(...into)).code).toBe(0);
    expect(await all(scanSqlite(at('third.sqlite')))).toHaveLength(ROWS);

    const changed = await openSqliteStore(at('third.sqlite'));
    await changed.write(second.partition, [{ kind: 'upsert', row: second.row, value: 'of somebody else' }]);
    await changed.close();
    expect((await ledger(...into)).text).toContain('is there with other content');
  });

  it('that is not whole is refused before anything is written', async () => {
    const text = readFileSync(at('copy.jsonl'), 'utf8');
    const lines = text.trimEnd().split('\n');
    const broken = {
      cut: lines.slice(0, 500).join('\n'),
      changed: text.replace('"i":7', '"i":8'),
      missing: [...lines.slice(0, 7), ...lines.slice(8)].join('\n'),
      other: '{"surprise":1}\n',
    };
    for (const [name, content] of Object.entries(broken)) {
      writeFileSync(at(name), content);
      const answer = await ledger('import', '--ledger', at(`${name}.sqlite`), '--file', at(name));
      expect(answer.code, name).toBe(2);
    }
  });

  it.skipIf(!azuriteIsThere)(
    'goes into Table Storage and out of it',
    async () => {
      const endpoint = azurite?.endpoint ?? '';
      const table = ['--endpoint', endpoint, '--table', 'restored'];
      expect((await ledger('import', ...table, '--file', at('copy.jsonl'))).text).toContain(
        '1234 of 1234 rows',
      );
      const there = await all(scanTable({ endpoint, table: 'restored', credential }));
      expect(there).toEqual(await all(rows()));
      expect((await ledger('import', ...table, '--file', at('copy.jsonl'))).code).toBe(2);
      expect((await ledger('export', ...table, '--file', at('again.jsonl'))).text).toContain('1234 rows');
    },
    60_000,
  );
});
