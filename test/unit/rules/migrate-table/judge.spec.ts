import { describe, expect, it } from 'vitest';
import { previewMigration } from '../../../../shared/rules/migrate-table/migrate.ts';
import { agentsOf, fakeTable, REQUEST, rowsOf } from '../../../support/rules/fake-table.ts';

type World = ReturnType<typeof fakeTable>['world'];

async function preview(change: Partial<World> = {}, request = REQUEST) {
  const { world, dependencies, spans } = fakeTable();
  Object.assign(world, change);
  const answer = await previewMigration(dependencies, request);
  if (!answer.ok) throw new Error(answer.trouble.message);
  return { ...answer.value, codes: answer.value.blockers.map(({ code }) => code), spans };
}

const LOG = { name: 'log-1', customLogName: 'App_CL' };

describe('whether a table may be migrated', () => {
  it.each<[string, Partial<World>, string[]]>([
    ['nobody writes', {}, []],
    ['the Data Collector API writes', { rows: [rowsOf('RestAPI')] }, []],
    ['a Windows legacy agent writes', { rows: [rowsOf('OpsManager')] }, ['legacyAgentWrites']],
    ['a Linux legacy agent writes', { rows: [rowsOf('Linux', 1)] }, ['legacyAgentWrites']],
    ['somebody unnamed writes', { rows: [rowsOf(null)] }, ['unknownWriter']],
    ['somebody unheard of writes', { rows: [rowsOf('Azure')] }, ['unknownWriter']],
    [
      'one of two writers is legacy',
      { rows: [rowsOf('RestAPI'), rowsOf('opsmanager')] },
      ['legacyAgentWrites'],
    ],
    ['a custom log is left and no agent', { customLogs: [LOG] }, []],
    ['agents are left and no custom log', { agents: [agentsOf('Direct Agent')] }, []],
    [
      'agents and the custom log of another table are left',
      {
        customLogs: ['Application_CL', 'Ap_CL', 'My_App'].map((log) => ({ name: log, customLogName: log })),
        agents: [agentsOf('Direct Agent')],
      },
      [],
    ],
    [
      'agents and the custom log are left',
      {
        customLogs: [LOG],
        agents: [agentsOf('SCOM Agent')],
      },
      ['legacyAgentCanWrite'],
    ],
    [
      'the custom log is named without its suffix, in another casing',
      {
        customLogs: [{ name: 'log-1', customLogName: 'APP' }],
        agents: [agentsOf('Direct Agent')],
      },
      ['legacyAgentCanWrite'],
    ],
    ['the table is not there', { table: undefined }, ['tableNotFound']],
  ])('when %s', async (_, change, codes) => {
    const seen = await preview(change);
    expect(seen.codes).toEqual(codes);
    expect(seen.confirmation === null).toBe(codes.length > 0);
  });

  it.each([
    ['other', ['notCustomTable']],
    ['failed', ['tableFailed']],
    ['migrated', []],
    ['migrating', []],
  ] as const)('when the table is %s, and nothing is counted', async (state, codes) => {
    const seen = await preview({
      table: { name: 'App_CL', state, columns: [] },
      rows: [rowsOf('OpsManager')],
    });
    expect(seen).toMatchObject({ state, codes, confirmation: null, writes: null, spans: [] });
  });

  it.each(['rows', 'agents', 'customLogs'] as const)('not when its %s cannot be read', async (part) => {
    const seen = await preview({
      trouble: { [part]: { code: 'notAuthorized', message: 'no access' } },
    });
    expect(seen).toMatchObject({ codes: ['writersUnknown'], confirmation: null, unread: ['no access'] });
    expect(seen.blockers[0]?.message).toContain('no access');
  });

  it('says who writes, how much, since when, and what is lost for good', async () => {
    const seen = await preview({
      rows: [rowsOf('RestAPI', 5), { ...rowsOf('OpsManager'), lastRow: '2026-11-21T07:30:00.000Z' }],
      agents: [agentsOf('Direct Agent'), agentsOf('SCOM Agent', 1)],
    });
    expect(seen.writes).toMatchObject({
      ...{ query: 'table-writers', rows: 12, lastRow: '2026-11-21T07:30:00.000Z' },
      ...{ since: '2026-11-20T07:00:00.000Z', until: '2026-11-21T08:00:00.000Z' },
      writers: [
        { writer: 'dataCollectorApi', rows: 5 },
        { writer: 'legacyAgent', rows: 7, computers: 2 },
      ],
    });
    expect(seen.legacyAgents).toMatchObject({ agents: 4, lastComputer: 'web-01' });
    expect(seen.irreversible).toContain('never be turned back');
    expect(seen.notes).toHaveLength(1);
  });

  it('counts rows by when they came in, with their own times in a wider frame', async () => {
    const { spans } = await preview(undefined, { ...REQUEST, lookBackHours: 48 });
    expect(spans.find(({ query }) => query === 'table-writers')).toMatchObject({
      parameters: { logTable: 'App_CL', since: '2026-11-19T07:00:00.000Z' },
      span: { since: '2026-11-12T07:00:00.000Z', until: '2026-11-23T08:00:00.000Z' },
    });
  });

  it.each<[string, Partial<World>]>([
    ['a column more', { table: { name: 'App_CL', state: 'classic', columns: ['TimeGenerated'] } }],
    ['a writer more', { rows: [rowsOf('RestAPI')] }],
    ['an agent more', { agents: [agentsOf('Direct Agent')] }],
    ['a custom log more', { customLogs: [LOG] }],
  ])('is confirmed for what was looked at: not for %s', async (_, change) => {
    const before = (await preview()).confirmation;
    expect(before).toMatch(/^migrate App_CL in law-main for good: [0-9a-f]{12}$/);
    expect((await preview(change)).confirmation).not.toBe(before);
    expect((await preview(undefined, { ...REQUEST, lookBackHours: 25 })).confirmation).not.toBe(before);
    expect((await preview()).confirmation).toBe(before);
  });

  it('is confirmed whatever the rows of known writers count', async () => {
    const few = await preview({ rows: [rowsOf('RestAPI', 1)] });
    const many = await preview({ rows: [rowsOf('RestAPI', 1000)] });
    expect(many.confirmation).toBe(few.confirmation);
  });
});
