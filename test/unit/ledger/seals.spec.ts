import { beforeEach, describe, expect, it } from 'vitest';
import { auditPartitions } from '../../../shared/ledger/audit.ts';
import { createLedger, type Ledger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import type { Store } from '../../../shared/ledger/store.ts';
import type { AuditEntry } from '../../../shared/model/wave.ts';

const HOUR = 3_600_000;
const NOON = Date.parse('2026-11-21T12:00:00Z');
const WAVE = 'p-wave-0';
const anEntry = (atMs: number, message: string): AuditEntry => ({
  ...{ at: new Date(atMs).toISOString(), waveId: WAVE, machineId: null, stage: null, by: 'olive' },
  ...{ event: 'control', message },
});

let store: Store;
let ledger: Ledger;
let calls: string[];
beforeEach(async () => {
  const inner = await openSqliteStore(':memory:');
  calls = [];
  store = {
    get: (partition, row) => inner.get(partition, row),
    list(partition, options) {
      calls.push(`list ${partition}`);
      return inner.list(partition, options);
    },
    write(partition, operations) {
      calls.push(`write ${partition}`);
      return inner.write(partition, operations);
    },
    close: () => inner.close(),
  };
  ledger = createLedger(store);
  return () => ledger.close();
});

async function partitionWithEntries(): Promise<string> {
  for (const partition of auditPartitions(WAVE))
    if ((await store.list(partition)).rows.length > 0) return partition;
  throw new Error('the trail is empty');
}

/** Entries one a second, from a time on. */
async function write(fromMs: number, count: number): Promise<void> {
  const entries = Array.from({ length: count }, (_, i) => anEntry(fromMs + i * 1000, `entry ${i}`));
  await ledger.audit.append('x', entries);
}

describe('the seals of a trail', () => {
  it('grow with it hour by hour, and entries that are written twice show nothing', async () => {
    await write(NOON, 700);
    expect(await ledger.seals.seal(WAVE, NOON + HOUR)).toMatchObject({ added: 2, head: { number: 2 } });
    await write(NOON, 700);
    expect(await ledger.seals.seal(WAVE, NOON + 2 * HOUR)).toMatchObject({ added: 0, head: { number: 2 } });
    await write(NOON + 2 * HOUR, 10);
    expect(await ledger.seals.verify(WAVE)).toMatchObject({ entries: 710, unsealed: 10, faults: [] });
    expect(await ledger.seals.seal(WAVE, NOON + 3 * HOUR)).toMatchObject({ added: 1, head: { number: 3 } });
    await write(NOON, 700);
    const check = await ledger.seals.verify(WAVE);
    expect(check).toMatchObject({ entries: 710, seals: 3, unsealed: 0, late: 0, faults: [] });
  });

  it('leave what is younger than an activity lives', async () => {
    await write(NOON, 1);
    expect((await ledger.seals.seal(WAVE, NOON + 14 * 60_000)).added).toBe(0);
    expect((await ledger.seals.seal(WAVE, NOON + 16 * 60_000)).added).toBe(1);
  });

  it('take up what came late: at once where the look reaches back, else with the full one', async () => {
    for (const hour of [0, 1, 2]) {
      await write(NOON + hour * HOUR, 5);
      await ledger.seals.seal(WAVE, NOON + (hour + 1) * HOUR);
    }
    await ledger.audit.append('late', [anEntry(NOON + 2 * HOUR + 500, 'a little late')]);
    expect(await ledger.seals.seal(WAVE, NOON + 4 * HOUR)).toMatchObject({ added: 1, head: { late: true } });
    await ledger.audit.append('late', [anEntry(NOON + 500, 'very late')]);
    expect((await ledger.seals.seal(WAVE, NOON + 5 * HOUR)).added).toBe(0);
    expect((await ledger.seals.verify(WAVE)).faults).toMatchObject([{ code: 'entryUnknown' }]);
    expect((await ledger.seals.seal(WAVE, NOON + 6 * HOUR, { full: true })).added).toBe(1);
    expect(await ledger.seals.verify(WAVE)).toMatchObject({ late: 2, faults: [] });
  });

  it('cost a look no more when the trail has become long', async () => {
    const cost: number[] = [];
    for (let hour = 0; hour < 8; hour += 1) {
      await write(NOON + hour * HOUR, 400);
      calls = [];
      await ledger.seals.seal(WAVE, NOON + (hour + 1) * HOUR);
      cost.push(calls.length);
    }
    // One list of seals, one of each partition of entries, one seal, one head.
    expect(cost).toEqual(Array(8).fill(3 + auditPartitions(WAVE).length));
  });

  it('are set by one of two that look at once', async () => {
    await write(NOON, 5);
    const both = await Promise.all([
      ledger.seals.seal(WAVE, NOON + HOUR),
      ledger.seals.seal(WAVE, NOON + HOUR + 1),
    ]);
    expect(both.map(({ added }) => added).sort()).toEqual([0, 1]);
    expect(await ledger.seals.verify(WAVE)).toMatchObject({ seals: 1, faults: [] });
  });

  it('show what somebody did to the store', async () => {
    await write(NOON, 5);
    await ledger.seals.seal(WAVE, NOON + HOUR);
    const partition = await partitionWithEntries();
    const [first, second] = (await store.list(partition)).rows;
    const { row, value } = first ?? { row: '', value: {} };
    const forged = { ...(value as AuditEntry), by: 'mallory' };
    await store.write(partition, [
      { kind: 'upsert', row, value: forged },
      { kind: 'delete', row: second?.row ?? '' },
    ]);
    expect((await ledger.seals.verify(WAVE)).faults.map(({ code }) => code).sort()).toEqual([
      'entryMissing',
      'entryMissing',
      'entryUnknown',
    ]);
  });

  it('are over the entries of all writers in the order of time, whichever partition has them', async () => {
    const keys = Array.from({ length: 40 }, (_, i) => `c0-b${i}|install`);
    for (const [i, key] of keys.entries())
      await ledger.audit.append(key, [anEntry(NOON + (i % 7) * 1000, `entry ${i}`)]);
    const used = await Promise.all(auditPartitions(WAVE).map((one) => store.list(one)));
    expect(used.filter(({ rows }) => rows.length > 0).length).toBeGreaterThan(8);

    await ledger.seals.seal(WAVE, NOON + HOUR);
    const check = await ledger.seals.verify(WAVE);
    expect(check).toMatchObject({ entries: 40, unsealed: 0, seals: 1, faults: [] });
    const seen: string[] = [];
    for await (const { at } of ledger.audit.read(WAVE)) seen.push(at);
    expect(seen).toEqual([...seen].sort());

    for (const partition of auditPartitions(WAVE)) {
      const [first] = (await store.list(partition)).rows;
      if (first === undefined) continue;
      const faultsBefore = (await ledger.seals.verify(WAVE)).faults.length;
      await store.write(partition, [{ kind: 'delete', row: first.row }]);
      expect((await ledger.seals.verify(WAVE)).faults.length).toBe(faultsBefore + 1);
    }
  });

  it('of a wave stand in the general trail, so that it cannot vanish as a whole', async () => {
    await write(NOON, 5);
    const { head } = await ledger.seals.seal(WAVE, NOON + HOUR);
    const data = { trail: WAVE, number: head?.number, hash: head?.hash };
    await ledger.audit.append('seal', [
      { ...anEntry(NOON + HOUR, 'sealed'), waveId: null, event: 'seal', data },
    ]);
    expect((await ledger.seals.verify(null)).faults).toEqual([]);
    await store.write(`seals|${WAVE}`, [{ kind: 'delete', row: 'seal|00000001' }]);
    expect((await ledger.seals.verify(null)).faults).toEqual([{ code: 'trailMissing', at: WAVE }]);
  });
});
