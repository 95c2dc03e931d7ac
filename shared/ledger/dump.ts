import { createHash } from 'node:crypto';
import { contentHash } from '../model/ids.ts';
import { MAX_OPERATIONS, type Store, upsertAll } from './store.ts';

/** One row of a ledger, as a copy keeps it. */
export interface DumpedRow {
  readonly partition: string;
  readonly row: string;
  readonly value: unknown;
}

export interface DumpSum {
  readonly rows: number;
  /** Over the lines of the rows, in their order. */
  readonly sha256: string;
}

const HEADER = { format: 'ama-migration ledger', version: 1 };

/** A ledger as JSON lines: what it is, a row a line, and at the end how many they were, with their hash. */
export async function* dumpLines(rows: AsyncIterable<DumpedRow>): AsyncGenerator<string> {
  yield JSON.stringify(HEADER);
  const hash = createHash('sha256');
  let count = 0;
  for await (const { partition, row, value } of rows) {
    const line = JSON.stringify([partition, row, value]);
    hash.update(`${line}\n`);
    count += 1;
    yield line;
  }
  yield JSON.stringify({ rows: count, sha256: hash.digest('hex') });
}

/** The rows of a copy. Throws at the end where it is not whole; what must be sure before reads it twice. */
export async function* dumpedRows(lines: AsyncIterable<string>): AsyncGenerator<DumpedRow, DumpSum> {
  const hash = createHash('sha256');
  let count = 0;
  let begun = false;
  for await (const line of lines) {
    if (!begun) {
      if (line !== JSON.stringify(HEADER)) throw new Error('the file is no copy of a ledger of this version');
      begun = true;
      continue;
    }
    const value = JSON.parse(line) as [string, string, unknown] | DumpSum;
    if (!Array.isArray(value)) {
      const sha256 = hash.digest('hex');
      if (value.rows !== count || value.sha256 !== sha256)
        throw new Error(`the copy is not as it was written: ${count} rows of ${value.rows}, hash ${sha256}`);
      return value;
    }
    hash.update(`${line}\n`);
    count += 1;
    yield { partition: value[0], row: value[1], value: value[2] };
  }
  throw new Error(`the copy ends after ${count} rows without its last line`);
}

/** Reads a copy to its end and says what is in it. */
export async function sumOf(lines: AsyncIterable<string>): Promise<DumpSum> {
  const rows = dumpedRows(lines);
  for (;;) {
    const next = await rows.next();
    if (next.done === true) return next.value;
  }
}

/**
 * Writes rows into a ledger. Rows that are there already must be the same: so a restore that was cut off goes on when
 * it is repeated, and one into another ledger writes nothing over. Gives the number of rows.
 */
export async function restoreRows(store: Store, rows: AsyncIterable<DumpedRow>): Promise<number> {
  let count = 0;
  let pending: DumpedRow[] = [];
  const flush = async () => {
    const [first] = pending;
    if (first === undefined) return;
    await writeRows(store, first.partition, pending);
    count += pending.length;
    pending = [];
  };
  for await (const one of rows) {
    if (pending.length === MAX_OPERATIONS || pending[0]?.partition !== one.partition) await flush();
    pending.push(one);
  }
  await flush();
  return count;
}

async function writeRows(store: Store, partition: string, rows: readonly DumpedRow[]): Promise<void> {
  const fresh: DumpedRow[] = [];
  const [first] = rows;
  const there = await store.list(partition, { limit: 1 });
  // Into an empty partition all is new; else each row is looked at.
  if (there.rows.length === 0 || first === undefined) fresh.push(...rows);
  else {
    for (const one of rows) {
      const known = await store.get(partition, one.row);
      if (known === undefined) fresh.push(one);
      else if (contentHash(known.value, 64) !== contentHash(one.value, 64))
        throw new Error(
          `row ${one.row} of ${partition} is there with other content; nothing is written over`,
        );
    }
  }
  await upsertAll(store, partition, fresh);
}
