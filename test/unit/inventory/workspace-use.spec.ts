import { describe, expect, it } from 'vitest';
import { type UsageOfWorkspace, workspacesOf } from '../../../shared/inventory/workspace-use.ts';
import { at, CUSTOMER_ID, must, SUB, WORKSPACE_ID, workspaceResource } from '../../support/builders.ts';

type Raw = Parameters<typeof workspacesOf>[0];
const ROW: Raw['rows'][number] = {
  id: workspaceResource('LAW-Main'),
  name: 'LAW-Main',
  location: 'West Europe',
  subscriptionId: SUB,
  customerId: CUSTOMER_ID,
};
const usage = (changes: Partial<UsageOfWorkspace> = {}): UsageOfWorkspace => ({
  workspaceId: WORKSPACE_ID,
  DataType: 'Event',
  IsBillable: true,
  megabytes: 62,
  lastSeen: at(0),
  ...changes,
});
const all = (raw: Partial<Raw> = {}) =>
  workspacesOf({
    ...{ rows: [ROW], solutions: [], usage: [], unread: new Set<string>(), agents: {} },
    ...{ customLogs: [], customLogsUnread: new Set<string>() },
    ...raw,
  });

describe('workspacesOf', () => {
  it('reads a workspace with what it takes in a day, and who writes to it', () => {
    const agents = {
      [WORKSPACE_ID]: { legacy: 2, ama: 1, scom: 0, legacyMachines: 4 },
      other: { legacy: 9, ama: 9, scom: 9, legacyMachines: 9 },
    };
    expect(
      all({
        agents,
        usage: [
          usage(),
          usage({ DataType: 'Perf', IsBillable: false, megabytes: 1 }),
          usage({ DataType: 'Usage', IsBillable: null }),
          usage({ DataType: null }),
          usage({ workspaceId: 'other', DataType: 'Syslog' }),
        ],
      }),
    ).toEqual([
      {
        id: WORKSPACE_ID,
        resourceId: ROW.id,
        name: 'LAW-Main',
        region: 'westeurope',
        customerId: CUSTOMER_ID,
        sku: null,
        retentionDays: null,
        solutions: [],
        use: {
          tables: [
            { table: 'Event', billable: true, megabytesPerDay: 2, lastSeen: at(0) },
            { table: 'Perf', billable: false, megabytesPerDay: 0.032, lastSeen: at(0) },
            { table: 'Usage', billable: false, megabytesPerDay: 2, lastSeen: at(0) },
          ],
          agents: { legacy: 2, ama: 1, scom: 0 },
          legacyMachines: 4,
        },
        customLogs: [],
      },
    ]);
  });

  it('tells the custom logs of a workspace from none and from some that were not read', () => {
    const log = { table: 'App_CL', os: ['linux' as const] };
    const customLogs = [
      { ...log, workspaceId: WORKSPACE_ID },
      { ...log, workspaceId: 'other' },
    ];

    expect(all({ customLogs })[0]?.customLogs).toEqual([log]);
    expect(all({ customLogsUnread: new Set([WORKSPACE_ID]) })[0]?.customLogs).toBeNull();
  });

  it('says nothing of the use of one that was not read, and nothing is used in one without rows', () => {
    expect(all({ unread: new Set([WORKSPACE_ID]), usage: [usage()] })[0]?.use).toBeNull();
    expect(all()[0]?.use).toEqual({ tables: [], agents: { legacy: 0, ama: 0, scom: 0 }, legacyMachines: 0 });
  });

  it('leaves out one without customer id, and keeps one once that comes in two casings', () => {
    expect(
      all({
        rows: [
          { ...ROW, customerId: null },
          { ...ROW, customerId: '' },
        ],
      }),
    ).toEqual([]);
    const twice = all({ rows: [ROW, { ...ROW, id: ROW.id.toUpperCase() }] });
    expect(twice.map(({ resourceId }) => resourceId)).toEqual([ROW.id]);
  });

  it('names its solutions by product, each once', () => {
    const solution = (
      product: string | null,
      name: string,
      workspaceId: string | null = ROW.id.toUpperCase(),
    ) => ({
      id: name,
      name,
      product,
      workspaceId,
    });
    const { solutions } = must(
      all({
        solutions: [
          solution('OMSGallery/Updates', 'Updates(law-main)'),
          solution(null, 'Updates(law-main)'),
          solution('', 'ChangeTracking(law-main)'),
          solution('OMSGallery/Other', 'x', workspaceResource('other')),
          solution('OMSGallery/Lost', 'y', null),
        ],
      })[0],
    );
    expect(solutions).toEqual(['ChangeTracking', 'Updates']);
  });
});
