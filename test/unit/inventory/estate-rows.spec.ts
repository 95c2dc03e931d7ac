import { describe, expect, it } from 'vitest';
import { endpointOf, ruleOf, uniqueById } from '../../../shared/inventory/estate-rows.ts';
import { endpointResource, ruleResource, WORKSPACE_ID, workspaceResource } from '../../support/builders.ts';

type Row = Parameters<typeof ruleOf>[0];
const rule = (changes: Partial<Row> = {}): Row => ({
  id: ruleResource('Rule-1'),
  name: 'Rule-1',
  kind: 'Windows',
  sourceKinds: ['windowsEventLogs'],
  dataFlows: [{ streams: ['Microsoft-Event', 'Microsoft-Perf'], destinations: ['main'], outputStream: null }],
  logAnalytics: [{ name: 'main', workspaceResourceId: workspaceResource('LAW-MAIN') }],
  azureMonitorMetrics: null,
  ...changes,
});
const streamsOf = (row: Row) => ruleOf(row).flows.map(({ stream }) => stream);

describe('ruleOf', () => {
  it('reads where a rule sends its streams', () => {
    expect(ruleOf(rule({ location: 'West Europe' }))).toEqual({
      id: ruleResource('rule-1').toLowerCase(),
      resourceId: ruleResource('Rule-1'),
      name: 'Rule-1',
      region: 'westeurope',
      os: 'windows',
      flows: [
        { stream: 'Microsoft-Event', workspaceId: WORKSPACE_ID },
        { stream: 'Microsoft-Perf', workspaceId: WORKSPACE_ID },
      ],
      metrics: false,
    });
  });

  it.each([
    ['no data source', []],
    ['nothing known', null],
    ['a source no agent reads', ['prometheusForwarder']],
  ])('a rule without kind and with %s is for no machine', (_, sourceKinds) => {
    expect(ruleOf(rule({ kind: null, sourceKinds })).os).toBe('other');
  });

  it.each<[string, Partial<Row>, readonly string[]]>([
    ['no flows', { dataFlows: null }, []],
    ['no destinations', { logAnalytics: null }, []],
    ['a destination without name', { logAnalytics: [{ name: null, workspaceResourceId: WORKSPACE_ID }] }, []],
    ['a destination without workspace', { logAnalytics: [{ name: 'main', workspaceResourceId: null }] }, []],
    [
      'a flow to metrics only',
      {
        dataFlows: [
          { streams: ['Microsoft-InsightsMetrics'], destinations: ['azureMonitorMetrics-default'] },
        ],
      },
      [],
    ],
    ['a flow without streams', { dataFlows: [{ streams: null, destinations: ['main'] }] }, []],
    ['a flow without destinations', { dataFlows: [{ streams: ['a'], destinations: null }] }, []],
    [
      'a transformed flow, by the table it lands in',
      { dataFlows: [{ streams: ['Custom-In'], destinations: ['main'], outputStream: 'Microsoft-Syslog' }] },
      ['Microsoft-Syslog'],
    ],
    [
      'an empty output stream',
      { dataFlows: [{ streams: ['a'], destinations: ['main'], outputStream: '' }] },
      ['a'],
    ],
  ])('reads a rule with %s', (_, changes, streams) => {
    expect(streamsOf(rule(changes))).toEqual(streams);
  });

  it.each([
    ['Windows', 'windows'],
    ['LINUX', 'linux'],
    [null, 'any'],
    [undefined, 'any'],
    ['', 'any'],
    // Facts file 3.6 names kinds no machine can be associated with.
    ['Direct', 'other'],
    ['AgentSettings', 'other'],
    ['PlatformTelemetry', 'other'],
    ['WorkspaceTransforms', 'other'],
    ['AgentDirectToStore', 'other'],
  ])('a rule of kind %s is for %s', (kind, os) => {
    expect(ruleOf(rule({ kind })).os).toBe(os);
  });

  it.each([
    [null, false],
    [undefined, false],
    [{ name: 'azureMonitorMetrics-default' }, true],
  ])('metrics %j: %s', (azureMonitorMetrics, metrics) => {
    expect(ruleOf(rule({ azureMonitorMetrics })).metrics).toBe(metrics);
  });
});

it.each([
  [
    'https://DCE-1.westeurope-1.handler.control.monitor.azure.com',
    'dce-1.westeurope-1.handler.control.monitor.azure.com',
  ],
  ['http://host/path?x', 'host'],
  ['host', 'host'],
  ['', null],
  [null, null],
  [undefined, null],
])('an endpoint at %s has the host %s', (address, host) => {
  expect(
    endpointOf({
      id: endpointResource('DCE'),
      name: 'DCE',
      location: 'West Europe',
      configurationAccess: address,
      logsIngestion: address,
    }),
  ).toEqual({
    id: endpointResource('dce').toLowerCase(),
    resourceId: endpointResource('DCE'),
    name: 'DCE',
    region: 'westeurope',
    configurationAccess: host,
    logsIngestion: host,
  });
});

it('resources that come twice in other casings are the first of them, in their order', () => {
  const items = [
    { id: '/A', n: 1 },
    { id: '/b', n: 2 },
    { id: '/a/', n: 3 },
    { id: '/B', n: 4 },
    { id: '/c', n: 5 },
  ];
  expect(
    uniqueById(items)
      .map(({ n }) => n)
      .sort(),
  ).toEqual([1, 2, 5]);
  expect(uniqueById([])).toEqual([]);
});
