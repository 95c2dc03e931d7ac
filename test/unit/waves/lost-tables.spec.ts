import { describe, expect, it } from 'vitest';
import { lostTables as lostTablesOf } from '../../../shared/waves/lost-tables.ts';
import {
  anAssignment,
  aPlannedMachine,
  aPolicy,
  at,
  aWorkspace,
  WORKSPACE_ID,
} from '../../support/builders.ts';
import { anEstate } from '../../support/planning.ts';

const lostTables = (machines: Parameters<typeof lostTablesOf>[0], estate: ReturnType<typeof anEstate>) =>
  lostTablesOf(machines, estate, aPolicy());
const use = (...tables: string[]) => ({
  tables: tables.map((table) => ({ table, billable: true, megabytesPerDay: 1, lastSeen: at(0) })),
  agents: { legacy: 1, ama: 0, scom: 0 },
  legacyMachines: 1,
});
const estate = (...tables: string[]) => anEstate({ workspaces: [aWorkspace({ use: use(...tables) })] });
const machine = (os: 'windows' | 'linux', ...tables: string[]) =>
  aPlannedMachine(os, { os, rules: [anAssignment({ tables })] });

describe('lostTables', () => {
  it('names what a workspace takes in and no rule of the machines fills', () => {
    const machines = [machine('windows', 'Perf'), machine('windows', 'Perf', 'SecurityEvent')];

    expect(lostTables(machines, estate('Perf', 'SecurityEvent'))).toEqual([
      { table: 'SecurityEvent', workspaceId: WORKSPACE_ID, machines: 1 },
    ]);
  });

  it.each([
    ['a table of the other system', machine('windows', 'Event'), ['Event', 'Syslog']],
    ['a table nobody writes', machine('linux', 'Syslog'), ['Syslog']],
    ['a table that no agent fills', machine('linux', 'Syslog'), ['Syslog', 'AzureActivity']],
  ])('does not speak of %s', (_, one, tables) => {
    expect(lostTables([one], estate(...tables))).toEqual([]);
  });

  it('counts a rule for the workspace it sends to alone', () => {
    const elsewhere = aPlannedMachine('web-01', {
      rules: [anAssignment({ tables: ['Event'], workspaceId: '/other' })],
    });
    expect(lostTables([elsewhere], estate('Event'))).toMatchObject([{ table: 'Event' }]);
  });

  it('says nothing of a workspace whose use is unknown', () => {
    const unread = anEstate({ workspaces: [aWorkspace({ use: null })] });
    expect(lostTables([machine('windows', 'Perf')], unread)).toEqual([]);
  });

  it.each([
    ['is filled by no rule', [], [{ table: 'App_CL', workspaceId: WORKSPACE_ID, machines: 1 }]],
    ['has the table that conversion makes of it', ['App_AMA_CL'], []],
    ['is written by a rule itself', ['App_CL'], []],
  ])('tells of a custom log that %s', (_, tables, lost) => {
    const customLogs = [{ table: 'App_CL', os: ['windows' as const] }];
    const one = anEstate({ workspaces: [aWorkspace({ use: use('App_CL'), customLogs })] });

    expect(lostTables([machine('windows', ...tables), machine('linux')], one)).toEqual(lost);
  });

  it('goes by the table that the plan names in the place of a custom log', () => {
    const customLogs = [{ table: 'App_CL', os: ['windows' as const] }];
    const one = anEstate({ workspaces: [aWorkspace({ use: use('App_CL'), customLogs })] });
    const policy = aPolicy({ verification: { customTables: { App_CL: 'Shop_CL' } } });

    expect(lostTablesOf([machine('windows', 'Shop_CL')], one, policy)).toEqual([]);
    expect(lostTablesOf([machine('windows', 'App_AMA_CL')], one, policy)).toMatchObject([
      { table: 'App_CL' },
    ]);
  });
});
