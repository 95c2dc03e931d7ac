import { describe, expect, it } from 'vitest';
import type { EstateFile } from '../../../rehearsal/estate/index.ts';
import { freeSpaceQuery } from '../../../shared/inventory/queries/free-space.ts';
import { usageQuery } from '../../../shared/inventory/queries/usage.ts';
import { ARC, CUSTOMER, LINUX_VM, START, smallEstate, VM, WORKSPACE } from '../../support/small-estate.ts';
import { DAY, rig } from './rig.ts';

const iso = (instant: number) => new Date(instant).toISOString();
const days = (n: number) => ({ since: iso(START - n * DAY), until: iso(START) });
const ALIVE = { legacyIngestionEnds: null };

function usage(changes: Partial<EstateFile>, span = days(10)) {
  return rig(smallEstate({ behaviour: ALIVE, ...changes })).records(usageQuery, span);
}

describe('usage', () => {
  it('is what the machines write, in megabytes', () => {
    const rows = usage({ tables: [{ table: 'Syslog', machine: LINUX_VM, rowsPerHour: 1000 }] });
    expect(rows.map(({ DataType }) => DataType)).toEqual([
      'Event',
      'Heartbeat',
      'Perf',
      'SecurityEvent',
      'Syslog',
    ]);
    const of = (table: string) => rows.find(({ DataType }) => DataType === table);
    expect(of('Syslog')).toMatchObject({
      IsBillable: true,
      megabytes: expect.closeTo((1000 * 24 * 10 * 350) / 1e6, 1),
      lastSeen: iso(START),
    });
    expect(of('Heartbeat')).toMatchObject({
      IsBillable: false,
      megabytes: expect.closeTo((3 * 60 * 24 * 10 * 450) / 1e6, 1),
    });
  });

  it('ends with the legacy service', () => {
    expect(usage({ behaviour: {} })).toEqual([]);
    expect(usage({ behaviour: {} }, days(400))[0]).toMatchObject({ lastSeen: '2026-03-02T00:00:00.000Z' });
  });

  it('has declared volumes, in the place of simulated ones', () => {
    const rows = usage({
      usage: [
        { workspace: CUSTOMER, table: 'Perf', megabytesPerDay: 2 },
        { workspace: WORKSPACE, table: 'Shop_CL', megabytesPerDay: 5, until: '2026-11-16T08:00:00Z' },
        { workspace: CUSTOMER, table: 'Operation', megabytesPerDay: 1, billable: false },
        { workspace: CUSTOMER, table: 'Old_CL', megabytesPerDay: 1, until: '2026-01-01T00:00:00Z' },
      ],
    });
    expect(rows.filter(({ DataType }) => /Perf|_CL|Operation/.test(DataType))).toEqual([
      { DataType: 'Operation', IsBillable: false, megabytes: 10, lastSeen: iso(START) },
      { DataType: 'Perf', IsBillable: true, megabytes: 20, lastSeen: iso(START) },
      { DataType: 'Shop_CL', IsBillable: true, megabytes: 25, lastSeen: '2026-11-16T08:00:00.000Z' },
    ]);
  });
});

describe('free space', () => {
  const ask = (behaviour: EstateFile['behaviour']) =>
    rig(smallEstate(behaviour === undefined ? {} : { behaviour })).records(freeSpaceQuery, days(31));

  it('comes from agents that are heard', () => {
    const freeSpace = [
      { machine: VM.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions'), disk: 'C:', megabytes: 512 },
      { machine: LINUX_VM, disk: '/', megabytes: 9000 },
      { machine: LINUX_VM, disk: '/var', megabytes: 10 },
    ] as const;
    const rows = ask({ ...ALIVE, freeSpace: [...freeSpace] });
    expect(rows.map(({ ResourceId, Disk, megabytes }) => [ResourceId, Disk, megabytes])).toEqual([
      [LINUX_VM.toLowerCase(), '/', 9000],
      [LINUX_VM.toLowerCase(), '/var', 10],
      [VM.toLowerCase(), 'C:', 512],
    ]);
    expect(ask({ freeSpace: [...freeSpace] })).toEqual([]);
  });

  it('may have an instant of its own', () => {
    const entry = { machine: ARC, disk: 'C:', megabytes: 1 } as const;
    const at = (lastSeen: string) => ask({ freeSpace: [{ ...entry, lastSeen }] }).map((row) => row.lastSeen);
    expect(at('2026-11-20T00:00:00Z')).toEqual(['2026-11-20T00:00:00.000Z']);
    expect(at('2026-01-20T00:00:00Z')).toEqual([]);
  });
});
