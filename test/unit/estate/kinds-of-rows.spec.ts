import { describe, expect, it } from 'vitest';
import type { EstateFile } from '../../../rehearsal/estate/index.ts';
import { usageQuery } from '../../../shared/inventory/queries/usage.ts';
import { columnBytesQuery } from '../../../shared/rules/levers/queries/column-bytes.ts';
import { eventIdsQuery } from '../../../shared/rules/levers/queries/event-ids.ts';
import { perfCountersQuery } from '../../../shared/rules/levers/queries/perf-counters.ts';
import { securityEventIdsQuery } from '../../../shared/rules/levers/queries/security-event-ids.ts';
import { syslogSeveritiesQuery } from '../../../shared/rules/levers/queries/syslog-severities.ts';
import { CUSTOMER, START, smallEstate } from '../../support/small-estate.ts';
import { DAY, rig } from './rig.ts';

const iso = (instant: number) => new Date(instant).toISOString();
const SPAN = { since: iso(START - 7 * DAY), until: iso(START) };

const estate = (changes: Partial<EstateFile> = {}) =>
  rig(smallEstate({ behaviour: { legacyIngestionEnds: null }, ...changes }));
const bytesOf = (rows: readonly { readonly billedBytes: number }[]) =>
  rows.reduce((sum, { billedBytes }) => sum + billedBytes, 0);

describe('kinds of rows', () => {
  it.each([
    ['SecurityEvent', securityEventIdsQuery],
    ['Event', eventIdsQuery],
    ['Syslog', syslogSeveritiesQuery],
    ['Perf', perfCountersQuery],
  ] as const)('of %s are all of its volume, whether named or not', (table, query) => {
    const one = estate();
    const volume = one.records(usageQuery, SPAN).find(({ DataType }) => DataType === table)?.megabytes ?? 0;
    // biome-ignore lint/suspicious/noExplicitAny: four queries with one shape in what counts here.
    const ask = (top: string): readonly any[] => one.records(query as any, { ...SPAN, top });

    expect(volume).toBeGreaterThan(1);
    expect(bytesOf(ask('200'))).toBeCloseTo(volume * 1e6, -3);
    expect(bytesOf(ask('2'))).toBeCloseTo(volume * 1e6, -3);
    expect(ask('2')).toHaveLength(3);
    const bytes = ask('200').map(({ billedBytes }) => billedBytes);
    expect(bytes).toEqual(bytes.toSorted((a, b) => b - a));
  });

  it('are what the file declares, with the rest last', () => {
    const declared = estate({
      tables: [
        { table: 'SecurityEvent', keys: { 4662: 0.6, 'Microsoft-Windows-AppLocker/EXE and DLL/8002': 0.4 } },
      ],
      usage: [{ workspace: CUSTOMER, table: 'SecurityEvent', megabytesPerDay: 100 }],
    });

    expect(declared.records(securityEventIdsQuery, { ...SPAN, top: '1' })).toEqual([
      { Log: 'Security', EventID: 4662, rowCount: expect.any(Number), billedBytes: expect.closeTo(420e6, 0) },
      { Log: '', EventID: -1, rowCount: expect.any(Number), billedBytes: expect.closeTo(280e6, 0) },
    ]);
    expect(declared.records(securityEventIdsQuery, { ...SPAN, top: '9' })[1]).toMatchObject({
      ...{ Log: 'Microsoft-Windows-AppLocker/EXE and DLL', EventID: 8002 },
    });
  });

  it('have counters without instances', () => {
    const rows = estate().records(perfCountersQuery, { ...SPAN, top: '200' });

    expect(rows.map((row) => [row.ObjectName, row.CounterName])).toEqual(
      expect.arrayContaining([['Processor', '% Processor Time']]),
    );
    expect(rows.some(({ ObjectName }) => ObjectName?.includes('('))).toBe(false);
  });

  it('are none of a table that has no rows', () => {
    const quiet = estate({ behaviour: {} });

    expect(quiet.records(securityEventIdsQuery, { ...SPAN, top: '9' })).toEqual([]);
    const asked = { ...SPAN, logTable: 'Nobody_CL', rowsWanted: '1000' };
    expect(quiet.records(columnBytesQuery, asked)).toEqual([]);
  });
});

describe('columns', () => {
  it('are sampled, the largest first', () => {
    const rows = estate().records(columnBytesQuery, {
      ...SPAN,
      logTable: 'SecurityEvent',
      rowsWanted: '1000',
    });

    expect(rows[0]).toEqual({ ColumnName: 'EventData', textBytes: 462_000, sampled: 1000 });
    expect(rows.every(({ sampled }) => sampled === 1000)).toBe(true);
  });
});
