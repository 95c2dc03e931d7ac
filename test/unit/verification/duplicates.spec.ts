import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TABLES } from '../../../shared/model/streams.ts';
import { fail } from '../../../shared/model/trouble.ts';
import { readDuplicates } from '../../../shared/verification/duplicates/duplicates.ts';
import { amountsOf, paidFor, twiceBytes } from '../../../shared/verification/duplicates/estimate.ts';
import type { TableDuplicatesRow } from '../../../shared/verification/duplicates/queries/table-duplicates.ts';
import { duplicateWindow } from '../../../shared/verification/duplicates/window.ts';
import { aWorkspace, CUSTOMER_ID, NOW } from '../../support/builders.ts';
import { fakeLogs } from './fake-logs.ts';

const GB = 1e9;

function row(changes: Partial<TableDuplicatesRow> = {}): TableDuplicatesRow {
  return {
    ...{ Standing: 'removable', machines: 10, hours: 240, billedBytes: 100 * GB },
    ...{ comparedBytes: 0, baselineBytes: 0, newBytes: 0 },
    ...changes,
  };
}

describe('bytes paid twice', () => {
  const cases: readonly [string, Partial<TableDuplicatesRow>, number][] = [
    ['are half where no agent was ever alone', {}, 50],
    ['are what came on top of one agent', { comparedBytes: 100 * GB, baselineBytes: 52 * GB }, 48],
    ['are no more than one agent wrote', { comparedBytes: 100 * GB, baselineBytes: 20 * GB }, 20],
    ['are none where one agent still writes all', { comparedBytes: 100 * GB, baselineBytes: 100 * GB }, 0],
    ['are none where less is written than before', { comparedBytes: 80 * GB, baselineBytes: 90 * GB }, 10],
    ['are none of what only one agent collects', { newBytes: 100 * GB }, 0],
    ['mix what was compared with half of the rest', { comparedBytes: 60 * GB, baselineBytes: 40 * GB }, 40],
  ];
  it.each(cases)('%s', (_, changes, gigabytes) => {
    expect(twiceBytes(row(changes)) / GB).toBeCloseTo(gigabytes, 9);
  });

  const bytes = fc.double({ min: 0, max: 1e15, noNaN: true });
  const measured = fc
    .tuple(
      bytes,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      bytes,
    )
    .map(([billedBytes, compared, added, baselineBytes]) => ({
      billedBytes,
      comparedBytes: billedBytes * compared,
      newBytes: billedBytes * (1 - compared) * added,
      baselineBytes,
    }));

  it('are never more than half of what was billed, nor less than nothing', () => {
    fc.assert(
      fc.property(measured, (one) => {
        const twice = twiceBytes(row(one));
        expect(twice).toBeGreaterThanOrEqual(0);
        expect(twice).toBeLessThanOrEqual((one.billedBytes / 2) * (1 + 1e-9));
      }),
    );
  });

  it('grow with what is billed', () => {
    fc.assert(
      fc.property(measured, bytes, (one, more) => {
        const larger = { ...one, billedBytes: one.billedBytes + more };
        expect(twiceBytes(row(larger))).toBeGreaterThanOrEqual(twiceBytes(row(one)));
      }),
    );
  });
});

describe('what removal saves', () => {
  it('is a whole day where both agents were heard in a part of it', () => {
    expect(paidFor(row({ hours: 60 })).saves / GB).toBeCloseTo(200, 9);
    expect(paidFor(row()).saves / GB).toBeCloseTo(50, 9);
  });

  it.each(['kept', 'ended'])('is nothing of machines that are %s', (Standing) => {
    expect(paidFor(row({ Standing }))).toEqual({ twice: 50 * GB, saves: 0 });
  });

  it('is money only at a price', () => {
    const paid = { twice: 2 * GB, saves: 3 * GB };
    expect(amountsOf(paid, undefined)).toEqual({
      ...{ twiceGbPerDay: 2, removalSavesGbPerDay: 3, removalSavesGbPerMonth: 90 },
    });
    expect(amountsOf(paid, 2.5).money).toEqual({
      ...{ twicePerDay: 5, removalSavesPerDay: 7.5, removalSavesPerMonth: 225 },
    });
    expect(amountsOf(paid, 0).money?.removalSavesPerMonth).toBe(0);
  });
});

describe('the window', () => {
  it('is the last day of whole hours that came in, and the same a week before', () => {
    expect(duplicateWindow(Date.parse('2026-11-21T08:14:59Z'))).toEqual({
      since: '2026-11-20T07:00:00.000Z',
      until: '2026-11-21T06:59:59.999Z',
      baseline: { since: '2026-11-13T07:00:00.000Z', until: '2026-11-14T06:59:59.999Z' },
    });
    expect(duplicateWindow(Date.parse('2026-11-21T08:15:00Z')).until).toBe('2026-11-21T07:59:59.999Z');
  });
});

describe('readDuplicates', () => {
  const DOUBLED = { 'doubled-machines': () => [{ removable: 8, kept: 1, ended: 1 }] };
  const used = (...tables: string[]) => ({
    ...{ agents: { legacy: 1, ama: 1, scom: 0 }, legacyMachines: 1 },
    tables: tables.map((table) => ({ table, billable: true, megabytesPerDay: 1, lastSeen: '' })),
  });
  async function read(answers: Parameters<typeof fakeLogs>[0], workspace = aWorkspace(), price?: number) {
    const { logs, asked } = fakeLogs(answers);
    return { asked, ...(await readDuplicates({ logs, now: () => NOW }, workspace, price)) };
  }

  it('asks for no table where nothing is heard twice', async () => {
    const none = { 'doubled-machines': () => [{ removable: 0, kept: 0, ended: 0 }] };
    const { asked, duplicates, trouble } = await read(none, undefined, 2);
    expect(asked).toHaveLength(1);
    expect(trouble).toBeNull();
    expect(duplicates.tables).toEqual([]);
    expect(duplicates.total?.money).toEqual({
      ...{ twicePerDay: 0, removalSavesPerDay: 0, removalSavesPerMonth: 0 },
    });
  });

  it('asks for a text log together with the table that takes its place', async () => {
    const workspace = aWorkspace({
      use: used('Perf', 'App_CL'),
      customLogs: ['App_CL', 'Old_CL'].map((table) => ({ table, os: ['windows' as const] })),
    });
    const answers = { 'table-duplicates-Perf': () => [], 'custom-duplicates': () => [row()] };

    const { asked, duplicates } = await read({ ...DOUBLED, ...answers }, workspace);

    expect(asked.at(-1)?.parameters).toMatchObject({ legacyTable: 'App_CL', logTable: 'App_AMA_CL' });
    // No rows of the other log were seen.
    expect(asked).toHaveLength(3);
    expect(duplicates.tables).toMatchObject([
      { table: 'App_CL and App_AMA_CL', evidence: { query: 'custom-duplicates' } },
    ]);
  });

  it('asks for tables where no legacy agent can be removed: they are paid twice all the same', async () => {
    const { duplicates } = await read(
      {
        'doubled-machines': () => [{ removable: 0, kept: 1, ended: 0 }],
        'table-duplicates-Perf': () => [row({ Standing: 'kept' })],
      },
      aWorkspace({ use: used('Perf') }),
    );
    expect(duplicates.total).toMatchObject({ twiceGbPerDay: 50, removalSavesGbPerDay: 0 });
  });

  it('adds up standings and tables, the most expensive first', async () => {
    const { asked, duplicates } = await read(
      {
        ...DOUBLED,
        'table-duplicates-Perf': () => [row({ billedBytes: 8 * GB }), row({ Standing: 'kept', machines: 1 })],
        'table-duplicates-Event': () => [row({ billedBytes: 200 * GB, newBytes: 100 * GB })],
        'table-duplicates-Syslog': () => [],
      },
      aWorkspace({ use: used('syslog', 'Perf', 'Event', 'Heartbeat', 'App_CL') }),
      2,
    );
    expect(asked.map(({ query }) => query).sort()).toEqual([
      'doubled-machines',
      'table-duplicates-Event',
      'table-duplicates-Perf',
      'table-duplicates-Syslog',
    ]);
    expect(new Set(asked.map(({ customerId }) => customerId))).toEqual(new Set([CUSTOMER_ID]));
    expect(duplicates.machines).toEqual({ removable: 8, kept: 1, ended: 1 });
    expect(duplicates.tables).toMatchObject([
      {
        table: 'Perf',
        machines: 11,
        billedGb: 108,
        twiceGbPerDay: 54,
        removalSavesGbPerDay: 4,
        halvedShare: 1,
      },
      { table: 'Event', twiceGbPerDay: 50, removalSavesGbPerDay: 50, halvedShare: 0.5 },
    ]);
    expect(duplicates.total).toMatchObject({ twiceGbPerDay: 104, removalSavesGbPerDay: 54 });
    expect(duplicates.total?.money?.removalSavesPerMonth).toBe(54 * 30 * 2);
    expect(duplicates.tables[0]?.evidence).toMatchObject({
      query: 'table-duplicates-Perf',
      ...duplicates.window,
    });
  });

  it('tells a table that cannot be asked, and goes on', async () => {
    const { duplicates, trouble } = await read(
      {
        ...DOUBLED,
        'table-duplicates-Perf': () => fail('throttled', 'later', 7000),
        'table-duplicates-Event': () => [row()],
      },
      aWorkspace({ use: used('Perf', 'Event') }),
    );
    expect(trouble).toBeNull();
    expect(duplicates.unread).toEqual([{ what: 'Perf', reason: 'later' }]);
    expect(duplicates.total?.twiceGbPerDay).toBe(50);
  });

  it('has no sum and the trouble that time cures where no table can be asked', async () => {
    const { duplicates, trouble } = await read(
      {
        ...DOUBLED,
        'table-duplicates-Perf': () => fail('requestRefused', 'no'),
        'table-duplicates-Event': () => fail('throttled', 'later', 7000),
      },
      aWorkspace({ use: used('Perf', 'Event') }),
    );
    expect(trouble).toMatchObject({ code: 'throttled', retryAfterMs: 7000 });
    expect(duplicates.total).toBeNull();
    expect(duplicates.unread).toHaveLength(2);
  });

  it('knows nothing of a workspace whose heartbeats or id it does not know', async () => {
    const refused = await read({ 'doubled-machines': () => fail('notAuthorized', 'no') });
    expect(refused.duplicates).toMatchObject({ machines: null, total: null, tables: [] });
    expect(refused.duplicates.unread).toEqual([{ what: 'Heartbeat', reason: 'no' }]);
    const nameless = await read({}, aWorkspace({ customerId: '' }));
    expect(nameless.asked).toEqual([]);
    expect(nameless.trouble?.code).toBe('notFound');
  });

  it('asks for every table where the inventory does not know which there are', async () => {
    const answers = Object.fromEntries(TABLES.map((table) => [`table-duplicates-${table}`, () => []]));
    const { asked } = await read({ ...DOUBLED, ...answers });
    expect(asked).toHaveLength(TABLES.length + 1);
  });
});
