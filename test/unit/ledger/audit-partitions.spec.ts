import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auditPartitions, createAudit } from '../../../shared/ledger/audit.ts';
import { mergedPage, mergedRows } from '../../../shared/ledger/merged.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import type { Store } from '../../../shared/ledger/store.ts';
import type { AuditEntry } from '../../../shared/model/wave.ts';

const WAVE = 'plan-wave-0';
const PARTITIONS = ['p|0', 'p|1', 'p|2'];

const entry = (at: string, machineId: string): AuditEntry => ({
  ...{ at, waveId: WAVE, machineId, stage: 'install', event: 'intent', message: 'm', by: 'app' },
});

/** Rows and transactions by partition. */
function counting(inner: Store) {
  const rows = new Map<string, number>();
  let transactions = 0;
  const store: Store = {
    ...inner,
    write(partition, operations) {
      transactions += 1;
      rows.set(partition, (rows.get(partition) ?? 0) + operations.length);
      return inner.write(partition, operations);
    },
  };
  return { store, rows, transactions: () => transactions };
}

describe('rows of several partitions', () => {
  it('come as if they lay in one, page by page, whatever lies where', async () => {
    const rows = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z|]{1,4}$/), fc.nat({ max: 2 })), {
      selector: ([row]) => row,
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 5 }),
        async (all, limit, chunk) => {
          const store = await openSqliteStore(':memory:');
          for (const [row, i] of all)
            await store.write(PARTITIONS[i] ?? '', [{ kind: 'insert', row, value: row }]);
          const expected = all.map(([row]) => row).sort();

          const merged: string[] = [];
          for await (const { row } of mergedRows(store, PARTITIONS, { chunk })) merged.push(row);
          expect(merged).toEqual(expected);

          const paged: string[] = [];
          let after: string | undefined;
          do {
            const page = await mergedPage(store, PARTITIONS, { limit, after });
            expect(page.rows.length).toBeLessThanOrEqual(limit);
            if (page.next !== undefined) expect(page.rows).toHaveLength(limit);
            paged.push(...page.rows.map(({ row }) => row));
            after = page.next;
          } while (after !== undefined);
          expect(paged).toEqual(expected);
          await store.close();
        },
      ),
      { numRuns: 60 },
    );
  });
});

/**
 * The busiest second of the largest wave that ARM allows: where each of its subscriptions takes 4.9 machines a second
 * through `deploy`, each with five rows of the trail (docs/explanation/ledger.md). Table Storage takes 2,000 rows a
 * second in a partition, 20,000 in an account, of which the trail is a quarter.
 */
describe('the trail of one wave in hundreds of subscriptions', () => {
  const SUBSCRIPTIONS = 200;
  const BATCH = 25;
  const ROWS_A_MACHINE = 5;
  const machines = Math.round(SUBSCRIPTIONS * 4.9);

  async function aSecond() {
    const { store, rows, transactions } = counting(await openSqliteStore(':memory:'));
    const audit = createAudit(store);
    const at = '2026-11-21T12:00:00.000Z';
    let looks = 0;
    for (let batch = 0; batch * BATCH < machines; batch += 1) {
      const key = `c${batch % SUBSCRIPTIONS}-b${String(batch).padStart(4, '0')}`;
      const ids = Array.from({ length: BATCH }, (_, i) => `machine ${batch} ${i}`);
      for (const write of [
        'install',
        'install|outcome',
        'associate',
        'associate|outcome',
        'verify|outcome',
      ]) {
        looks += 1;
        await audit.append(
          `${key}|${write}`,
          ids.map((id) => entry(at, id)),
        );
      }
    }
    return { store, rows, transactions: transactions(), looks };
  }

  it('would be too much for one partition, and is a fraction of the limit in those it has', async () => {
    const { store, rows } = await aSecond();
    const all = [...rows.values()].reduce((sum, count) => sum + count, 0);
    expect(all).toBeGreaterThanOrEqual(machines * ROWS_A_MACHINE);
    expect(all).toBeGreaterThan(2 * 2000);
    expect([...rows.keys()].sort()).toEqual([...auditPartitions(WAVE)].sort());
    expect(Math.max(...rows.values())).toBeLessThan(2000 / 2);
    await store.close();
  });

  it('takes a transaction for each look, as with one partition', async () => {
    const { store, transactions, looks } = await aSecond();
    expect(transactions).toBe(looks);
    await store.close();
  });

  it('is read in the order of time with few requests more', async () => {
    const { store } = await aSecond();
    let lists = 0;
    const audit = createAudit({
      ...store,
      list: (partition, options) => {
        lists += 1;
        return store.list(partition, options);
      },
    });
    const { rows, next } = await audit.page(WAVE, { limit: 1000 });
    expect(rows).toHaveLength(1000);
    expect(next).toBe(rows.at(-1)?.row);
    // Each partition once, and a few again.
    expect(lists).toBeLessThanOrEqual(2 * auditPartitions(WAVE).length);
    await store.close();
  });

  it('is the same rows when a look is written twice', async () => {
    const store = await openSqliteStore(':memory:');
    const audit = createAudit(store);
    const at = '2026-11-21T12:00:00.000Z';
    for (const _ of [1, 2]) await audit.append('c0-b0001|install', [entry(at, 'a'), entry(at, 'b')]);
    expect((await audit.page(WAVE, { limit: 10 })).rows).toHaveLength(2);
    await store.close();
  });
});
