import { describe, expect, it } from 'vitest';
import { GROUP, smallEstate, WORKSPACE } from '../../support/small-estate.ts';
import { rig } from './rig.ts';

const TABLE = `${WORKSPACE}/tables/App_AMA_CL`;
const RULE = `${GROUP}/providers/Microsoft.Insights/dataCollectionRules/logs`;
const columns = [
  { name: 'TimeGenerated', type: 'dateTime' },
  { name: 'RawData', type: 'string' },
];
const schema = { name: 'App_AMA_CL', columns };
const rule = (table: string) => ({
  location: 'westeurope',
  kind: 'Linux',
  properties: {
    dataSources: { logFiles: [{ name: 'log', streams: ['Custom-Input'] }] },
    destinations: { logAnalytics: [{ name: 'main', workspaceResourceId: WORKSPACE }] },
    dataFlows: [{ streams: ['Custom-Input'], destinations: ['main'], outputStream: `Custom-${table}` }],
  },
});
const customLog = {
  id: `${WORKSPACE}/dataSources/log`,
  name: 'log',
  kind: 'CustomLog',
  properties: { customLogName: 'App_CL' },
};

describe('custom tables of the estate', () => {
  it('take a while to be made, and rules can name them only then', () => {
    const { arm, pass } = rig(smallEstate());
    expect(arm('GET', TABLE).status).toBe(404);
    const put = arm('PUT', TABLE, { properties: { schema } });
    expect(put).toMatchObject({ status: 202, headers: { 'retry-after': '15' } });
    expect(arm('GET', TABLE).body.properties.provisioningState).toBe('InProgress');
    expect(arm('PUT', RULE, rule('App_AMA_CL')).body.error).toMatchObject({
      code: 'InvalidPayload',
      details: [{ code: 'InvalidOutputTable', target: 'properties.dataFlows[0]' }],
    });
    pass(60_000);
    expect(arm('GET', TABLE).body.properties).toMatchObject({
      provisioningState: 'Succeeded',
      schema: { ...schema, tableSubType: 'DataCollectionRuleBased' },
    });
    const made = arm('PUT', RULE, rule('App_AMA_CL'));
    expect(made.status).toBe(201);
    expect(made.body.properties.destinations.logAnalytics[0].workspaceId).toMatch(/-/);
  });

  it('of the legacy agent are classic: neither rules nor writes get at them', () => {
    const { arm } = rig(smallEstate({ resources: [...smallEstate().resources, customLog] }));
    const classic = `${WORKSPACE}/tables/App_CL`;
    expect(arm('GET', classic).body.properties.schema.tableSubType).toBe('Classic');
    expect(arm('PUT', classic, { properties: { schema: { name: 'App_CL', columns } } }).status).toBe(400);
    expect(arm('PUT', RULE, rule('App_CL')).body.error.details[0].code).toBe('InvalidOutputTable');
  });

  it('come from the estate file as well', () => {
    const table = { id: TABLE, name: 'App_AMA_CL', properties: { schema } };
    const { arm } = rig(smallEstate({ resources: [table, ...smallEstate().resources] }));
    expect(arm('GET', TABLE).body.properties.provisioningState).toBe('Succeeded');
    expect(arm('PUT', RULE, rule('App_AMA_CL')).status).toBe(201);
  });

  it.each([
    ['another name', { ...schema, name: 'Other_CL' }, TABLE],
    ['no time', { ...schema, columns: columns.slice(1) }, TABLE],
    ['a type nobody knows', { ...schema, columns: [...columns, { name: 'x', type: 'text' }] }, TABLE],
    ['no name of a custom table', { ...schema, name: 'App' }, `${WORKSPACE}/tables/App`],
  ])('are refused with %s', (_, wrong, id) => {
    const { arm } = rig(smallEstate());
    expect(arm('PUT', id, { properties: { schema: wrong } }).status).toBe(400);
    expect(arm('PUT', id.replace('law-main', 'none'), { properties: { schema } }).status).toBe(404);
  });
});
