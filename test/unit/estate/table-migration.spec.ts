import { describe, expect, it } from 'vitest';
import type { EstateFile } from '../../../rehearsal/estate/index.ts';
import { legacyAgentsQuery } from '../../../shared/rules/migrate-table/queries/legacy-agents.ts';
import { tableWritersQuery } from '../../../shared/rules/migrate-table/queries/table-writers.ts';
import { GROUP, smallEstate, VM, WORKSPACE } from '../../support/small-estate.ts';
import { DAY, HOUR, MINUTE, rig } from './rig.ts';

const TABLE = `${WORKSPACE}/tables/App_CL`;
const LOG = {
  id: `${WORKSPACE}/dataSources/log`,
  ...{ name: 'log', kind: 'CustomLog', properties: { customLogName: 'App_CL' } },
};

function estate(changes: Partial<EstateFile> = {}) {
  const { resources } = smallEstate();
  const made = rig({ resources: [...resources, LOG], ...changes });
  const window = () => ({
    since: new Date(made.now() - DAY).toISOString(),
    until: new Date(made.now()).toISOString(),
  });
  return {
    ...made,
    state: () => made.arm('GET', TABLE).body.properties,
    writers: () => {
      const frame = { oldest: window().since, newest: window().until };
      return made
        .records(tableWritersQuery, { logTable: 'App_CL', ...frame, ...window() })
        .map(({ SourceSystem, rowCount }) => [SourceSystem, rowCount]);
    },
    agents: () => made.records(legacyAgentsQuery, window()),
  };
}

const writer = (sourceSystem: string, rowsPerHour: number) => ({
  ...{ workspace: WORKSPACE, table: 'App_CL', sourceSystem, rowsPerHour },
});
const WORKS = { legacyIngestionEnds: null };

describe('the migration of a table of the estate', () => {
  it('makes a classic table one of rules after a moment, once and for good', () => {
    const { arm, state, pass } = estate();
    expect(arm('POST', `${TABLE}/migrate`)).toMatchObject({ status: 200, body: undefined });
    expect(state()).toMatchObject({ provisioningState: 'InProgress', schema: { tableSubType: 'Classic' } });
    pass(30_000);
    const migrated = { provisioningState: 'Succeeded', schema: { tableSubType: 'DataCollectionRuleBased' } };
    expect(state()).toMatchObject(migrated);
    expect(arm('POST', `${TABLE}/migrate`).status).toBe(200);
    expect(state()).toMatchObject(migrated);
  });

  it('lets rules send to the table, which they cannot before', () => {
    const { arm, pass } = estate();
    const rule = {
      ...{ location: 'westeurope', kind: 'Linux' },
      properties: {
        dataSources: { logFiles: [{ name: 'log', streams: ['Custom-Input'] }] },
        destinations: { logAnalytics: [{ name: 'main', workspaceResourceId: WORKSPACE }] },
        dataFlows: [{ streams: ['Custom-Input'], destinations: ['main'], outputStream: 'Custom-App_CL' }],
      },
    };
    const put = () => arm('PUT', `${GROUP}/providers/Microsoft.Insights/dataCollectionRules/r`, rule).status;
    expect(put()).toBe(400);
    arm('POST', `${TABLE}/migrate`);
    expect(put()).toBe(400);
    pass(30_000);
    expect(put()).toBe(201);
  });

  it('ends the rows of legacy agents, not those of the Data Collector API', () => {
    const customRows = [writer('OpsManager', 60), writer('RestAPI', 6)];
    const { arm, writers, pass } = estate({ customRows, behaviour: WORKS });
    expect(writers()).toEqual([
      ['OpsManager', 1440],
      ['RestAPI', 144],
    ]);
    arm('POST', `${TABLE}/migrate`);
    pass(2 * DAY);
    expect(writers()).toEqual([['RestAPI', 144]]);
  });

  it('has rows of the legacy agents that are heard, where nobody declares others', () => {
    const { writers, agents } = estate({ behaviour: WORKS });
    expect(writers().map(([source]) => source)).toEqual(['Linux', 'OpsManager']);
    expect(agents()).toMatchObject([{ Category: 'Direct Agent', agents: 3 }]);
    const ended = estate();
    expect([ended.writers(), ended.agents()]).toEqual([[], []]);
  });

  it('counts agents of Operations Manager, and none of Azure Monitor', () => {
    const heartbeats: EstateFile['heartbeats'] = [
      { machine: VM, agent: 'legacy', category: 'SCOM Agent' },
      { computer: 'alone', agent: 'ama', workspace: WORKSPACE },
    ];
    const { agents } = estate({ heartbeats, behaviour: WORKS });
    expect(agents().map(({ Category, agents: count }) => [Category, count])).toEqual([
      ['Direct Agent', 2],
      ['SCOM Agent', 1],
    ]);
  });

  it('finds rows a while after they came in', () => {
    const from = new Date(Date.parse('2026-11-21T08:00:00Z')).toISOString();
    const { writers, pass } = estate({ customRows: [{ ...writer('RestAPI', 60), from }] });
    pass(2 * MINUTE);
    expect(writers()).toEqual([]);
    pass(HOUR);
    expect(writers()).toEqual([['RestAPI', 60]]);
  });

  it('keeps the table when its custom log goes', () => {
    const { arm, state } = estate();
    expect(arm('DELETE', LOG.id).status).toBe(200);
    expect(state().schema).toMatchObject({ name: 'App_CL', tableSubType: 'Classic' });
  });

  it.each([
    ['a table that is not there', `${WORKSPACE}/tables/None_CL/migrate`, 404, 'ResourceNotFound'],
    ['a workspace that is not there', `${WORKSPACE}x/tables/App_CL/migrate`, 404, 'ParentResourceNotFound'],
  ])('is refused for %s', (_, path, status, code) => {
    expect(estate().arm('POST', path)).toMatchObject({ status, body: { error: { code } } });
  });

  it('is refused without the permission, and under a read-only lock', () => {
    const actions = ['Microsoft.OperationalInsights/workspaces/tables/write'];
    const denied = estate({ behaviour: { permissions: [{ scope: '/', actions }] } });
    expect(denied.arm('POST', `${TABLE}/migrate`).body.error.message).toContain('tables/migrate/action');
    const locked = estate({ behaviour: { locks: [{ scope: GROUP, level: 'ReadOnly' }] } });
    expect(locked.arm('POST', `${TABLE}/migrate`)).toMatchObject({ status: 409 });
    expect(locked.state().schema.tableSubType).toBe('Classic');
  });

  it('breaks and is throttled as declared', () => {
    const faults = [{ match: { kind: 'table.migrate' }, effect: { status: 429 }, count: 1 }];
    const { arm, state } = estate({ behaviour: { faults } });
    expect(arm('POST', `${TABLE}/migrate`).status).toBe(429);
    expect(state().schema.tableSubType).toBe('Classic');
    expect(arm('POST', `${TABLE}/migrate`).status).toBe(200);
  });
});
