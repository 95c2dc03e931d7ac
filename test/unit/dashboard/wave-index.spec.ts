import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findRow, listMachines, SORTS } from '../../../shared/dashboard/machine-list.ts';
import { timelineOf } from '../../../shared/dashboard/timeline.ts';
import { troublesOf } from '../../../shared/dashboard/troubles.ts';
import { createWaveIndexes } from '../../../shared/dashboard/wave-index.ts';
import { createLedger } from '../../../shared/ledger/ledger.ts';
import { openSqliteStore } from '../../../shared/ledger/sqlite-store.ts';
import type { WaveMachine } from '../../../shared/ledger/waves.ts';
import { summarizeBatch } from '../../../shared/waves/batch-summary.ts';
import { at, aWave, aWaveMachine, CELL } from '../../support/builders.ts';

const WAVE = aWave({
  cells: [
    { cell: CELL, kind: 'azureVm', batches: 2, machines: 4, batchSize: 2 },
    { cell: `${CELL}2`, kind: 'azureVm', batches: 1, machines: 1, batchSize: 2 },
  ],
});
const PAGE = { sort: 'name', order: 'asc', limit: 50, after: 0 } as const;

async function aLedger() {
  const ledger = createLedger(await openSqliteStore(':memory:'));
  let reads = 0;
  const { batch } = ledger.waves;
  const waves = Object.assign(ledger.waves, {
    batch: (...args: Parameters<typeof batch>) => {
      reads += 1;
      return batch.apply(ledger.waves, args);
    },
  });
  const put = async (id: string, machines: readonly WaveMachine[], when = at(100)) => {
    await waves.putBatch(WAVE.id, id, machines);
    await waves.putSummary(WAVE.id, summarizeBatch(id, machines, when));
  };
  return { put, indexes: createWaveIndexes({ waves }), reads: () => reads };
}

const done = { status: 'done' } as const;
const blocked = { status: 'blocked', reason: 'noHeartbeat', needs: 'networkTeam' } as const;
const waits = { status: 'waiting', reason: 'dataNotYet', until: at(900) } as const;
const machine = (name: string, outcomes: WaveMachine['record']['outcomes'], starts: object, cell = CELL) =>
  aWaveMachine(name, { cell }, { outcomes, stageStarted: starts });

describe('the index of a wave', () => {
  it('reads a wave whole once, and then the batches that were written since', async () => {
    const { put, indexes, reads } = await aLedger();
    await put('0000-0000', [machine('a', { install: waits }, { install: at(0) })]);
    await put('0000-0001', [machine('b', { install: done }, { install: at(0) })]);
    expect((await indexes.of(WAVE)).size).toBe(2);
    await indexes.of(WAVE);
    expect(reads()).toBe(2);
    await put('0000-0000', [machine('a', { install: done }, { install: at(0) })], at(200));
    const index = await indexes.of(WAVE);
    expect(reads()).toBe(3);
    expect(listMachines(index, PAGE).rows.map(({ status }) => status)).toEqual(['done', 'done']);
  });

  it('is looked up once for callers at the same time', async () => {
    const { put, indexes, reads } = await aLedger();
    await put('0000-0000', [machine('a', {}, {})]);
    await Promise.all([indexes.of(WAVE), indexes.of(WAVE), indexes.of(WAVE)]);
    expect(reads()).toBe(1);
  });

  it('says where each machine is, what stands in its way and when cohorts were where', async () => {
    const { put, indexes } = await aLedger();
    await put('0000-0000', [
      machine(
        'a',
        { install: done, associate: done, verify: blocked },
        { install: at(0), associate: at(60), verify: at(70) },
      ),
      machine('b', { install: done, associate: waits }, { install: at(5), associate: at(65) }),
    ]);
    await put('0000-0001', [machine('c', {}, {})]);
    await put('0001-0000', [machine('d', { install: done }, { install: at(20) }, `${CELL}2`)], at(300));
    const index = await indexes.of(WAVE);
    const row = (name: string) => listMachines(index, { ...PAGE, search: `virtualmachines/${name}` }).rows[0];
    expect(row('a')).toMatchObject({
      stage: 'verify',
      status: 'blocked',
      reason: 'noHeartbeat',
      since: at(70),
    });
    expect(row('b')).toMatchObject({ stage: 'associate', status: 'waiting' });
    expect(row('c')).toMatchObject({ stage: null, status: 'planned', since: null });
    expect(findRow(index, row('d')?.id ?? '')?.batchId).toBe('0000-0000');
    expect(troublesOf(index).map(({ stage, status, machines }) => [stage, status, machines])).toEqual([
      ['verify', 'blocked', 1],
      ['associate', 'waiting', 1],
    ]);
    const [first, second] = timelineOf(WAVE, index);
    expect(first?.stages).toEqual([
      { stage: 'install', from: at(0), to: at(65), machines: 2, settled: 2, failed: 0 },
      { stage: 'associate', from: at(60), to: null, machines: 2, settled: 1, failed: 0 },
      { stage: 'verify', from: at(70), to: at(100), machines: 1, settled: 1, failed: 1 },
    ]);
    expect(second?.stages).toEqual([
      { stage: 'install', from: at(20), to: at(300), machines: 1, settled: 1, failed: 0 },
    ]);
  });

  it('pages give every machine that fits once, whatever the order and the size of pages', async () => {
    const { put, indexes } = await aLedger();
    const outcomes = [{}, { install: done }, { install: blocked }, { install: waits }];
    const machines = Array.from({ length: 40 }, (_, i) => machine(`m${i}`, outcomes[i % 4] ?? {}, {}));
    await put('0000-0000', machines);
    const index = await indexes.of(WAVE);
    fc.assert(
      fc.property(
        fc.constantFrom(...SORTS),
        fc.constantFrom('asc' as const, 'desc' as const),
        fc.integer({ min: 1, max: 45 }),
        fc.constantFrom(undefined, 'blocked', 'planned'),
        (sort, order, limit, status) => {
          const seen: string[] = [];
          for (let after: number | undefined = 0; after !== undefined; ) {
            const { rows, next, total } = listMachines(index, { sort, order, limit, after, status });
            expect(total).toBe(status === undefined ? 40 : 10);
            seen.push(...rows.map(({ id }) => id));
            after = next === undefined ? undefined : Number(next);
          }
          expect(new Set(seen).size).toBe(status === undefined ? 40 : 10);
          expect(seen.length).toBe(new Set(seen).size);
        },
      ),
    );
  });
});
