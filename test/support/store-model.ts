import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Store, WriteOperation, WriteResult } from '../../shared/ledger/store.ts';
import { insert, remove, replace, upsert } from './store-operations.ts';

type Kind = WriteOperation['kind'];

/** A row of the model: how often it was written stands for its etag. */
interface Modelled {
  readonly version: number;
  readonly value: unknown;
}

const ROWS = ['a', 'a|1', 'a|2', 'b', 'b/x', 'c'];
const step = fc.record({
  kind: fc.constantFrom<Kind>('insert', 'upsert', 'upsert', 'replace', 'replace', 'delete'),
  row: fc.constantFrom(...ROWS),
  isStale: fc.boolean(),
});
const transaction = fc.uniqueArray(step, { selector: ({ row }) => row, minLength: 1, maxLength: 5 });

/** Any transactions one after the other, against a model that is a map. */
export function storeModel(current: () => Store): void {
  it('does what a map would do, in transactions of any operations', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(transaction, { minLength: 1, maxLength: 12 }), async (transactions) => {
        const store = current();
        run += 1;
        const partition = `model ${run}`;
        const rows = new Map<string, Modelled>();
        // The etag of each version: those that a read gives, and those that a write gives.
        const etags = new Map<string, string>();
        let version = 0;
        for (const steps of transactions) {
          version += 1;
          const operations = steps.map(({ kind, row, isStale }) => {
            if (kind === 'insert') return insert(row, version);
            if (kind === 'upsert') return upsert(row, version);
            if (kind === 'delete') return remove(row);
            const known = (rows.get(row)?.version ?? 0) - (isStale ? 1 : 0);
            return replace(row, version, etags.get(`${row} ${known}`) ?? 'none');
          });
          const expected = apply(rows, steps, version);
          const result = await store.write(partition, operations);

          expect(outcomeOf(result)).toEqual(expected);
          if (result.ok)
            steps.forEach(({ row }, i) => {
              etags.set(`${row} ${version}`, result.etags[i] ?? '');
            });
          const listed = (await store.list(partition)).rows;
          expect(listed.map(({ row, value }) => [row, value])).toEqual(
            [...rows]
              .map(([row, { value }]) => [row, value])
              .sort(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1)),
          );
          for (const { row, etag } of listed)
            expect(etag, row).toBe(etags.get(`${row} ${rows.get(row)?.version}`));
        }
      }),
      { numRuns: 40 },
    );
  });
}

/** Changes the model unless one of the steps is refused; what the store should say. */
function apply(
  rows: Map<string, Modelled>,
  steps: readonly { kind: Kind; row: string; isStale: boolean }[],
  version: number,
): ReturnType<typeof outcomeOf> {
  for (const { kind, row, isStale } of steps) {
    if (kind === 'insert' && rows.has(row)) return { code: 'exists', row };
    if (kind === 'replace' && (isStale || !rows.has(row))) return { code: 'changed', row };
  }
  for (const { kind, row } of steps) {
    if (kind === 'delete') rows.delete(row);
    else rows.set(row, { version, value: version });
  }
  return undefined;
}

function outcomeOf(result: WriteResult): { code: string; row: string } | undefined {
  return result.ok ? undefined : { code: result.code, row: result.row };
}
